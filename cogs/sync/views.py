"""Views of sync: what managers are answered."""

from collections.abc import Collection, Sequence

from bot.controls import NUMBER, WORD, Button, ControlId, Option, Post, Select, Tone
from bot.features.sync.model import KIND_WORDS, SHARED, Membership, SharedKind
from bot.features.sync.networks import NetworkSeen
from bot.texts import _
from bot.user_text import inline

ACCEPT = ControlId("sync:accept", code=WORD)
SENDS = ControlId("sync:sends", network=NUMBER)
TAKES = ControlId("sync:takes", network=NUMBER)
SHOWN = 80


def created(made: Membership) -> str:
    text = _(
        "The network “{name}” is made. /sync invite gives a code to another server, and "
        "/sync kinds says what this one shares and takes over: nothing yet."
    )
    return text.format(name=inline(made.name, SHOWN))


def invited(code: str) -> str:
    text = _(
        "`{code}` lets one server join within a day: its manager types /sync join there. Give it "
        "to nobody else."
    )
    return text.format(code=code)


def offered(code: str, name: str, servers: int) -> Post:
    """What is agreed to by the button."""
    text = _(
        "“{name}” is a network of {servers} servers. Nothing is shared with it, and nothing is "
        "taken over from it, before you choose what; you can leave at any moment."
    )
    return Post(
        title=_("Join this network?"),
        text=text.format(name=inline(name, SHOWN), servers=servers),
        buttons=(Button(_("Join"), custom_id=ACCEPT.of(code=code), tone=Tone.GOOD),),
    )


def kinds(seen: Membership) -> Post:
    """The ticks of this server."""
    sends = SENDS.of(network=seen.network_id)
    takes = TAKES.of(network=seen.network_id)
    return Post(
        title=_("What is shared with “{name}”").format(name=inline(seen.name, SHOWN)),
        fields=((_("Sent"), _shown(seen.sends)), (_("Taken over"), _shown(seen.takes))),
        selects=(
            _select(sends, _("What this server sends"), seen.sends),
            _select(takes, _("What this server takes over"), seen.takes),
        ),
        footer=_("What the others take over of it is for them to choose."),
    )


def _select(custom_id: str, placeholder: str, chosen: Collection[SharedKind]) -> Select:
    options = tuple(Option(_(KIND_WORDS[one]), one, is_chosen=one in chosen) for one in SHARED)
    return Select(custom_id, options, placeholder, least=0, most=len(SHARED))


def _shown(chosen: Collection[SharedKind]) -> str:
    return ", ".join(_(KIND_WORDS[one]) for one in SHARED if one in chosen) or _("nothing")


def left(name: str) -> str:
    text = _("This server has left “{name}”. What was done stays; nothing more is shared.")
    return text.format(name=inline(name, SHOWN))


def removed(name: str, number: int) -> str:
    text = _("Server {number} is out of “{name}”.")
    return text.format(number=number, name=inline(name, SHOWN))


def status(networks: Sequence[NetworkSeen], lines: Sequence[tuple[str, str]]) -> Post:
    """Each network with who else is in it, by number and by the name that they show."""
    nothing = _("This server is in no network: /sync create makes one, /sync join enters one.")
    return Post(
        title=_("Shared punishments"),
        text="" if networks else nothing,
        fields=tuple(lines),
        below=tuple(_network(one) for one in networks),
    )


def _network(seen: NetworkSeen) -> str:
    mine = seen.mine
    head = _("**{name}**: sends {sends}; takes over {takes}").format(
        name=inline(mine.name, SHOWN), sends=_shown(mine.sends), takes=_shown(mine.takes)
    )
    others = [f"• {one.id}: {inline(name, SHOWN)}" for one, name in seen.others]
    return "\n".join([head, *(others or [_("nobody else yet")])])
