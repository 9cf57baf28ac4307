"""Tripwire: a protection that does no more than the kit of the protections asks for."""

from collections.abc import Sequence

from pydantic import Field

from bot.acts import ActUnknown
from bot.errors import UserError
from bot.feature import Core, Facade, Feature, Protection, Sanctions
from bot.incident import Finding, Measure, Why
from bot.sanctions import Sanction, measure_of
from bot.settings import FeatureSettings

WIRE = "wire"
"""Kind of a measure of its own, which it cuts and puts up again."""


class TripwireSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "tripwire"
    title = "Tripwire"

    enabled: bool = Field(default=False, description="Watch for whoever stumbles")
    height: int = Field(default=3, ge=1, le=9, description="How high it hangs")


class Tripwire(Facade):
    """Cuts wires and quarantines whoever stumbles, unless it is in shadow."""

    sanctions: Sanctions

    def __init__(self, core: Core) -> None:
        self._core = core
        self.cut = list[int]()
        self.rewired = list[int]()
        self.fails: dict[int, Exception] = {}
        core.incidents.undoes(WIRE, self._rewire)
        core.incidents.protect(
            Protection(
                name="tripwire",
                title="Tripwire",
                settings=TripwireSettings,
                status=self._status,
                permissions={"kick_members": "to show people the door"},
            )
        )

    async def stumbles(self, guild_id: int, *user_ids: int, wires: Sequence[int] = ()) -> int:
        """Somebody did: what was done about it stands in the incident whose number this is."""
        is_shadow = await self._core.incidents.is_shadow(guild_id, "tripwire")
        why = Why("Whoever stumbles", (("Wires", f"{len(wires)} of 0"),), ("role Acrobats",))
        finding = Finding(
            guild_id=guild_id,
            feature="tripwire",
            title="Somebody stumbled",
            why=why,
            user_id=user_ids[0] if user_ids else None,
            is_shadow=is_shadow,
        )
        async with self._core.database.transaction() as tx:
            incident_id = await self._core.incidents.open(tx, finding)
            await self._core.incidents.did(
                tx, incident_id, *(Measure(WIRE, wire, f"wire {wire} was cut") for wire in wires)
            )
        self.cut += [] if is_shadow else wires
        for user_id in user_ids:
            sanction = Sanction(guild_id, user_id, "quarantine", "Tripwire: stumbled")
            came = None if is_shadow else await self.sanctions.order(sanction)
            async with self._core.database.transaction() as tx:
                await self._core.incidents.did(tx, incident_id, measure_of(sanction, came))
        return incident_id

    async def _rewire(self, actor_id: int, guild_id: int, measure: Measure) -> None:
        error = self.fails.get(measure.target_id)
        if error is not None:
            raise error
        if measure.target_id in self.cut:
            self.cut.remove(measure.target_id)
            self.rewired.append(measure.target_id)

    async def _status(self, guild_id: int) -> Sequence[tuple[str, str]]:
        return (("Cut wires", str(len(self.cut))),)


TORN, NO_ANSWER = UserError("it is torn"), ActUnknown("503")
TRIPWIRE = Feature("tripwire", Tripwire, TripwireSettings)
