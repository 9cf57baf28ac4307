"""Where the bot may write and invite, by Discord's rules of overwrites."""

from typing import Any

import pytest

from bot.client.refusals import permission_bit
from bot.commands.check_choices import MOST, look_at_choices
from bot.features.appeals.settings import AppealsSettings
from bot.features.automod.settings import AutomodSettings
from bot.features.cases.settings import CasesSettings
from bot.features.settings.model import GeneralSettings
from bot.features.tickets.types import TypeChoices
from bot.settings import FeatureSettings

GUILD, BOT, ROLE, CHANNEL = 1, 2, 3, 4
VIEW, SEND, INVITE = (
    permission_bit(name) for name in ("view_channel", "send_messages", "create_instant_invite")
)


def rule(target: int, *, allow: int = 0, deny: int = 0) -> dict[str, str]:
    return {"id": str(target), "allow": str(allow), "deny": str(deny)}


async def looked(
    everyone: int, rules: list[dict[str, str]], *settings: FeatureSettings, others: int = 0
) -> str:
    """What is found wrong in a server whose people may do `everyone`; empty for nothing.

    Of `others` beside it Discord says nothing.
    """
    answers: dict[str, Any] = {
        "guilds/1/channels": [
            {"id": "4", "type": 0, "permission_overwrites": rules},
            {"id": "5", "type": 4, "permission_overwrites": rules},
        ],
        "guilds/1/roles": [
            {"id": "1", "permissions": str(everyone), "position": 0},
            {"id": "3", "permissions": "0", "position": 5},
            {"id": "6", "permissions": "0", "position": 6},
        ],
        "guilds/1/members/2": {"user": {"id": "2"}, "roles": ["3"]},
    }

    async def ask(path: str) -> Any:
        return answers.get(path)

    chosen = [(GUILD, one) for one in settings]
    chosen += [(GUILD + 1 + number, settings[0]) for number in range(others)]
    found = await look_at_choices(ask, str(BOT), chosen)
    return "" if found.level == "ok" else found.text


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
    found = await looked(everyone, rules, GeneralSettings(notice_channel_id=CHANNEL))
    assert ("in the channel of general.notice_channel_id" in found) is not works


@pytest.mark.parametrize(
    ("everyone", "rules", "lacks"),
    [
        (VIEW | INVITE, [], None),  # nothing is written there
        (VIEW | SEND, [], "Create Invite"),
        (VIEW | INVITE, [rule(ROLE, deny=INVITE)], "Create Invite"),
        (INVITE, [], "View Channels"),
        (SEND, [], "View Channels, Create Invite"),
    ],
)
async def test_a_channel_is_named_into_which_the_bot_cannot_invite(
    everyone: int, rules: list[dict[str, str]], lacks: str | None
) -> None:
    chosen = AppealsSettings(enabled=True, invite_channel_id=CHANNEL)
    found = await looked(everyone, rules, chosen)
    where = "in the channel of appeals.invite_channel_id"
    assert found == ("" if lacks is None else f"server 1: the bot lacks {lacks} {where}")


async def test_categories_and_roles_are_named_that_are_gone_or_above_the_bot() -> None:
    above, gone = 6, 99
    found = await looked(
        VIEW | SEND,
        [],
        TypeChoices(category_id=CHANNEL),  # which is no category
        AutomodSettings(enabled=True, exempt_role_ids=(ROLE, gone)),
        CasesSettings(quarantine_role_id=above),
    )
    assert found == "; ".join(
        f"server 1: {one}"
        for one in (
            "the category of ticket_type.category_id is gone",
            "the role of automod.exempt_role_ids is gone",
            "the role of cases.quarantine_role_id stands above the bot's",
        )
    )
    lacking = await looked(VIEW, [], TypeChoices(category_id=5))
    assert lacking == (
        "server 1: the bot lacks Manage Channels, Manage Roles in the category of "
        "ticket_type.category_id"
    )


@pytest.mark.parametrize("others", [1, MOST])
async def test_servers_that_nobody_saw_are_not_called_well(others: int) -> None:
    works, gone = (GeneralSettings(notice_channel_id=one) for one in (CHANNEL, 99))
    unseen = f"not looked at: {others} of {others + 1} servers"
    assert await looked(VIEW | SEND, [], works, others=others) == unseen
    found = await looked(VIEW | SEND, [], gone, others=others)
    assert found == f"server 1: the channel of general.notice_channel_id is gone; {unseen}"
