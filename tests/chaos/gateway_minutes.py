"""Minutes in company, as whoever follows the gateway sees them: what voice is paid by."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

COMPANY = 2  # people who hear one another
MINUTE = 60.0  # seconds: of two looks as far apart, both are paid


@dataclass(slots=True)
class Minutes:
    """Minutes of each person: those that must have been paid, and those that may have been."""

    sure: Counter[int] = field(default_factory=Counter[int])
    maybe: Counter[int] = field(default_factory=Counter[int])

    def look(self, seconds: float, before: set[int] | None, after: set[int] | None) -> None:
        """So much time has passed; who was seen before and after that, None for nobody knows."""
        is_sure = seconds >= MINUTE and before is not None and before == after
        seen = (before or set()) | (after or set())
        (self.sure if is_sure else self.maybe).update(seen if len(seen) >= COMPANY else ())

    def guess(self, user_ids: Collection[int]) -> None:
        """Some of these may be seen by a bot that does not hear just now."""
        self.maybe.update(user_ids)


def company(told: Iterable[Mapping[str, Any]]) -> set[int]:
    """The members in voice, as a session was told: of those who left nobody knows their name."""
    talk, gone = set[int](), set[int]()
    for one in told:
        event, data = one["t"], one["d"]
        match event:
            case "GUILD_CREATE":
                talk, gone = {int(state["user_id"]) for state in data["voice_states"]}, set[int]()
            case "GUILD_DELETE":
                talk, gone = set[int](), set[int]()
            case "VOICE_STATE_UPDATE":
                user_id = int(data["user_id"])
                (talk.discard if data["channel_id"] is None else talk.add)(user_id)
                gone.discard(user_id)
            case "GUILD_MEMBER_REMOVE":
                gone.add(int(data["user"]["id"]))
            case "GUILD_MEMBER_ADD" | "GUILD_MEMBER_UPDATE":
                gone.discard(int(data["user"]["id"]))
            case "GUILD_MEMBERS_CHUNK":
                gone -= {int(member["user"]["id"]) for member in data["members"]}
            case _:
                pass
    return talk - gone
