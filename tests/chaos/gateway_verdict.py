"""What a judge looks at after bad weather, and what the bot was not told in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.chaos.games_truth import told
from tests.chaos.gateway_scene import Scene
from tests.support.discord_server.native_guild import NativeGuild
from tests.support.discord_server.populated_guild import Told
from tests.support.discord_server.routes import PLACE


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything a judge looks at."""

    scene: Scene
    database: Database
    events: list[dict[str, Any]]
    now: datetime
    vault: Vault
    received: set[str]
    """The ids of the events that came to the endpoint."""

    @property
    def guild(self) -> NativeGuild:
        return self.scene.guild

    @property
    def missed(self) -> Sequence[Told]:
        """What the bot was never told."""
        return (*self.scene.server.gateway.missed, *self.scene.server.faults.never)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return told(self.events, kind)

    def unheard(self, *events: str) -> set[int]:
        """Of whom such an event was told never, or out of turn."""
        return {
            int(data["user"]["id"])
            for event, data in (*self.missed, *self.scene.server.faults.muddled)
            if event in events
        }

    def unread(self) -> set[int]:
        """Messages that the bot was never told of."""
        return {
            int(data["id"]) for _event, data in self.missed if "content" in data and "id" in data
        }

    def was_refused(self, *calls: str) -> bool:
        """Whether Discord once answered one of these badly."""
        return not {*calls}.isdisjoint(self.scene.server.faults.refused)

    def is_unknown(self, user_id: int) -> bool:
        """Whether Discord did not say who somebody is: they might be staff, and are let be."""
        return self.was_refused(f"GET {PLACE}/members/{user_id}")


def once(numbers: Iterable[int]) -> set[int]:
    """These, of which there may be none twice."""
    found = [*numbers]
    assert len({*found}) == len(found), found
    return {*found}
