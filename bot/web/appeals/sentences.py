"""Sentences of the appeals page about each kind of decision in each state; plain, without blame."""

from dataclasses import dataclass

from bot.features.appeals.model import AppealPage, PageState
from bot.texts import N_, _


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one kind: name, first headline, what it is, its end by an appeal or otherwise."""

    name: str
    heading: str
    done: str
    lifted: str
    gone: str


_BANNED = {
    "heading": N_("Appeal your ban"),
    "lifted": N_("The ban was lifted. You can join {guild} again with an invite."),
    "gone": N_("You are no longer banned from {guild}. You can join it again with an invite."),
}

KINDS: dict[str, Words] = {
    "ban": Words(N_("Ban"), done=N_("You were banned from {guild}."), **_BANNED),
    "tempban": Words(
        N_("Ban for a time"), done=N_("You were banned from {guild} for a time."), **_BANNED
    ),
    "timeout": Words(
        N_("Timeout"),
        heading=N_("Appeal your timeout"),
        done=N_("You were timed out in {guild}."),
        lifted=N_("The timeout was lifted. You can write and speak in {guild} again."),
        gone=N_("Your timeout in {guild} is over. You can write and speak there again."),
    ),
    "mute": Words(
        N_("Mute"),
        heading=N_("Appeal your mute"),
        done=N_("You were muted in {guild}."),
        lifted=N_("The mute was lifted. You can write and speak in {guild} again."),
        gone=N_("You are no longer muted in {guild}. You can write and speak there again."),
    ),
}

_HEADINGS = {
    PageState.OPEN: N_("Your appeal is with the staff"),
    PageState.APPROVED: N_("Your appeal was approved"),
    PageState.DENIED: N_("Your appeal was denied"),
    PageState.TOO_SOON: N_("Your appeal was denied"),
    PageState.USED_UP: N_("Your appeal was denied"),
    PageState.CLOSED: N_("Your appeal was closed"),
    PageState.NOT_YET: N_("You can appeal later"),
    PageState.FINAL: N_("This decision is final"),
    PageState.BLOCKED: N_("You cannot appeal here"),
    PageState.ENDED: N_("This is already over"),
    PageState.SWITCHED_OFF: N_("Appeals are switched off"),
}


def heading(page: AppealPage) -> str:
    """The page's headline: how it stands, in one line."""
    return _(_HEADINGS.get(page.state) or KINDS[page.type].heading)
