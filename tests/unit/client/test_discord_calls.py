"""What each answer of Discord's means."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.acts import ActFailed, ActRefused, ActUnknown, Gone
from bot.client.discord_calls import failed
from bot.client.discord_messages import embed_of, mentions_of, pings_of
from bot.controls import Button, Post


def answered(status: int, code: int = 0, message: str = "Because.") -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="reason")
    return discord.HTTPException(response, {"code": code, "message": message})


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, 50013, ActRefused),
        (403, 50001, ActRefused),
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


def test_a_post_is_cut_to_what_discord_takes() -> None:
    embed = embed_of(Post(title="t" * 300, text="x" * 5000, fields=(("n" * 300, "v" * 2000),)))
    assert (len(embed.title or ""), len(embed.description or "")) == (256, 4096)
    assert (len(embed.fields[0].name or ""), len(embed.fields[0].value or "")) == (256, 1024)


def test_a_post_pings_those_it_names_and_nobody_else() -> None:
    post = Post(text="<@1> <@2> @everyone", pings=(1,), buttons=(Button("x", url="https://a.b"),))
    assert pings_of(post) == "<@1>"
    assert mentions_of(post).to_dict() == {"parse": [], "users": [1]}
    assert mentions_of(Post(text="<@2>")).to_dict() == {"parse": []}
