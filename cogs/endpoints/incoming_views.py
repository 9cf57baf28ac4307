"""Incoming views: an incoming webhook's secret, its panel, the list of all, its questions."""

from collections.abc import Sequence

from bot.client import limits
from bot.client.ui import confirm
from bot.controls import NUMBER, Button, ControlId, Option, Post, Select, Tone
from bot.features.incoming.actions import NAMES
from bot.features.incoming.model import RATES, CallState, IncomingWebhook, PushedCall
from bot.features.incoming.service import IncomingOverview, IncomingSecret
from bot.texts import N_, _, ngettext
from bot.user_text import escaped
from cogs.endpoints.views import ago

ALLOW = ControlId("incoming:allow", webhook=NUMBER)
RATE = ControlId("incoming:rate", webhook=NUMBER)
ROTATE = ControlId("incoming:rotate", webhook=NUMBER)
RENEW = ControlId("incoming:renew", webhook=NUMBER)
DELETE = ControlId("incoming:delete", webhook=NUMBER)
CONFIRM = ControlId("incoming:confirm", webhook=NUMBER)
KEEP = ControlId("incoming:keep", webhook=NUMBER)

LIST_LIMIT = limits.TEXTS - 200  # characters of a list's lines, beside its heading
DELETED = N_("{name} is deleted: whatever is signed with its secret is refused from now on.")
KEPT = N_("{name} stays as it is.")

ABOUT = {
    "ADD_BALANCE": N_("change a wallet"),
    "ADD_ROLE": N_("give a role"),
    "REMOVE_ROLE": N_("take a role"),
    "SEND_MESSAGE": N_("write into a channel"),
    "ADD_XP": N_("give experience points"),
    "CREATE_CASE": N_("warn somebody, or note something"),
    "OPEN_TICKET": N_("open a ticket"),
    "CLOSE_TICKET": N_("close a ticket"),
    "START_GIVEAWAY": N_("begin a giveaway"),
    "END_GIVEAWAY": N_("end a giveaway"),
}


def offered(new: IncomingSecret) -> str:
    """A secret before anything is taken with it; what it is for takes this text's place."""
    text = _(
        "This is a secret for the incoming webhook {name}; it is not shown again:\n"
        "```\n{secret}\n```\n"
        "Keep it: in a moment this message says that it counts."
    )
    return text.format(name=f"**{escaped(new.name)}**", secret=new.secret)


def created(overview: IncomingOverview, secret: str) -> str:
    """The one message that ever shows the secret."""
    text = _(
        "The incoming webhook {name} is ready. Programs push actions to\n```\n{address}\n```\n"
        "signed with this secret, which is not shown again:\n```\n{secret}\n```\n"
        "Whoever has both can do {actions} in this server: give them to nobody else. The header "
        "`X-Signature` must be `sha256=` and the HMAC-SHA256, in hex, of the raw body."
    )
    webhook = overview.webhook
    return text.format(
        name=bold(webhook),
        address=overview.address,
        secret=secret,
        actions=", ".join(f"`{one}`" for one in webhook.actions),
    )


def rotated(webhook: IncomingWebhook, secret: str) -> str:
    """The one message that ever shows the new secret."""
    text = _(
        "This is the new secret of {name}; it is not shown again:\n```\n{secret}\n```\n"
        "The old one is refused from now on: give this one to your program."
    )
    return text.format(name=bold(webhook), secret=secret)


def said(what: str, webhook: IncomingWebhook) -> str:
    """One of the sentences above, about that webhook."""
    return _(what).format(name=bold(webhook))


def listed(webhooks: Sequence[IncomingWebhook]) -> Post:
    """A line for each."""
    title = _("Incoming webhooks of this server")
    if not webhooks:
        return Post(title, _("There are none yet. /webhook incoming create adds one."))
    lines = [_line(one) for one in webhooks]
    while len("\n".join(lines)) > LIST_LIMIT:
        lines.pop()
    more = len(webhooks) - len(lines)
    if more > 0:
        lines.append(ngettext("… and {n} more.", "… and {n} more.", more).format(n=more))
    return Post(title, "\n".join(lines))


def panel(overview: IncomingOverview) -> Post:
    """What it may do, how often, what was last asked of it, and its buttons."""
    webhook = overview.webhook
    made = _("{when} by <@{user_id}>")
    lines = [
        _fact(_("Address"), f"`{overview.address}`" if overview.address else _("none")),
        _fact(_("Each action"), _("{count} times a minute").format(count=webhook.rate)),
        _fact(_("Secret"), _("made {when}").format(when=ago(webhook.secret_at))),
        _fact(_("Added"), made.format(when=ago(webhook.created_at), user_id=webhook.created_by_id)),
    ]
    calls = [_call(one) for one in overview.calls] or [_("Nothing was pushed in the last day.")]
    heading = _("Last actions")
    return Post(
        escaped(webhook.name),
        "\n".join(lines),
        below=("\n".join((f"**{heading}**", *calls)),),
        selects=(_actions(webhook), _rates(webhook)),
        buttons=(
            _button(webhook, ROTATE, _("Rotate secret")),
            _button(webhook, DELETE, _("Delete"), Tone.BAD),
        ),
    )


def deletion(webhook: IncomingWebhook) -> Post:
    """The question before deleting."""
    text = _("Delete {name}? Programs that use it are refused at once. This cannot be undone.")
    return confirm(
        text.format(name=bold(webhook)),
        _button(webhook, CONFIRM, _("Delete it")),
        _button(webhook, KEEP, _("Keep it")),
    )


def rotation(webhook: IncomingWebhook) -> Post:
    """The question before a new secret is made."""
    text = _("Make a new secret for {name}? The old one is refused at once.")
    return confirm(
        text.format(name=bold(webhook)),
        _button(webhook, RENEW, _("Make a new secret")),
        _button(webhook, KEEP, _("Keep it")),
    )


def bold(webhook: IncomingWebhook) -> str:
    """Its name within a sentence."""
    return f"**{escaped(webhook.name)}**"


def _actions(webhook: IncomingWebhook) -> Select:
    options = tuple(
        Option(name, name, _(ABOUT[name]), is_chosen=name in webhook.actions) for name in NAMES
    )
    return Select(
        ALLOW.of(webhook=webhook.id), options, _("What it may do"), least=1, most=len(options)
    )


def _rates(webhook: IncomingWebhook) -> Select:
    options = tuple(
        Option(_("{count} times a minute").format(count=rate), str(rate), is_chosen=rate == chosen)
        for rate in sorted({*RATES, webhook.rate})
        for chosen in (webhook.rate,)
    )
    return Select(RATE.of(webhook=webhook.id), options, _("How often, each action"))


def _call(call: PushedCall) -> str:
    if call.state is CallState.PENDING:
        return f"⏳ `{call.action}` {ago(call.created_at)}"
    is_done = (call.status or 0) < 400
    return f"{'✅' if is_done else '❌'} `{call.action}` {ago(call.created_at)}"


def _line(webhook: IncomingWebhook) -> str:
    count = len(webhook.actions)
    text = ngettext("{name} · {count} action", "{name} · {count} actions", count)
    return text.format(name=bold(webhook), count=count)


def _fact(name: str, value: str) -> str:
    return f"**{name}:** {value}"


def _button(
    webhook: IncomingWebhook, known_by: ControlId, label: str, tone: Tone = Tone.PLAIN
) -> Button:
    return Button(label, custom_id=known_by.of(webhook=webhook.id), tone=tone)
