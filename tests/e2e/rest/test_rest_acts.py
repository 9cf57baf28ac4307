"""Acts by a process that never opened a gateway: what the bot can do, it does over REST as well."""

import json
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.acts import Actor, ActRefused, ActUnknown, RoleChange
from bot.client.acts import DiscordActs
from bot.client.rest_guilds import RestGuilds
from bot.clock import ManualClock
from bot.controls import Post
from bot.delivery.emitter import Emitter
from bot.features.cases import CASES
from bot.features.dashboard import DASHBOARD
from bot.features.dashboard.model import AccessLost
from bot.features.incoming import INCOMING
from bot.features.incoming.refusals import PushAnswer
from bot.features.incoming.service import IncomingSecret
from bot.features.incoming.signature import PushRequest, signed
from bot.features.settings import SETTINGS
from bot.rooms import Guest, RoomPlan
from bot.sanctions import Sanction
from bot.wiring import Wired, build
from tests.e2e.rest.rest_env import ShownServer, beside, thread
from tests.support.discord_server import payloads
from tests.support.discord_server.payloads import CHANNEL_ID, GUILD_ID, OWNER_ID
from tests.support.discord_server.populated_guild import FRIEND
from tests.support.emitter_setup import config_for

OTTER, STRANGER = 600_000_000_000_000_001, 600_000_000_000_000_002
KEEPER = Actor(GUILD_ID, OWNER_ID, "keeper")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ACTIONS = ("CREATE_CASE", "SEND_MESSAGE", "ADD_ROLE", "ADD_XP")


@pytest.fixture
def acts(guilds: RestGuilds, server: ShownServer, clock: ManualClock) -> DiscordActs:
    """The port of a process without a client."""
    server.guild.enter(OTTER)
    acts = DiscordActs(clock)
    acts.reach(guilds)
    return acts


async def test_what_is_done_to_people_and_written_takes_one_look_at_the_guild(
    acts: DiscordActs, server: ShownServer
) -> None:
    guild = server.guild
    await acts.change_roles(GUILD_ID, OTTER, RoleChange(give=(FRIEND,)), reason="Helped")
    assert guild.members[OTTER]["roles"] == [str(FRIEND)]
    line = await acts.send(GUILD_ID, CHANNEL_ID, Post(text="Hello"))
    assert guild.lines.keys() == {line}
    await acts.tell(OTTER, Post(text="Hello you"))
    assert guild.letters == [OTTER]
    await acts.ban(GUILD_ID, OTTER, reason="Spam", delete_seconds=0)
    assert guild.bans.keys() == {OTTER}
    assert await acts.is_banned(GUILD_ID, OTTER)
    assert await acts.member(GUILD_ID, OTTER) is None
    assert len(server.looks) == 1


async def test_whoever_hears_of_the_server_is_told_what_the_bot_does_there(
    acts: DiscordActs, server: ShownServer
) -> None:
    told = list[tuple[int, str, tuple[int, ...]]]()

    async def tell(guild_id: int, action: str, target_ids: Collection[int]) -> None:
        assert not server.guild.bans
        told.append((guild_id, action, tuple(target_ids)))

    acts.tell_own = tell
    await acts.ban(GUILD_ID, OTTER, reason="Spam", delete_seconds=0)
    assert told == [(GUILD_ID, "ban", (OTTER,))]


async def test_a_new_room_can_be_used_at_once_and_changes_add_up(
    acts: DiscordActs, server: ShownServer
) -> None:
    """Of a guild that another process hears of, memory is a minute old."""
    guest = Guest(OTTER)
    plan = RoomPlan("ticket-1", None, topic="ticket 1", guests=(guest,))
    room = await acts.make_room(GUILD_ID, plan, reason="A ticket")
    await acts.send(GUILD_ID, room, Post(text="What can we do for you?"))
    assert room in acts.channels(GUILD_ID)
    await acts.shut_room(GUILD_ID, room, [Guest(GUILD_ID, is_role=True)], shut=True, reason="Over")
    await acts.shut_out(GUILD_ID, room, Guest(GUILD_ID, is_role=True), reason="Over")
    (everybody,) = [
        one
        for one in server.rooms.rooms[room]["permission_overwrites"]
        if one["id"] == str(GUILD_ID)
    ]
    assert int(everybody["deny"]) == 1 << 10 | 1 << 11  # to see it, and to write in it
    await acts.shut_room(GUILD_ID, room, [guest], shut=True, reason="Over")
    assert not server.rooms.may_write(room, OTTER)
    assert len(server.looks) == 2  # the second because of what was made


async def test_a_room_that_another_process_has_just_made_is_found_and_used(
    acts: DiscordActs, server: ShownServer
) -> None:
    await acts.know(GUILD_ID)
    made, plain = server.rooms.new_id(), payloads.guild(0)["channels"][0]
    about = {"id": str(made), "guild_id": str(GUILD_ID), "topic": "ticket 2"}
    server.rooms.rooms[made] = {**plain, **about}
    plan = RoomPlan("ticket-2", None, topic="ticket 2")
    assert await acts.find_rooms(GUILD_ID, plan, since=LONG_AGO) == [made]
    await acts.send(GUILD_ID, made, Post(text="What can we do for you?"))
    assert len(server.guild.lines) == len(server.looks) == 1


async def test_threads_are_known_too(acts: DiscordActs, server: ShownServer) -> None:
    number = server.rooms.new_id()
    server.threads.append(thread(number, "ticket-3"))
    await acts.send(GUILD_ID, number, Post(text="What can we do for you?"))
    assert f"POST channels/{number}/messages" in server.calls
    assert f"GET channels/{number}" not in server.calls
    plan = RoomPlan("ticket-3", CHANNEL_ID, is_thread=True)
    assert await acts.find_rooms(GUILD_ID, plan, since=LONG_AGO) == [number]


async def test_what_only_a_gateway_tells_is_not_guessed(acts: DiscordActs) -> None:
    await acts.know(GUILD_ID)
    for asked in (acts.members(GUILD_ID), acts.holders(GUILD_ID, [FRIEND])):
        with pytest.raises(ActUnknown, match="knows all its members"):
            await asked
    assert (acts.guild_ids(), acts.voices(GUILD_ID)) == ([], [])
    assert acts.standing(GUILD_ID, OTTER) is None  # nobody met them yet
    await acts.meet(GUILD_ID, OTTER, STRANGER)
    assert acts.standing(GUILD_ID, OTTER) is not None
    assert acts.standing(GUILD_ID, STRANGER) is None


async def test_what_the_bot_may_not_is_not_asked_of_discord(
    acts: DiscordActs, server: ShownServer, clock: ManualClock
) -> None:
    with pytest.raises(ActRefused, match="not below mine"):
        await acts.ban(GUILD_ID, OWNER_ID, reason="?", delete_seconds=0)
    assert not [one for one in server.calls if one.startswith("PUT")]
    server.has_left = True
    clock.advance(60)
    with pytest.raises(ActUnknown, match="not in that server"):
        await acts.ban(GUILD_ID, OTTER, reason="?", delete_seconds=0)


@dataclass(slots=True)
class Remote:
    """Whole of the bot but a client."""

    wired: Wired
    clock: ManualClock
    uuid: str
    secret: str

    async def push(self, action: str, **asked: object) -> PushAnswer:
        """What is answered to it, signed."""
        body = json.dumps({"action": action, **asked}).encode()
        incoming = self.wired.parts[INCOMING]
        request = PushRequest(self.uuid, body, signed(self.secret, body, None), None, ())
        return await incoming.door.push(request)


@pytest.fixture
async def remote(
    sqlite_url: str, guilds: RestGuilds, server: ShownServer, clock: ManualClock
) -> AsyncGenerator[Remote]:
    """With a webhook for other programs."""
    server.guild.enter(OTTER)
    config = beside(config_for(sqlite_url), server)
    emitter = await Emitter.open(config, clock)
    wired = await build(emitter, config, public_url="https://herald.example")
    wired.acts.reach(guilds)

    async def show(_new: IncomingSecret) -> None:
        """Nobody looks."""

    service = wired.parts[INCOMING].service
    made, secret = await service.create(KEEPER, "shop", ACTIONS, rate=300, show=show)
    yield Remote(wired, clock, str(made.webhook.uuid), secret)
    await emitter.stop()


async def test_rights_on_the_dashboard_are_discords(remote: Remote, server: ShownServer) -> None:
    rights = remote.wired.parts[DASHBOARD].rights
    standing = await rights.require(GUILD_ID, OWNER_ID)
    assert (standing.is_owner, standing.account.username) == (True, "keeper")
    with pytest.raises(AccessLost, match="Manage Server"):
        await rights.require(GUILD_ID, OTTER)
    with pytest.raises(AccessLost, match="not a member"):
        await rights.require(GUILD_ID, STRANGER)
    server.trouble = 503
    remote.clock.advance(300)
    with pytest.raises(ActUnknown):
        await rights.require(GUILD_ID, OWNER_ID)
    server.trouble, server.has_left = None, True
    remote.clock.advance(10)
    with pytest.raises(AccessLost, match="not in that server any more"):
        await rights.require(GUILD_ID, OWNER_ID)


async def test_what_programs_push_is_checked_and_done(remote: Remote, server: ShownServer) -> None:
    who = {"userId": str(OTTER)}
    given = await remote.push("ADD_ROLE", **who, roleId=str(FRIEND))
    assert given.status == 200, given
    assert server.guild.members[OTTER]["roles"] == [str(FRIEND)]
    written = await remote.push("SEND_MESSAGE", channelId=str(CHANNEL_ID), message="Hello")
    assert written.status == 200, written
    assert len(server.guild.lines) == 1
    warned = await remote.push("CREATE_CASE", **who, type="warn", reason="Chargeback")
    assert warned.status == 200, warned
    unknown = await remote.push("CREATE_CASE", userId="5", type="warn", reason="Chargeback")
    assert unknown.document["error"]["code"] == "unknown_member"
    assert len(server.looks) == 1


async def test_a_ban_that_the_bot_orders_is_a_case(remote: Remote, server: ShownServer) -> None:
    order = Sanction(GUILD_ID, OTTER, "ban", "Shared by another server", key="share:1")
    cases = remote.wired.parts[CASES].sanctions
    server.trouble = 503
    assert (await cases.order(order)).is_transient
    server.trouble = None
    remote.clock.advance(10)
    assert (await cases.order(order)).number == 1
    assert "Shared by another server" in server.guild.bans[OTTER]["reason"]


async def test_what_is_due_in_a_server_that_no_process_hears_of_is_done(
    remote: Remote, server: ShownServer
) -> None:
    cases = remote.wired.parts[CASES]
    hour = timedelta(hours=1)
    await cases.sanctions.order(Sanction(GUILD_ID, OTTER, "tempban", "Spam", duration=hour))
    assert server.guild.bans.keys() == {OTTER}
    remote.clock.advance(hour.total_seconds())
    await cases.service.sweep.sweep()
    assert server.guild.bans == {}
    assert len(server.looks) == 2


async def test_a_new_level_is_announced_with_a_name(remote: Remote, server: ShownServer) -> None:
    choices = {
        "enabled": True,
        "announce_channel_id": CHANNEL_ID,
        "announces": "channel",
        "announce_text": "{name} rose",
    }
    await remote.wired.acts.know(GUILD_ID)
    for name, choice in choices.items():
        await remote.wired.parts[SETTINGS].service.change(KEEPER, "levels", name, choice)
    given = await remote.push("ADD_XP", userId=str(OTTER), amount=300)
    assert given.status == 200, given
    remote.clock.advance(61)  # whoever was met is forgotten
    await remote.wired.parts.core.posts.sweep()
    assert [one["content"] for one in server.guild.lines.values()] == [f"otter\\_{OTTER} rose"]


async def test_a_push_is_refused_where_discord_does_not_answer_for_long(
    remote: Remote, server: ShownServer
) -> None:
    server.trouble = 503
    refused = await remote.push("ADD_ROLE", userId=str(OTTER), roleId=str(FRIEND))
    assert (refused.status, refused.document["error"]["code"]) == (503, "discord_unavailable")
    assert server.guild.members[OTTER]["roles"] == []
