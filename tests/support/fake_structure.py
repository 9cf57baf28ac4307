"""Structure of the fake Discord port: roles, channels, overwrites, and invites that are paused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.acts import ActRefused, Gone
from bot.clock import to_snowflake
from bot.snapshots import RoleSeen
from bot.structure import ChannelPlan, GuildPlan, Overwrite, RolePlan
from tests.support.emitter_setup import GUILD
from tests.support.fake_guild import FakeGuild, Fault


class FakeStructureReads(FakeGuild):
    """What a test puts there, and what becomes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.plans = dict[int, ChannelPlan]()
        self.role_plans = {GUILD: RolePlan(GUILD, "@everyone", 0x400)}
        self.paused: datetime | None = None
        self.added_by = dict[int, int]()
        self.unexplained = False  # whether what the log ascribes to the bot is somebody else's
        self._made = self._count = 0

    def plan(self, guild_id: int) -> GuildPlan | None:
        if guild_id != GUILD or not self.is_there:
            return None
        return GuildPlan(dict(self.role_plans), dict(self.plans))

    def held_by(self, guild_id: int, role_id: int) -> list[int]:
        return [one for one, who in self.people.items() if role_id in who.role_ids]

    async def overwrite(self, guild_id: int, channel_id: int, target_id: int) -> Overwrite:
        await self._fault("overwrite", channel_id)
        return self._plan(channel_id).overwrite(target_id)

    def paused_until(self, guild_id: int) -> datetime | None:
        return self.paused

    async def who_added(self, guild_id: int, bot_id: int) -> int | None:
        await self._fault("who_added", bot_id)
        return self.added_by.get(bot_id)

    def explains(self, guild_id: int, action: str, target_id: int) -> bool:
        return not self.unexplained

    async def _change(self, name: str, about: int, do: Callable[[], object]) -> None:
        """Done also where no answer says so."""
        fault = self.faults.get(f"{name} {about}", self.faults.get(name))
        if fault in (Fault.LATE, Fault.CRASH_AFTER):
            do()
        await self._fault(name, about)
        do()

    def _new_id(self) -> int:
        self._count += 1
        return to_snowflake(self._now()) + self._count

    def _now(self) -> datetime:
        assert self.clock is not None
        return self.clock.now()

    def _plan(self, channel_id: int) -> ChannelPlan:
        if channel_id not in self.plans:
            raise Gone("Unknown Channel")
        return self.plans[channel_id]

    def _role(self, role_id: int) -> RolePlan:
        if role_id not in self.role_plans:
            raise Gone("Unknown Role")
        return self.role_plans[role_id]


class FakeStructure(FakeStructureReads):
    """What can be changed of it."""

    async def put_overwrite(
        self, guild_id: int, channel_id: int, overwrite: Overwrite, *, reason: str
    ) -> None:
        def do() -> None:
            plan = self._plan(channel_id)
            others = [one for one in plan.overwrites if one.target_id != overwrite.target_id]
            held = others if overwrite.is_empty else [*others, overwrite]
            held.sort(key=lambda one: one.target_id)
            self.plans[channel_id] = replace(plan, overwrites=tuple(held))

        await self._change("put_overwrite", channel_id, do)

    async def make_channel(self, guild_id: int, plan: ChannelPlan, *, reason: str) -> int:
        def do() -> None:
            self._made = self._new_id()
            self.plans[self._made] = replace(plan, channel_id=self._made)

        await self._change("make_channel", plan.channel_id, do)
        return self._made

    async def remove_channel(self, guild_id: int, channel_id: int, *, reason: str) -> None:
        await self._change(
            "remove_channel",
            channel_id,
            lambda: self.plans.pop(self._plan(channel_id).channel_id, None),
        )

    async def arrange(
        self, guild_id: int, positions: Mapping[int, int], parent_id: int, *, reason: str
    ) -> None:
        def do() -> None:
            for one, place in positions.items():
                plan = self._plan(one)
                self.plans[one] = replace(plan, position=place, parent_id=parent_id)

        await self._change("arrange", parent_id, do)

    async def make_role(self, guild_id: int, plan: RolePlan, *, reason: str) -> int:
        def do() -> None:
            self._made = self._new_id()
            self.role_plans[self._made] = replace(plan, role_id=self._made, position=1)
            self.there[self._made] = RoleSeen(plan.name, 1)

        await self._change("make_role", plan.role_id, do)
        return self._made

    async def change_role(self, guild_id: int, plan: RolePlan, *, reason: str) -> None:
        def do() -> None:
            there = self._role(plan.role_id)
            self.role_plans[plan.role_id] = replace(plan, position=there.position)

        await self._change("change_role", plan.role_id, do)

    async def remove_role(self, guild_id: int, role_id: int, *, reason: str) -> None:
        def do() -> None:
            self.role_plans.pop(self._role(role_id).role_id)
            self.there.pop(role_id, None)

        await self._change("remove_role", role_id, do)

    async def order_roles(
        self, guild_id: int, positions: Mapping[int, int], *, reason: str
    ) -> None:
        def do() -> None:
            for one, place in positions.items():
                self.role_plans[one] = replace(self._role(one), position=place)

        await self._change("order_roles", 0, do)

    async def pause_invites(self, guild_id: int, until: datetime | None) -> None:
        def do() -> None:
            if until is not None and until > self._now() + timedelta(hours=24):
                raise ActRefused("Invalid Form Body")
            self.paused = until

        await self._change("pause_invites", 0, do)
