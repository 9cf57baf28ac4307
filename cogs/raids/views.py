"""Views of raids: what the staff are answered."""

from collections.abc import Sequence

from bot.controls import Post
from bot.features.raids.records import Raid
from bot.features.raids.service import RaidStatus
from bot.texts import _, ago, ngettext


def shown(lines: Sequence[tuple[str, str]]) -> Post:
    """How things are."""
    return Post(title=_("Raids"), fields=tuple(lines))


def started(raid: Raid) -> str:
    text = _(
        "Raid {number} has begun. It is over {when}, or that long after the last who joins; "
        "/antiraid end ends it now."
    )
    return text.format(number=raid.id, when=ago(raid.ends_at))


def ended(status: RaidStatus) -> str:
    text = _("Raid {number} is over.").format(number=status.raid.id)
    held = status.counts.locked + status.counts.to_lock
    if held:
        more = ngettext(
            "{count} channel is being put back as it was.",
            "{count} channels are being put back as they were.",
            held,
        )
        text = f"{text} {more.format(count=held)}"
    return text


def released(status: RaidStatus) -> str:
    counts = status.counts
    text = ngettext(
        "{count} person is being let go; /antiraid status shows how far it is.",
        "{count} people are being let go; /antiraid status shows how far it is.",
        counts.waiting,
    )
    return f"{ended(status)} {text.format(count=counts.waiting)}"
