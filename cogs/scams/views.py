"""Views of scams: what staff are answered."""

from collections.abc import Mapping, Sequence

from bot.controls import ControlId, Picture, Post, Tone
from bot.features.scams.inspection import Inspected
from bot.features.scams.messages import SURE, category_words
from bot.features.scams.model import Detection, ScamVerdict
from bot.features.scams.picture_store import KnownPage, Listed
from bot.features.scams.reviews import REASONS, reason_words
from bot.texts import _, stamp
from bot.user_text import inline

PAGE = ControlId("scam:page", page="[0-9]{1,5}", way="back|next")
FILE = "known-scams.txt"


def named(one: Listed) -> str:
    """One as it is suggested while a number is typed; plain text."""
    return f"{one.id}: {one.name}"


def listed(page: KnownPage) -> Post:
    """The guild's list, a picture a line."""
    nothing = _("No picture is known yet: /antiscam add, or the menu of a message, adds one.")
    return Post(
        title=_("Pictures known as scams"),
        text="\n".join(_line(one) for one in page.rows) or nothing,
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )


def _line(one: Listed) -> str:
    who = f"<@{one.added_by_id}>"
    what = category_words(one.category)
    return f"**{one.id}** {inline(one.name, 80)} · {what} · {who} {stamp(one.added_at)}"


def status(lines: Sequence[tuple[str, str]], counts: Mapping[str, int], *, is_on: bool) -> Post:
    """How things are, with why pictures were not looked at since the start."""
    reasons = [f"• {counts[one]}: {_(words)}" for one, words in REASONS.items() if counts.get(one)]
    return Post(
        title=_("Scam pictures"),
        text=_("It is on.") if is_on else _("It is off: /antiscam panel switches it on."),
        fields=tuple(lines),
        below=("\n".join([_("Not looked at:"), *reasons]),) if reasons else (),
        tone=Tone.GOOD if is_on else Tone.PLAIN,
    )


def added(numbers: Sequence[int]) -> str:
    if not numbers:
        return _("That was known already.")
    shown = ", ".join(map(str, numbers))
    return _("It is known now, as {numbers}. /antiscam list shows all.").format(numbers=shown)


def removed(number: int, name: str) -> str:
    text = _("Picture {number}, “{name}”, is forgotten.")
    return text.format(number=number, name=inline(name, 80))


def exported(lines: str) -> Post:
    text = _("Whoever runs a bot can name this file as `scams.known_file` in its configuration.")
    return Post(text=text, picture=Picture(FILE, lines.encode()), is_plain=True)


def verdict(inspected: Inspected, found: ScamVerdict | None) -> Post:
    """What a test says; nothing was done."""
    signs = [f"• {one.words}" for one in inspected.signals]
    signs += [
        _("• not looked at: {reason}").format(reason=reason_words(one)) for one in inspected.reasons
    ]
    return Post(
        title=_verdict_title(found),
        text="\n".join(signs) or _("Nothing gives it away."),
        tone=Tone.BAD if found is not None and found.acts else Tone.PLAIN,
    )


def _verdict_title(found: ScamVerdict | None) -> str:
    if found is None:
        return _("Nothing would be done")
    what, sure = category_words(found.category), _(SURE[found.sure.told])
    if found.acts:
        return _("It would act ({sure}): {what}").format(sure=sure, what=what)
    return _("It would only be shown to staff ({sure}): {what}").format(sure=sure, what=what)


def confirmed(found: Detection) -> str:
    text = _("Finding {number} is a scam: what looks like its pictures is found from now on.")
    return text.format(number=found.id)


def dismissed(found: Detection) -> str:
    """What was done about it is not undone by that."""
    text = _("Finding {number} is harmless: these very files are left alone from now on.")
    said = text.format(number=found.id)
    if found.case_number is not None:
        text = _("Undo in the log of the protections lifts case {case}.")
        said = f"{said} {text.format(case=found.case_number)}"
    return said
