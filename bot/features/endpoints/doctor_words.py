"""Words of the doctor about an answer: what it was, what would come of it, how to mend it."""

from bot.dialects.base import Answer, Dialect, Judgement
from bot.kept_texts import worded
from bot.texts import N_, _

REDIRECTS = range(300, 400)
REFUSALS = range(400, 500)
FAULTS = range(500, 600)
PASSING = frozenset({408, 425, 429})  # refusals of the moment

_BY_STATUS = {
    404: N_("There is nothing at that path: compare the address with your program's route."),
    405: N_("That path takes no POST: compare the address with your program's route."),
    410: N_("It says that nobody listens there any more: give the address that is in use."),
    413: N_("Let your server take bodies of up to 256 KiB, the greatest there are."),
    415: N_("Take the content type application/json."),
    429: N_("It takes only so many requests; wait a minute and examine it again."),
}
_BY_ERROR = {
    "timeout": N_("Is it running, and does a firewall let it be reached? Answer before any work."),
    "dns": N_("The name leads nowhere: look at how it is spelled, and at its DNS record."),
    "tls": N_("Mend its certificate or its TLS; whole chain, right name, not expired."),
    "connection": N_("Is it running, and does it listen at that port, without hanging up?"),
    "protocol": N_("What answers there does not speak HTTP/1.1 as it should."),
    "proxy": N_("That is no fault of yours: tell whoever runs this bot."),
    "blocked_address": N_("Give an address that can be reached from the public internet."),
}


def told(answer: Answer) -> str:
    """What was answered, in a few words."""
    if answer.status is None or answer.error:
        why = ": ".join(worded(part) for part in (answer.error, answer.detail) if part)
        return _("no answer ({why})").format(why=why)
    if answer.detail:
        return _("answered HTTP {status} ({detail})").format(
            status=answer.status, detail=worded(answer.detail)
        )
    return _("answered HTTP {status}").format(status=answer.status)


def is_refusal(answer: Answer) -> bool:
    """Whether somebody looked at the request and wants none of it."""
    return answer.status in REFUSALS and answer.status not in PASSING


def then(dialect: Dialect, answer: Answer) -> str:
    """What becomes of a delivery that is so answered."""
    judgement = dialect.judge(answer)
    if judgement is Judgement.RETRY:
        text = _("Such a delivery is tried {count} times, and has then failed.")
        return text.format(count=dialect.schedule.max_attempts)
    if judgement is Judgement.GONE:
        return _("This answer switches the webhook off at once.")
    return _("Such a delivery fails for good, at once.")


def mend_refusal(answer: Answer) -> str:
    """What to look at where a good request was not taken."""
    status = answer.status
    if status is None or answer.error:
        return _(_BY_ERROR.get(answer.error or "", _BY_ERROR["protocol"]))
    if status in _BY_STATUS:
        return _(_BY_STATUS[status])
    if status in REDIRECTS:
        return _("Redirects are never followed: give the very address that answers itself.")
    if status in FAULTS:
        return _("Your program, or what stands before it, failed: its log says why.")
    return _(
        "It was signed rightly: compare the secret and the dialect, verify the bytes of the body "
        "as they came, and look whether your clock is right."
    )


def mend_text(answer: Answer) -> str:
    """What to look at where a text was not taken that is signed as rightly as the good request."""
    if is_refusal(answer):
        return _(
            "Most likely the signature is compared with JSON that was parsed and written again: "
            "verify the bytes of the body as they came."
        )
    return _(
        "Your program fails at such text: is its database in UTF-8 (utf8mb4), does it take "
        "control characters?"
    )
