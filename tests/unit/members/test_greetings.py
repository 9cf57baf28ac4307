"""Welcome and farewell: what is said, and which texts are refused."""

from datetime import UTC, datetime

import pytest

from bot.errors import UserError
from bot.features.members import facts
from bot.features.members.greetings import greeting_for, written
from bot.features.members.model import MembersSettings
from bot.snapshots import GuildSeen, Person

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
OTTER = Person(1, 7, "quiet_otter", is_bot=False)
JOIN = facts.joined(OTTER, NOW)
LEAVE = facts.left(OTTER, None, joined_at=None, left_at=NOW)


def test_placeholders_are_filled_and_names_are_no_markup() -> None:
    text = "{mention} {name} {server} {count} {{}}"
    greeting = greeting_for(JOIN, MembersSettings(welcome_channel_id=5, welcome_text=text))
    assert greeting is not None
    said = written(greeting, GuildSeen(1, "*Harbour* @everyone", None, 30))
    assert said == "<@7> quiet\\_otter \\*Harbour\\* \\@everyone 30 {}"
    assert (greeting.channel_id, greeting.pings) == (5, True)


def test_a_farewell_pings_nobody() -> None:
    greeting = greeting_for(LEAVE, MembersSettings(leave_channel_id=6))
    assert greeting is not None
    assert not greeting.pings


@pytest.mark.parametrize("fact", [JOIN, LEAVE, facts.banned(OTTER, None)])
def test_without_a_channel_nothing_is_said(fact: facts.Fact) -> None:
    assert greeting_for(fact, MembersSettings()) is None


def test_what_is_too_long_once_filled_is_cut() -> None:
    long = MembersSettings(welcome_channel_id=5, welcome_text="{server}" * 180)
    greeting = greeting_for(JOIN, long)
    assert greeting is not None
    assert len(written(greeting, GuildSeen(1, "x" * 100, None, 1))) == 2_000


@pytest.mark.parametrize("text", ["{nam}", "{}", "{name.real}", "{count:>9}", "{name!r}", "{", "}"])
def test_an_unknown_placeholder_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"cannot be filled in; use \{mention\}, \{name\}"):
        MembersSettings().changed("welcome_text", f"Hello {text}")


@pytest.mark.parametrize("text", ["", "x" * 1_501])
def test_a_text_of_the_wrong_length_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        MembersSettings().changed("leave_text", text)
