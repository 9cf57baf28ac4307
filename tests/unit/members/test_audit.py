"""Leave, kick, prune or ban: what the audit log adds, whenever it comes."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.catalogue.members import MemberBanned, MemberLeft, MemberUnbanned
from bot.features.members.facts import Fact
from bot.features.members.interpreter import MemberInterpreter
from bot.snapshots import AuditAction, AuditSeen, Person, case_mark

GUILD = 81_384_788_765_712_384
NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
JOINED = NOW - timedelta(days=3)
OTTER = Person(GUILD, 234_567_890_123_456_789, "quiet_otter", is_bot=False)
HERON = Person(GUILD, 345_678_901_234_567_890, "heron", is_bot=False)
MODERATOR = 77


class Scene:
    """Signals on a clock of its own, in a guild whose log may be read."""

    def __init__(self) -> None:
        self.watch = MemberInterpreter(timedelta(seconds=2.5))
        self.now = NOW
        self.facts: list[Fact] = []
        self._entry_id = 100

    def goes(self, person: Person = OTTER) -> "Scene":
        self.facts += self.watch.removed(person, JOINED, self.now)
        return self

    def joins(self, at: datetime, person: Person = OTTER) -> "Scene":
        self.facts += self.watch.joined(person, at, self.now)
        return self

    def is_banned(self, person: Person = OTTER, *, reads_log: bool = True) -> "Scene":
        self.facts += self.watch.banned(person, self.now, reads_log=reads_log)
        return self

    def is_unbanned(self, person: Person = OTTER) -> "Scene":
        self.facts += self.watch.unbanned(person, self.now, reads_log=True)
        return self

    def logs(
        self,
        action: AuditAction,
        person: Person = OTTER,
        *,
        reason: str | None = "Advertising",
        count: int = 1,
        bare: bool = False,
        by_us: bool = False,
    ) -> "Scene":
        self._entry_id += 1
        entry = AuditSeen(
            guild_id=GUILD,
            entry_id=self._entry_id,
            action=action,
            target_id=None if action == "prune" else person.user_id,
            moderator_id=MODERATOR,
            reason=reason,
            count=count,
            target=None if bare or action == "prune" else person,
            by_us=by_us,
        )
        self.facts += self.watch.audit_seen(entry, self.now)
        return self

    def after(self, seconds: float) -> "Scene":
        """Discord says that whoever is asked about is gone."""
        self.now += timedelta(seconds=seconds)
        for held in self.watch.holding.doubtful(self.now):
            self.watch.holding.settle(held, is_gone=True)
        self.facts += self.watch.decide(self.now)
        return self

    def told(self) -> list[tuple[str, int | None]]:
        """What was told, in short: left, kicked, banned, unbanned, and by whom."""
        return [short(fact) for fact in self.facts]


def short(fact: Fact) -> tuple[str, int | None]:
    if isinstance(fact, MemberLeft):
        return fact.kind, fact.moderator_id
    kind = fact.type.removeprefix("member.")
    return kind, fact.moderator_id if isinstance(fact, MemberBanned | MemberUnbanned) else None


LEFT, KICKED = ("left", None), ("kicked", MODERATOR)
BY_NOBODY = ("banned", None)
BANNED, UNBANNED = ("banned", MODERATOR), ("unbanned", MODERATOR)

SCENES: list[tuple[str, Scene, list[tuple[str, int | None]]]] = [
    ("a removal alone says only gone", Scene().goes().after(2.5), [LEFT]),
    ("a kick, its entry before", Scene().logs("kick").goes(), [KICKED]),
    ("a kick, its entry within the hold", Scene().goes().after(2.4).logs("kick"), [KICKED]),
    ("a kick, its entry never", Scene().goes().after(60), [LEFT]),
    ("a late entry changes nothing", Scene().goes().after(3).logs("kick").after(3), [LEFT]),
    (
        "a late entry explains no later leave",
        Scene().goes().after(3).logs("kick").joins(NOW + timedelta(seconds=4)).goes().after(3),
        [LEFT, ("joined", None), LEFT],
    ),
    ("an entry without its removal", Scene().logs("kick").after(2.5), [KICKED]),
    ("a removal after its entry was told", Scene().logs("kick").after(5).goes().after(3), [KICKED]),
    ("somebody else's kick", Scene().logs("kick", HERON).goes().after(3), [KICKED, LEFT]),
    ("a bare id alone names nobody", Scene().logs("kick", bare=True).after(3), []),
    ("a bare id 9 s before", Scene().logs("kick", bare=True).after(9).goes(), [KICKED]),
    ("a bare id 11 s before", Scene().logs("kick", bare=True).after(11).goes().after(3), [LEFT]),
    (
        "an entry is used once",
        Scene().logs("kick").goes().joins(NOW + timedelta(seconds=1)).goes().after(3),
        [KICKED, ("joined", None), LEFT],
    ),
    ("a ban waits for its entry", Scene().is_banned().after(2.4), []),
    ("a ban, its entry within the hold", Scene().is_banned().after(2).logs("ban"), [BANNED]),
    ("a ban, its entry before", Scene().logs("ban").is_banned().goes().after(3), [BANNED]),
    ("a ban, its entry never", Scene().is_banned().after(2.5), [BY_NOBODY]),
    (
        "a ban, its entry late",
        Scene().is_banned().after(3).logs("ban").after(3),
        [("banned", None)],
    ),
    ("a ban told by its entry and the removal", Scene().goes().logs("ban").after(3), [BANNED]),
    ("the same, and then the ban", Scene().goes().logs("ban").is_banned().after(3), [BANNED]),
    ("a ban told by its entry alone", Scene().logs("ban").after(2.5), [BANNED]),
    (
        "without the right: at once",
        Scene().is_banned(reads_log=False),
        [("banned", None)],
    ),
    ("an unban, its entry within the hold", Scene().is_unbanned().logs("unban"), [UNBANNED]),
    ("an unban told by its entry alone", Scene().logs("unban").after(2.5), [UNBANNED]),
    (
        "a ban lifted at once",
        Scene().is_banned().is_unbanned().logs("unban").after(3),
        [("banned", None), UNBANNED],
    ),
    (
        "a ban lifted at once, both in the log",
        Scene().goes().logs("ban").is_banned().logs("unban").is_unbanned().after(3),
        [BANNED, UNBANNED],
    ),
    ("a prune, its entry before", Scene().logs("prune").goes().after(2.5), [KICKED]),
    ("a prune, its entry within the hold", Scene().goes().logs("prune").after(2.5), [KICKED]),
    ("a prune, its entry late", Scene().goes().after(2.5).logs("prune"), [LEFT]),
    ("a prune 11 s before", Scene().logs("prune").after(11).goes().after(3), [LEFT]),
    (
        "a prune explains as many as it counts",
        Scene().logs("prune", count=1).goes().goes(HERON).after(3),
        [KICKED, LEFT],
    ),
    (
        "a kick during a prune has its own entry",
        Scene().logs("prune", count=1).logs("kick", HERON).goes(HERON).goes().after(3),
        [KICKED, KICKED],
    ),
    ("a prune of nobody", Scene().logs("prune", count=0).goes().after(3), [LEFT]),
]


@pytest.mark.parametrize(
    ("scene", "told"), [scene[1:] for scene in SCENES], ids=[scene[0] for scene in SCENES]
)
def test_the_audit_log_tells_them_apart(scene: Scene, told: list[tuple[str, int | None]]) -> None:
    assert scene.told() == told


@pytest.mark.parametrize("action", ["kick", "ban"])
def test_the_echo_of_a_case_is_no_fact(action: AuditAction) -> None:
    reason = f"{case_mark(17)} Advertising"
    before = Scene().logs(action, reason=reason, by_us=True).goes()
    behind = Scene().goes().logs(action, reason=reason, by_us=True)
    for scene in (before, behind):
        if action == "ban":
            scene.is_banned()
        assert scene.goes().after(3).told() == []


def test_a_human_s_ban_at_the_moment_of_a_case_is_told() -> None:
    scene = Scene().logs("ban", HERON, reason="[case 17] Spam", by_us=True).is_banned(HERON)
    scene.logs("ban").is_banned().after(3)
    assert scene.told() == [BANNED]
    assert scene.facts[0].user_id == OTTER.user_id


def test_a_reason_like_a_case_s_by_somebody_else_is_no_echo() -> None:
    assert Scene().logs("ban", reason="[case 17]").is_banned().told() == [BANNED]
    assert Scene().logs("ban", reason="no case", by_us=True).is_banned().told() == [BANNED]


def test_what_was_told_elsewhere_is_not_told_again() -> None:
    (ban,) = Scene().logs("ban").is_banned().facts
    scene = Scene().goes()
    scene.watch.learn(ban, scene.now)
    assert scene.is_banned().logs("ban").goes().after(3).told() == []


def test_a_kick_says_when_and_since_when() -> None:
    (fact,) = Scene().goes().after(1).logs("kick").facts
    assert isinstance(fact, MemberLeft)
    assert (fact.left_at, fact.joined_at, fact.username) == (NOW, JOINED, "quiet_otter")
