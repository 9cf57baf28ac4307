"""Nukes with the cases they order and the log they write, on a real database."""

from dataclasses import replace
from typing import Any, Self

from bot.acts import Actor
from bot.clock import ManualClock, to_snowflake
from bot.delivery.emitter import Emitter
from bot.features.cases import CASES
from bot.features.cases.model import Order
from bot.features.incidents import INCIDENTS
from bot.features.nukes import NUKES, store
from bot.features.nukes.model import Harm, LoggedAct
from bot.features.nukes.records import Nuke, Repair
from bot.features.settings import SETTINGS
from bot.guild_changes import GrantChange, RoleGrant
from bot.structure import ChannelPlan, Overwrite, RolePlan
from tests.integration.cases.cases_env import Written
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.fake_acts import BOT, MODERATOR, OWNER, FakeActs
from tests.support.features import features_on

HARBOUR_MASTER = Actor(GUILD, MODERATOR, "harbour_master")
QUEEN = Actor(GUILD, OWNER, "queen")
LOG, LOG_NAME = 500, "log"
BAN_BIT, ADMIN_BIT, SEND = 1 << 2, 1 << 3, 1 << 11


class NukesProcess(Written):
    """Short words for what tests do; `renew` is a new process on what the last one left."""

    def __init__(self, emitter: Emitter, clock: ManualClock) -> None:
        super().__init__(emitter)
        self.clock, self.database = clock, emitter.database
        self.discord = FakeActs()
        self.discord.clock = clock
        self._entry = 0
        self.first_roles = dict(self.discord.there)
        self.build()
        self.renew()

    def build(self) -> None:
        """A server worth tearing down."""
        plans, roles = self.discord.plans, self.discord.role_plans
        for role_id, seen in self.discord.there.items():
            permissions = ADMIN_BIT if role_id == 1 else 0
            roles[role_id] = RolePlan(role_id, seen.name, permissions, seen.position)
        plans[100] = ChannelPlan(100, "category", "Harbour", 0)
        friends = Overwrite(10, allow=SEND)
        everybody = Overwrite(GUILD, deny=SEND)
        for number in range(6):
            plans[101 + number] = ChannelPlan(
                101 + number,
                "text" if number % 2 else "voice",
                f"quay-{number}",
                number + 1,
                parent_id=100,
                topic="Boats" if number % 2 else None,
                overwrites=(friends, everybody),
            )
        plans[LOG] = ChannelPlan(LOG, "text", LOG_NAME, 9)

    def renew(self) -> None:
        parts = features_on(self.emitter, self.clock, acts=self.discord)
        self.parts = parts
        self.settings = parts[SETTINGS].service
        self.incidents = parts[INCIDENTS].service
        self.cases = parts[CASES].service
        self.nukes = parts[NUKES].service

    async def again(self) -> None:
        """Another process on the same database; memory is gone."""
        await self.nukes.detection.stop()
        self.renew()
        await self.nukes.remember()
        self.nukes.detection.start()

    @classmethod
    async def open(cls, emitter: Emitter, clock: ManualClock) -> Self:
        patterns = ("case.*", "security.nuke_detected")
        await add_endpoint(emitter, "http://127.0.0.1:9/", patterns=patterns)
        env = cls(emitter, clock)
        await env.choose("cases", quarantine_role_id=21)
        await env.choose("incidents", log_channel_id=LOG)
        await env.choose("nukes", enabled=True)
        env.nukes.detection.start()
        return env

    async def choose(self, feature: str, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(QUEEN, feature, name, value)

    def act(self, action: str, target_id: int, *, by: int = MODERATOR, **more: Any) -> LoggedAct:
        """An entry of the audit log, as it is told."""
        self._entry += 1
        return LoggedAct(
            guild_id=GUILD,
            entry_id=to_snowflake(self.clock.now()) + self._entry,
            actor_id=by,
            actor_name="harbour_master",
            action=action,
            target_id=target_id,
            by_us=by == BOT,
            **more,
        )

    async def does(self, action: str, target_id: int, *, by: int = MODERATOR, **more: Any) -> None:
        """Somebody does it by hand, and the log tells."""
        await self.nukes.seen(self.act(action, target_id, by=by, **more))

    async def weigh(self, action: str, target_id: int, *, by: int) -> None:
        """The last act, weighed in this very task: a walk dies in it."""
        self.nukes.remains.channel_gone(self.discord.plans.pop(target_id))
        act = self.act(action, target_id, by=by)
        harm = Harm(
            guild_id=GUILD,
            actor_id=act.actor_id,
            action=action,
            at=self.clock.now(),
            entry_id=act.entry_id,
            damages=self.nukes.evidence.damages(act),
        )
        await self.nukes.detection._take([harm])  # pyright: ignore[reportPrivateUsage] - as its group does

    async def deletes_channels(
        self, *channel_ids: int, by: int = MODERATOR, log_first: bool = False
    ) -> None:
        """The log tells of it after the gateway, or before."""
        for one in channel_ids:
            if log_first:
                await self.does("channel_delete", one, by=by)
            self.nukes.remains.channel_gone(self.discord.plans.pop(one))
            if not log_first:
                await self.does("channel_delete", one, by=by)

    async def deletes_role(
        self, role_id: int, *, by: int = MODERATOR, log_first: bool = False
    ) -> None:
        if log_first:
            await self.does("role_delete", role_id, by=by)
        role = self.discord.role_plans.pop(role_id)
        self.discord.there.pop(role_id)
        holders = [one for one, who in self.discord.people.items() if role_id in who.role_ids]
        places = list[tuple[int, Overwrite]]()
        for one, plan in self.discord.plans.items():
            held = [said for said in plan.overwrites if said.target_id == role_id]
            places += [(one, said) for said in held]
            left = tuple(said for said in plan.overwrites if said.target_id != role_id)
            self.discord.plans[one] = replace(plan, overwrites=left)
        for one in holders:
            self.discord.people[one].role_ids.discard(role_id)
        self.nukes.remains.role_gone(role, holders, places)
        if not log_first:
            await self.does("role_delete", role_id, by=by)

    async def permits(self, role_id: int, permissions: int, *, by: int = MODERATOR) -> None:
        role = self.discord.role_plans[role_id]
        self.discord.role_plans[role_id] = replace(role, permissions=permissions)
        before = {"permissions": role.permissions}
        after = {"permissions": permissions}
        await self.does("role_permissions", role_id, by=by, before=before, after=after)

    async def says(self, channel_id: int, overwrite: Overwrite, *, by: int = MODERATOR) -> None:
        plan = self.discord.plans[channel_id]
        was = plan.overwrite(overwrite.target_id)
        others = [one for one in plan.overwrites if one.target_id != overwrite.target_id]
        held = tuple(sorted([*others, overwrite], key=lambda one: one.target_id))
        self.discord.plans[channel_id] = replace(plan, overwrites=held)
        await self.does(
            "overwrite",
            channel_id,
            by=by,
            subject_id=overwrite.target_id,
            before={"allow": was.allow, "deny": was.deny},
            after={"allow": overwrite.allow, "deny": overwrite.deny},
        )

    async def bans(self, *user_ids: int, by: int = MODERATOR) -> None:
        for one in user_ids:
            self.discord.people.pop(one)
            self.discord.banned[one] = None
            await self.does("ban", one, by=by)

    async def orders(self, type_: Any, *user_ids: int) -> None:
        """Through the bot's own commands."""
        for one in user_ids:
            await self.cases.order(HARBOUR_MASTER, Order(type_, one))
        await self.nukes.detection._group.drained()  # pyright: ignore[reportPrivateUsage] - what a command leaves to it


class NukesEnv(NukesProcess):
    """The same, with what can be seen of it."""

    def gives(self, user_id: int, role_id: int, *, by: int) -> GrantChange:
        """What the audit log says of a role that somebody was given now."""
        self._entry += 1
        return GrantChange(
            guild_id=GUILD,
            entry_id=to_snowflake(self.clock.now()) + self._entry,
            actor_id=by,
            actor_name="harbour_master",
            target_id=user_id,
            target_name="gull",
            reason=None,
            roles=(RoleGrant(role_id, "Trusted", frozenset()),),
        )

    async def process_cases(self) -> None:
        """What a crash left of a case is settled."""
        await self.cases.sweep.sweep()

    async def sweep(self, seconds: float = 0, times: int = 1) -> None:
        self.clock.advance(seconds)
        for _ in range(times):
            await self.nukes.sweep.sweep()

    async def nuke(self) -> Nuke | None:
        async with self.database.reading() as reading:
            return await store.newest(reading, GUILD)

    async def repairs(self) -> list[Repair]:
        found = await self.nuke()
        if found is None:
            return []
        async with self.database.reading() as reading:
            return await store.repairs(reading, found)

    async def detected(self) -> list[dict[str, Any]]:
        return [data for kind, data in await self.told() if kind == "security.nuke_detected"]

    async def said(self) -> str:
        """Everything that the log says was done."""
        found = await self.nuke()
        assert found is not None
        page = await self.incidents.measures(GUILD, found.incident_id, 1)
        return "\n".join(one.label for one in page.rows)

    async def tears_down(self, *, by: int) -> Any:
        """Some of everything at once; the server as it was before, with a friend in it."""
        friend, victim = self.discord.enter(1900, roles={10, 11}), self.discord.enter(1901)
        before = self.shape()
        before[2].pop(victim)  # who was banned may come back
        await self.permits(11, ADMIN_BIT, by=by)
        await self.says(104, Overwrite(11, deny=SEND), by=by)
        await self.deletes_channels(101, 100, by=by)
        await self.deletes_role(10, by=by)
        await self.bans(victim, by=by)
        made = replace(self.discord.plans[105], channel_id=9000, name="hacked")
        self.discord.plans[9000] = made
        await self.does("channel_create", 9000, by=by, target_name="hacked")
        await self.deletes_channels(102, by=by)
        await self.sweep(times=3)
        assert 10 not in self.discord.roles_of(friend)
        return before

    def shape(self) -> tuple[list[Any], list[Any], dict[int, frozenset[int]]]:
        """The server object by object, each by its name: new ids do not matter."""
        roles = {one: plan.name for one, plan in self.discord.role_plans.items()}
        channels = {one: plan.name for one, plan in self.discord.plans.items()}
        named = [
            replace(
                plan,
                channel_id=0,
                parent_id=None,
                topic=f"{plan.topic} in {channels.get(plan.parent_id or 0)}",
                overwrites=tuple(
                    sorted(
                        (replace(one, target_id=0) for one in plan.overwrites),
                        key=lambda one: (one.allow, one.deny),
                    )
                ),
            )
            for plan in self.discord.plans.values()
        ]
        said = sorted(
            (plan.name, roles.get(one.target_id), one.allow, one.deny)
            for plan in self.discord.plans.values()
            for one in plan.overwrites
        )
        held = {
            one: frozenset(hash(roles.get(role, "")) for role in who.role_ids)
            for one, who in self.discord.people.items()
        }
        kept = [replace(one, role_id=0) for one in self.discord.role_plans.values()]
        kept.sort(key=lambda one: one.name)
        named.sort(key=lambda one: one.name)
        return [*named, *said], kept, held
