"""People of a raid: each is dealt with once, some at a time, also after a crash.

Before anything is ordered about somebody their row says so; what says so and has no case is asked
about first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.acts import ActUnknown
from bot.errors import UserError
from bot.features.raids import store, words
from bot.features.raids.model import JoinerState
from bot.features.raids.ports import RaidsPorts
from bot.features.raids.records import Raid, RaidJoiner
from bot.logs import get_logger
from bot.sanctions import OwnReason, Sanction, Sanctioned, measure_of
from bot.storage.sweep import TURN
from bot.texts import N_

SOME, MANY = 25, 200  # people at a time, and of one call that bans
CLOCKS = timedelta(minutes=1)

_log = get_logger("herald.raids")


class RaidPeople:
    """Sanctions of those who came with a raid, and their end."""

    def __init__(self, ports: RaidsPorts) -> None:
        self._ports = ports

    async def deal(self, raid: Raid) -> None:
        """Some of those who wait."""
        most = MANY if raid.action == "ban" or raid.is_shadow else SOME
        began = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            some = await store.take(tx, raid, most, began)
        for one in some:
            if one.state is JoinerState.RELEASING and self._is_turn(began):
                await self._release(raid, one)
        await self._act(raid, [one for one in some if one.state is not JoinerState.RELEASING])

    async def _act(self, raid: Raid, waiting: Sequence[RaidJoiner]) -> None:
        began = self._ports.clock.now()
        if not waiting:
            return
        if raid.action == "alert":
            await self._list(raid, waiting)
            return
        if raid.is_shadow:
            await self._settle(raid, [(one, None) for one in waiting])
            return
        left = await self._found(raid, waiting)
        ordered = await self._claimed(left)
        if raid.action == "ban" and len(ordered) > 1:
            ordered = await self._banned(raid, ordered)
        for one in ordered:
            if self._is_turn(began):
                await self._order(raid, one)

    def _is_turn(self, began: datetime) -> bool:
        """Whether it is still this raid's: others wait, and its lease ends."""
        return self._ports.clock.now() - began <= TURN

    async def _order(self, raid: Raid, one: RaidJoiner) -> None:
        came = await self._ports.sanctions.order(self._sanction(raid, one))
        if not came.is_open:  # else the next turn orders it again
            await self._settle(raid, [(one, came)])

    async def _list(self, raid: Raid, people: Sequence[RaidJoiner]) -> None:
        """Nothing is done about them but to say who they are."""
        measures = [words.listed(one) for one in people]
        async with self._ports.database.transaction() as tx:
            await store.mark(tx, people, _dealt(raid))
            await self._ports.incidents.did(tx, raid.incident_id, *measures)

    async def _found(self, raid: Raid, waiting: Sequence[RaidJoiner]) -> list[RaidJoiner]:
        """Settle those about whom a case was made before the process died; who is left.

        Where it is not known yet whether that was done, nothing is done this time.
        """
        asked = [one for one in waiting if one.state is JoinerState.ORDERED]
        if not asked or raid.action == "alert":
            return list(waiting)
        made = await self._ports.crowd.ordered(
            raid.guild_id, [one.user_id for one in asked], raid.action, raid.began_at - CLOCKS
        )
        known = [one for one in asked if one.user_id in made]
        done = [(one, made[one.user_id]) for one in known if made[one.user_id].refusal is None]
        if done:
            await self._settle(raid, done)
        return [one for one in waiting if one not in known]

    async def _claimed(self, people: Sequence[RaidJoiner]) -> list[RaidJoiner]:
        if people:
            async with self._ports.database.transaction() as tx:
                await store.mark(tx, people, JoinerState.ORDERED)
        return [replace(one, state=JoinerState.ORDERED) for one in people]

    async def _banned(self, raid: Raid, people: Sequence[RaidJoiner]) -> list[RaidJoiner]:
        """Ban them by one call; those who have to be banned one by one."""
        user_ids = list(dict.fromkeys(one.user_id for one in people))
        try:
            came = await self._ports.crowd.ban(raid.guild_id, user_ids, words.reason(raid))
        except ActUnknown as error:
            _log.warning("raids.not_banned", raid_id=raid.id, error=str(error))
            return []  # the next turn asks who was
        if came is None:
            return list(people)
        await self._settle(raid, _paired(people, came))
        return []

    async def _settle(
        self, raid: Raid, came: Sequence[tuple[RaidJoiner, Sanctioned | None]]
    ) -> None:
        """Say what became of them; None is what would have been done, in shadow."""
        measures = [measure_of(self._sanction(raid, one), result) for one, result in came]
        async with self._ports.database.transaction() as tx:
            for one, result in came:
                number = None if result is None else result.number
                refusal = None if result is None else result.refusal
                is_refused = result is not None and number is None
                state = JoinerState.REFUSED if is_refused else _dealt(raid)
                values = {"case_number": number, "refusal": refusal}
                await store.mark(tx, [one], state, **values)
            await self._ports.incidents.did(tx, raid.incident_id, *measures)

    async def _release(self, raid: Raid, one: RaidJoiner) -> None:
        """Lift what was done about somebody; it is said of them where that cannot be."""
        refusal, number = None, one.case_number
        try:
            if number is not None:
                by_id = raid.ended_by_id or 0
                why = OwnReason.of(N_("Released from raid {number}"), number=raid.id)
                await self._ports.sanctions.lift(raid.guild_id, number, by_id=by_id, reason=why)
        except UserError as error:
            refusal = str(error)
        except ActUnknown as error:
            _log.warning("raids.not_released", raid_id=raid.id, error=str(error))
            return
        async with self._ports.database.transaction() as tx:
            await store.mark(tx, [one], JoinerState.RELEASED, refusal=refusal)

    def _sanction(self, raid: Raid, one: RaidJoiner) -> Sanction:
        action = "quarantine" if raid.action == "alert" else raid.action
        return Sanction(raid.guild_id, one.user_id, action, words.reason(raid), is_silent=True)


def _dealt(raid: Raid) -> JoinerState:
    """How people stand about whom nothing more is to be done: in shadow nothing was."""
    return JoinerState.SPARED if raid.is_shadow else JoinerState.DONE


def _paired(
    people: Sequence[RaidJoiner], came: Mapping[int, Sanctioned]
) -> list[tuple[RaidJoiner, Sanctioned | None]]:
    """Of whom nothing is said there was no answer: the next turn asks about them."""
    known = [(one, came.get(one.user_id)) for one in people]
    return [(one, result) for one, result in known if result is not None and not result.is_open]
