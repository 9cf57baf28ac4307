"""What `/ticket check` finds: each fault by itself, named with what to click."""

from dataclasses import replace
from typing import Any

import pytest

from bot.features.tickets.check import Examination, examine
from bot.features.tickets.settings import TicketsSettings
from bot.features.tickets.type_store import Panel
from bot.features.tickets.types import TicketType, TypeChoices
from bot.rooms import CATEGORY_LIMIT
from bot.snapshots import RoleSeen
from bot.surroundings import PlaceSeen, Surroundings

CATEGORY, OVERFLOW, THREADS, LOG, STAFF, PLACE = 1, 2, 3, 4, 5, 6
CLERK, NIGHT = 10, 11
ALL = frozenset(
    {
        "view_channel",
        "send_messages",
        "embed_links",
        "attach_files",
        "manage_channels",
        "manage_roles",
        "manage_threads",
        "create_private_threads",
        "send_messages_in_threads",
        "mention_everyone",
    }
)
SEEN = Surroundings(
    held=ALL,
    channels=dict.fromkeys((THREADS, LOG, STAFF, PLACE), PlaceSeen(ALL)),
    categories=dict.fromkeys((CATEGORY, OVERFLOW), PlaceSeen(ALL)),
    roles={CLERK: RoleSeen("Clerk", 1), NIGHT: RoleSeen("Night", 2)},
    callable_ids=frozenset({CLERK, NIGHT}),
    emoji_ids=frozenset(),
    channel_count=12,
    intents=frozenset({"message_content"}),
    named=str.upper,
)
CHOSEN = TicketsSettings(log_channel_id=LOG, staff_channel_id=STAFF)
TYPE = TicketType(1, 9, TypeChoices(staff_role_ids=(CLERK,), category_id=CATEGORY))
PANEL = Panel(1, 9, "Help", "", "buttons", (1,), PLACE)


def kind(**choices: Any) -> TicketType:
    return replace(TYPE, choices=TYPE.choices.model_copy(update=choices))


def closed(place_id: int, *lacking: str) -> dict[int, PlaceSeen]:
    """The channels, in one of which the bot lacks permissions."""
    places = {**SEEN.channels, **SEEN.categories}
    return {**places, place_id: PlaceSeen(ALL - {*lacking})}


def found(
    seen: Surroundings = SEEN,
    chosen: TicketsSettings = CHOSEN,
    one: TicketType = TYPE,
    panel: Panel = PANEL,
) -> Examination:
    return examine(seen, chosen, [one], [panel])


def test_what_works_is_well() -> None:
    nothing = found()
    assert nothing == Examination((), ((TYPE, ()),), ((PANEL, ()),))
    assert nothing.is_well


@pytest.mark.parametrize(
    ("seen", "one", "told"),
    [
        (SEEN, kind(staff_role_ids=()), "It has no staff roles"),
        (SEEN, kind(category_id=99), "“Where its channels are made” was deleted"),
        (SEEN, kind(ping_role_ids=(CLERK, 99)), "A role of “Who is called when one is opened”"),
        (SEEN, kind(required_role_ids=(98, 99)), "2 roles of “Who may open one"),
        (
            replace(SEEN, categories=closed(CATEGORY, "manage_channels", "manage_roles")),
            TYPE,
            "In <#1> my role lacks **MANAGE_CHANNELS**, **MANAGE_ROLES**: give it there.",
        ),
        (
            replace(SEEN, held=ALL - {"manage_channels"}),
            kind(category_id=None),
            "My role lacks **MANAGE_CHANNELS**: give it in the server settings",
        ),
        (
            replace(SEEN, categories={CATEGORY: PlaceSeen(ALL, CATEGORY_LIMIT)}),
            TYPE,
            "<#1> is full: choose an overflow category",
        ),
        (
            replace(
                SEEN,
                categories=dict.fromkeys((CATEGORY, OVERFLOW), PlaceSeen(ALL, CATEGORY_LIMIT)),
            ),
            kind(overflow_id=OVERFLOW),
            "<#1> and <#2> are full",
        ),
        (SEEN, kind(place="thread"), "No channel for its threads is chosen"),
        (SEEN, kind(place="thread", thread_channel_id=99), "threads are made” was deleted"),
        (
            replace(SEEN, channels=closed(THREADS, "create_private_threads")),
            kind(place="thread", thread_channel_id=THREADS),
            "In <#3> my role lacks **CREATE_PRIVATE_THREADS**",
        ),
        (
            replace(SEEN, channels=closed(THREADS, "manage_threads")),
            kind(place="thread", thread_channel_id=THREADS),
            "closed tickets could not be locked",
        ),
        (
            replace(SEEN, callable_ids=frozenset({CLERK})),
            kind(ping_role_ids=(CLERK, NIGHT)),
            "I cannot ping <@&11>:",
        ),
        (
            replace(SEEN, callable_ids=frozenset()),
            kind(place="thread", thread_channel_id=THREADS),
            "I cannot ping <@&10>:",
        ),
        (SEEN, kind(emoji="<:boat:123456789012345678>"), "Its emoji is none of this server's"),
    ],
)
def test_a_fault_of_a_type_is_named(seen: Surroundings, one: TicketType, told: str) -> None:
    examined = found(seen, one=one)
    ((_type, texts),) = examined.types
    (text,) = texts
    assert told in text
    assert not examined.is_well
    assert (examined.server, examined.panels) == ((), ((PANEL, ()),))


@pytest.mark.parametrize(
    ("seen", "chosen", "told"),
    [
        (SEEN, {"enabled": False}, "Tickets are switched off"),
        (SEEN, {"log_channel_id": None}, "No log channel is chosen"),
        (SEEN, {"log_channel_id": 99}, "transcripts” was deleted: choose another in /settings"),
        (
            replace(SEEN, channels=closed(LOG, "send_messages")),
            {},
            "In <#4> my role lacks **SEND_MESSAGES**",
        ),
        (SEEN, {"staff_channel_id": None}, "No staff channel is chosen"),
        (replace(SEEN, intents=frozenset()), {}, "`discord.message_content`"),
        (replace(SEEN, channel_count=500), {}, "This server has 500 channels"),
    ],
)
def test_a_fault_of_the_server_is_named(
    seen: Surroundings, chosen: dict[str, Any], told: str
) -> None:
    settings = CHOSEN.model_copy(update=chosen)
    (text,) = found(seen, settings, kind(promise_minutes=5)).server
    assert told in text


@pytest.mark.parametrize(
    ("seen", "panel", "told"),
    [
        (SEEN, replace(PANEL, channel_id=None), "It is not posted: use /ticket panel post."),
        (SEEN, replace(PANEL, channel_id=99), "Its channel was deleted"),
        (SEEN, replace(PANEL, type_ids=(7,)), "None of its types is left"),
        (
            replace(SEEN, channels=closed(PLACE, "send_messages")),
            PANEL,
            "In <#6> my role lacks **SEND_MESSAGES**",
        ),
    ],
)
def test_a_fault_of_a_panel_is_named(seen: Surroundings, panel: Panel, told: str) -> None:
    ((_panel, texts),) = found(seen, panel=panel).panels
    (text,) = texts
    assert told in text


def test_a_server_without_anything_is_told_where_to_begin() -> None:
    assert "There is no type of ticket" in examine(SEEN, CHOSEN, [], []).server[0]
    assert "There is no panel" in examine(SEEN, CHOSEN, [TYPE], []).server[0]
