"""What a process is told to be, and what it is told where that cannot be."""

import pytest

from bot.config import Config
from bot.errors import HeraldError
from bot.fleet.assignment import WHOLE, Role, ShardRange, assignment_of

POSTGRES = {
    "database": {"url": "postgresql://herald@db/herald"},
    "web": {"public_url": "https://herald.example"},
}


def config(**sections: object) -> Config:
    return Config.model_validate(POSTGRES | sections)


def test_nothing_said_is_everything() -> None:
    assert assignment_of(None, None, Config()) == WHOLE
    assert assignment_of(" deliver, web ,bot", None, Config()).is_whole


def test_roles_and_shards() -> None:
    given = assignment_of("bot,deliver", "4-7/16", config())
    assert given.roles == {Role.BOT, Role.DELIVER}
    shards = given.shards
    assert shards == ShardRange(4, 7, 16)
    assert shards is not None
    assert list(shards.ids) == [4, 5, 6, 7]
    assert str(shards) == "4-7/16"
    assert assignment_of(None, "3/4", config()).shards == ShardRange(3, 3, 4)
    assert not assignment_of("deliver", None, config()).acts
    assert assignment_of("web", None, config()).acts


@pytest.mark.parametrize(
    ("roles", "shards", "sections", "words"),
    [
        ("bot,mail", None, {}, "“mail” is no role; there are bot, deliver, web"),
        (" , ", None, {}, "--roles names none; there are bot, deliver, web"),
        ("web", "0-1/2", {}, "--shards is for a process with the role bot"),
        ("bot", "4-3/16", {}, "--shards 4-3/16: write the first, the last"),
        ("bot", "0-16/16", {}, "numbered from 0"),
        ("bot", "0-3", {}, "as in --shards 0-3/16"),
        ("bot", "-1/2", {}, "as in --shards 0-3/16"),
        ("bot", "0-0/99999999", {}, "as in --shards 0-3/16"),
        ("bot", "0/2", {"discord": {"shard_count": 4}}, "it says 4, and --shards 2"),
        ("web", None, {"web": {"enabled": False}}, "the role web needs it: set it to true"),
        ("web", None, {"web": {}}, "the role web needs it: where people and programs reach"),
        (
            "deliver",
            None,
            {"database": {"url": "sqlite:///herald.db"}},
            "a SQLite file has one process: --roles and --shards need PostgreSQL",
        ),
    ],
)
def test_what_cannot_be(
    roles: str, shards: str | None, sections: dict[str, object], words: str
) -> None:
    with pytest.raises(HeraldError) as caught:
        assignment_of(roles, shards, config(**sections))
    assert words in str(caught.value)
