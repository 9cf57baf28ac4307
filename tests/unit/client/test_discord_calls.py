"""What each answer of Discord's means."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.acts import ActFailed, ActRefused, ActUnknown, Barred, Gone
from bot.client.acts import DiscordActs
from bot.client.discord_calls import failed
from bot.clock import ManualClock
from bot.controls import Post


def answered(status: int, code: int = 0, message: str = "Because.") -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="reason")
    return discord.HTTPException(response, {"code": code, "message": message})


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, 50013, Barred),
        (403, 50001, Barred),
        (403, 50007, ActRefused),
        (400, 30035, ActRefused),
        (404, 0, ActRefused),
        # A server that the bot is not in says nothing of who is banned there.
        (404, 10004, ActRefused),
        (404, 10011, ActRefused),
        (404, 10003, Gone),
        (404, 10007, Gone),
        (404, 10008, Gone),
        (404, 10013, Gone),
        (404, 10026, Gone),
        (401, 0, ActUnknown),
        (408, 0, ActUnknown),
        (429, 0, ActUnknown),
        (500, 0, ActUnknown),
        (503, 0, ActUnknown),
    ],
)
def test_an_answer_has_one_meaning(status: int, code: int, kind: type[ActFailed]) -> None:
    error = failed(answered(status, code))
    assert type(error) is kind
    assert str(error) == "Because"


def test_an_answer_without_words_names_its_status() -> None:
    assert str(failed(answered(502, message=""))) == "HTTP 502"


async def test_before_the_login_there_is_no_answer() -> None:
    acts = DiscordActs(ManualClock())
    for client in (None, discord.Client(intents=discord.Intents.none())):
        if client is not None:
            acts.connect(client)
        assert not acts.is_connected
        assert acts.guild(1) is acts.own_standing(1) is acts.standing(1, 2) is None
        for asked in (acts.account(2), acts.tell(2, Post(text="x")), acts.meet(1, 2)):
            with pytest.raises(ActUnknown):
                await asked


def test_a_process_without_a_client_is_no_witness_of_the_network() -> None:
    acts = DiscordActs(ManualClock())
    assert acts.is_heard is None
    acts.connect(discord.Client(intents=discord.Intents.none()))
    assert acts.is_heard is False
