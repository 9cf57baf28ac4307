"""Needs: each defect of a feature's permissions, choices, intents and height, once and in words."""

from dataclasses import replace

import pytest
from pydantic import Field

from bot.features.network.settings import NetworkSettings
from bot.needs import field_defects, height_defects, intent_defects, permission_defects
from bot.settings import ChannelId, FeatureSettings, HarmlessRoleId, RoleId, RoleIds
from bot.snapshots import RoleSeen
from bot.surroundings import PlaceSeen, Surroundings

QUAY, CLOSED, PILOT, ADMIRAL = 1, 2, 10, 11
WRITES = frozenset({"view_channel", "send_messages"})
SEEN = Surroundings(
    held=WRITES,
    channels={QUAY: PlaceSeen(WRITES), CLOSED: PlaceSeen(frozenset({"view_channel"}))},
    categories={},
    roles={PILOT: RoleSeen("Pilot", 1), ADMIRAL: RoleSeen("Admiral", 9)},
    callable_ids=frozenset({PILOT}),
    emoji_ids=frozenset(),
    channel_count=2,
    intents=frozenset({"guilds"}),
    own_rank=(5, -3),
)


class Harbour(FeatureSettings):
    feature = "harbour"
    title = "Harbour"

    log_channel_id: ChannelId = Field(default=None, description="Where ships are logged")
    given_role_id: HarmlessRoleId = Field(default=None, description="What sailors get")
    called_role_id: RoleId = Field(default=None, description="Who is called")
    exempt_role_ids: RoleIds = Field(default=(), description="Who pays nothing")


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (Harbour(log_channel_id=QUAY, given_role_id=PILOT, called_role_id=PILOT), None),
        (Harbour(log_channel_id=CLOSED), "In <#2> my role lacks **Send Messages**: give it there."),
        (
            Harbour(log_channel_id=99),
            "“Where ships are logged” was deleted: choose another in",
        ),
        (Harbour(given_role_id=99), "The role of “What sailors get” was deleted"),
        (Harbour(given_role_id=ADMIRAL), "<@&11> (“What sailors get”) stands above my role"),
        (Harbour(called_role_id=ADMIRAL), "I cannot ping <@&11>: allow anyone to mention them"),
        (Harbour(exempt_role_ids=(PILOT, 98, 99)), "2 roles of “Who pays nothing” were deleted"),
    ],
)
def test_what_is_chosen_is_there_and_can_be_used(chosen: Harbour, told: str | None) -> None:
    found = [one.text for one in field_defects(SEEN, chosen)]
    assert len(found) == (told is not None)
    assert all(text.startswith(told or "") for text in found)


def test_only_permissions_that_the_choices_ask_for_are_missed() -> None:
    """Each says what it is for, and what to click; a link can give it."""
    wanted = {"kick_members": "to kick", "ban_members": "to ban", "send_messages": "to write"}
    chosen = NetworkSettings(severe="ban")
    (found,) = permission_defects(SEEN.held.__contains__, wanted, chosen)
    assert found.permissions == {"ban_members"}
    assert found.sentence == (
        "I lack **Ban Members** (to ban): Server Settings → Roles → my role → Permissions, and "
        "tick it."
    )


def test_what_discord_does_not_tell_is_said_with_who_can_mend_it() -> None:
    texts = [one.text for one in intent_defects(SEEN, {"guilds", "members", "message_content"})]
    assert len(texts) == 2
    assert "set `discord.message_content`" in texts[0]
    assert "“Server Members Intent”" in texts[1]


def test_who_stands_above_the_bot_is_named_where_it_acts_on_people() -> None:
    above = replace(SEEN, ordinary_above=(20, 21, 22, 23, 24, 25))
    (found,) = height_defects(above, ["ban_members"])
    assert found.text.endswith("above mine: <@&20>, <@&21>, <@&22>, <@&23>, <@&24> and 1 more")
    assert [*height_defects(above, ["attach_files"]), *height_defects(SEEN, ["ban_members"])] == []
