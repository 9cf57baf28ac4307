"""Drivers of the whole bot in the simulated Discord: between them they bring about what is sent."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.acts import Actor
from bot.catalogue.cases import CaseAppealed
from bot.clock import ManualClock
from bot.config import Config
from bot.errors import EventTooLarge
from bot.features.endpoints import ENDPOINTS
from tests.e2e.appeals.scene import appeals_scene
from tests.e2e.cases.scene import answer, running, said
from tests.e2e.promises.automod_drivers import automod
from tests.e2e.promises.casino_drivers import casino
from tests.e2e.promises.duel_drivers import duels
from tests.e2e.promises.economy_drivers import economy
from tests.e2e.promises.giveaway_drivers import giveaways
from tests.e2e.promises.hands import by_hand
from tests.e2e.promises.incoming_drivers import incoming
from tests.e2e.promises.level_drivers import levels
from tests.e2e.promises.moments import compared, later
from tests.e2e.promises.network_drivers import network
from tests.e2e.promises.scam_drivers import scams
from tests.e2e.promises.security_drivers import attacks
from tests.e2e.promises.sync_drivers import sync
from tests.e2e.promises.ticket_drivers import tickets, unread
from tests.e2e.promises.trade_drivers import trades
from tests.support.receiver import Receiver, status
from tests.support.simulated import Told, World, simulated

Driver = Callable[[Config, ManualClock, Receiver], Awaitable[list[Told]]]

DAY = 86_400.0
KICKED, BANNED = 20, 22


async def cases(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """A case of every kind; each is edited, those with an end run out, all are deleted."""
    async with running(config, clock, receiver) as scene:
        guild, env = scene.world.guild, scene.world.env
        people = [guild.add_member(env.create_user(f"member_{n}")) for n in range(7)]
        await env.settle()
        warned, timed, muted, kicked, banned, tempbanned, softbanned = people
        for command, options in (
            ("warn", {"user": warned, "reason": "Spam"}),
            ("note", {"user": warned, "text": "Likes boats"}),
            ("clearwarnings", {"user": warned}),
            ("timeout", {"user": timed, "duration": "1h"}),
            ("untimeout", {"user": timed}),
            ("mute", {"user": muted}),
            ("unmute", {"user": muted}),
            ("kick", {"user": kicked}),
            ("ban", {"user": banned, "reason": "Raiding"}),
            ("unban", {"user": banned.user, "reason": "Sorry"}),
            ("tempban", {"user": tempbanned, "duration": "1d"}),
            ("softban", {"user": softbanned}),
        ):
            await scene.does(command, **options)
        count = len([kind for kind in await scene.types() if kind == "case.created"])
        await scene.does("case note", number=1, text="Third time this week")
        await scene.sweep(2 * DAY)
        for number in range(1, count + 1):
            await scene.does("case edit", number=number, reason=f"Reason {number}")
        for number in range(1, count + 1):
            asked = answer(await scene.does("case delete", number=number))
            await scene.moderator.click(asked, label="Delete it")
            assert "is deleted" in said(asked)
        return await scene.told()


async def untouched(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """A case of each kind without a reason, to which something else than the reason is done."""
    async with running(config, clock, receiver) as scene:
        await scene.does("note", user=scene.otter, text="Likes boats")
        await scene.does("mute", user=scene.otter)
        await scene.does("case edit", number=2, duration="1d")
        await scene.does("unmute", user=scene.otter)
        stranger = scene.world.env.create_user("stranger")
        await scene.does("ban", user=stranger)
        asked = answer(await scene.does("case delete", number=4))
        await scene.moderator.click(asked, label="Delete it")
        assert scene.world.guild.get_ban(stranger) is not None
        return await scene.told()


async def ladder(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Three warnings bring a timeout, which the bot gives by itself."""
    async with running(config, clock, receiver) as scene:
        await scene.choose(ladder="3 in 14d: timeout 24h")
        for _ in range(3):
            await scene.does("warn", user=scene.otter, reason="Spam")
        await scene.sweep(5)
        return await scene.told()


async def appeals(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """A ban is appealed and approved, a timeout is appealed and stays."""
    async with appeals_scene(config, clock, receiver) as made:
        await made.banned()
        await made.presses("Approve")
        await made.sweep()
        pilot = made.scene.world.guild.add_member(made.scene.world.env.create_user("gull"))
        await made.scene.world.env.settle()
        await made.scene.does("timeout", user=pilot, duration="1h", reason="Loud")
        await made.files(number=2)
        asked = await made.scene.moderator.click(made.cards()[-1], label="Deny")
        await made.scene.moderator.submit_modal(asked, {"reason": "Not yet"})
        await made.sweep()
        return await made.scene.told()


async def members(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """People and bots come, go, are sent away and are let in again, seen or found later."""
    async with simulated(config, clock) as world:
        await world.subscribe(receiver)
        backend, guild, env = world.env.backend, world.guild, world.env
        await compared(world)
        invite = backend.create_invite(world.channel.id, world.manager.id)
        await env.settle()
        invite.uses += 1
        guild.add_member(env.create_user("invited"))
        await later(world, 1.5)
        robot = guild.add_member(env.create_user("robot", bot=True))
        gull, heron, swan = (
            guild.add_member(env.create_user(n)) for n in ("gull", "heron", "swan")
        )
        stranger, another = env.create_user("stranger"), env.create_user("another")
        await later(world, 1.5)
        guild.remove_member(robot)
        await world.gateway("GUILD_MEMBER_REMOVE", env.create_user("unseen"))
        guild.remove_member(gull)
        backend.record_audit_log(
            guild.id, KICKED, target_id=gull.id, user_id=world.manager.id, reason="Enough"
        )
        await world.gateway("GUILD_BAN_ADD", heron)
        backend.record_audit_log(
            guild.id, BANNED, target_id=heron.id, user_id=world.manager.id, reason="Spam"
        )
        for signal in ("GUILD_BAN_ADD", "GUILD_BAN_REMOVE"):
            await world.gateway(signal, stranger)
        await later(world, 5)
        # While nobody looks: somebody goes, and somebody is banned who may have come meanwhile.
        backend.get_guild(guild.id).members.pop(swan.id)
        backend.get_guild(guild.id).bans[another.id] = None
        await world.restart()
        await compared(world)
        return await world.told(receiver)


async def changes(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """Timeouts, permissions and dangerous roles by hand; settings and webhooks; what goes wrong."""
    async with simulated(config, clock) as world, Receiver(clock=clock) as gone:
        await world.subscribe(receiver)
        gone.behave = status(410)
        await world.subscribe(gone, ["member.joined"], dialect="standard")
        await by_hand(world)
        shown = await world.manager.slash(world.channel, "settings", feature="members")
        assert shown.response is not None
        await world.manager.select(shown.response, ["enabled=off"])
        await world.manager.select(shown.response, ["enabled=on"])
        await world.manager.slash(world.channel, "webhook test", name="backend")
        for act in ("pause", "resume"):
            await world.manager.slash(world.channel, f"webhook {act}", name="backend")
        await on_the_dashboard(world)
        world.guild.add_member(world.env.create_user("stranger"))
        await later(world, 2)
        await too_large(world)
        return await world.told(receiver)


async def on_the_dashboard(world: World) -> None:
    """What its buttons do, in the name of whoever is signed in."""
    person = Actor(world.guild.id, world.manager.id, "harbour_master", source="dashboard")
    webhooks = world.app.parts[ENDPOINTS].service
    await webhooks.pause(person, "backend")
    await webhooks.resume(person, "backend")


async def too_large(world: World) -> None:
    """Another program's own event is refused for its size, by the door that `attach` hands out."""
    huge = CaseAppealed.sample(world.guild.id).model_copy(update={"message": "x" * 300_000})
    outbox = world.app.emitter.outbox
    with suppress(EventTooLarge):
        await outbox.record(huge)
    await outbox.reports.drained()


DRIVERS: tuple[Driver, ...] = (
    *(cases, untouched, ladder, appeals),
    *(members, changes, tickets, unread, economy, casino, trades, duels, levels, giveaways),
    *(automod, attacks),
    network,
    scams,
    sync,
    incoming,
)
