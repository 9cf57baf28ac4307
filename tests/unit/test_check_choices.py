"""Where the bot may write, by Discord's rules of overwrites."""

from typing import Any

import pytest

from bot.commands.check_choices import SEND, VIEW, look_at_choices
from bot.features.settings.model import GeneralSettings

GUILD, BOT, ROLE, CHANNEL = 1, 2, 3, 4


def rule(target: int, *, allow: int = 0, deny: int = 0) -> dict[str, str]:
    return {"id": str(target), "allow": str(allow), "deny": str(deny)}


@pytest.mark.parametrize(
    ("everyone", "rules", "works"),
    [
        (VIEW | SEND, [], True),
        (VIEW, [], False),
        (VIEW | SEND, [rule(GUILD, deny=SEND)], False),
        (VIEW | SEND, [rule(GUILD, deny=SEND), rule(ROLE, allow=SEND)], True),
        (VIEW | SEND, [rule(ROLE, deny=VIEW), rule(BOT, allow=VIEW)], True),
        (VIEW | SEND, [rule(ROLE, allow=SEND), rule(BOT, deny=SEND)], False),
        (VIEW | SEND, [rule(99, deny=SEND)], True),
        (1 << 3, [rule(BOT, deny=SEND)], True),
    ],
)
async def test_a_channel_is_named_where_the_bot_cannot_write(
    everyone: int, rules: list[dict[str, str]], works: bool
) -> None:
    answers: dict[str, Any] = {
        "guilds/1/channels": [{"id": "4", "type": 0, "permission_overwrites": rules}],
        "guilds/1/roles": [
            {"id": "1", "permissions": str(everyone)},
            {"id": "3", "permissions": "0"},
        ],
        "guilds/1/members/2": {"user": {"id": "2"}, "roles": ["3"]},
    }

    async def ask(path: str) -> Any:
        return answers[path]

    chosen = [(GUILD, GeneralSettings(notice_channel_id=CHANNEL))]
    found = await look_at_choices(ask, str(BOT), chosen)
    assert (found.level == "ok") is works
    assert ("cannot write into the channel of general.notice_channel_id" in found.text) is not works
