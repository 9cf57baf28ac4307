"""Notices: pages that say in plain words why there is nothing else to see, and what to do."""

from dataclasses import dataclass

from bot.texts import N_
from bot.web.pages import Pages


@dataclass(frozen=True, slots=True)
class Notice:
    """One such page; it tells nothing of what is behind the address."""

    status: int
    title: str
    text: str
    advice: str = ""


UNKNOWN = Notice(
    404,
    N_("This link does not work"),
    N_("Perhaps a part of it was lost when it was copied, or what it led to is gone."),
    N_("Take all of it from the message. If you got that a moment ago, wait a minute first."),
)
EXPIRED = Notice(
    410,
    N_("This link has expired"),
    N_("Links like this one work for a limited time, and its time is over."),
    N_("Only the staff of the server can still help you; neither Herald nor Discord decides."),
)
TOO_LARGE = Notice(
    413,
    N_("That was too much text"),
    N_("Nothing was sent, because there is less room than that."),
    N_("Go back, shorten your text and send it again."),
)
TOO_MANY = Notice(
    429,
    N_("That was a little fast"),
    N_("This page was asked for too often in a short time, so it takes a break."),
    N_("Wait a minute and try again. If you had written something, go back to find it."),
)
MALFORMED = Notice(
    400,
    N_("That could not be read"),
    N_("What your browser sent arrived incomplete or damaged. Nothing was changed."),
    N_("Open your link again and try once more."),
)
SLOW = Notice(
    408,
    N_("That took too long"),
    N_("Your connection ended before everything had arrived. Nothing was sent."),
    N_("Go back and send it again."),
)
BROKEN = Notice(
    500,
    N_("Something went wrong here"),
    N_("This is not your fault. It was noted, and the people who run this bot can find it."),
    N_("Open your link again in a while: the page then shows whether what you sent arrived."),
)
UNAVAILABLE = Notice(
    503,
    N_("Not available right now"),
    N_("Herald is starting or cannot reach Discord at this moment."),
    N_("Open your link again in a few minutes."),
)

NOTICES = {
    one.status: one
    for one in (UNKNOWN, EXPIRED, TOO_LARGE, TOO_MANY, MALFORMED, SLOW, BROKEN, UNAVAILABLE)
}


def notice_of(status: int) -> Notice:
    """The page for an HTTP status: its own, else that of its hundred."""
    return NOTICES.get(status) or (BROKEN if status >= 500 else MALFORMED)


def draw_notice(
    pages: Pages, notice: Notice, *, accepted: str = "", typed: str = "", reference: str = ""
) -> str:
    """The page; `typed` is what a person wrote and must not lose, `reference` an error's id."""
    return pages.draw("notice.html", accepted, notice=notice, typed=typed, reference=reference)
