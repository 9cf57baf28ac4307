"""The rules: which facts follow from which signals."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from bot.catalogue import Event
from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.features.members import interpreter_state
from bot.features.members.interpreter import MemberInterpreter
from bot.features.members.model import account_age_days
from bot.snapshots import AuditAction, AuditSeen, Person

GUILD = 81_384_788_765_712_384
NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
HOLD = timedelta(seconds=2.5)
JOINED = NOW - timedelta(days=3)
OTTER = Person(GUILD, 234_567_890_123_456_789, "quiet_otter", is_bot=False)
HERON = Person(GUILD, 345_678_901_234_567_890, "heron", is_bot=True)
ELSEWHERE = Person(GUILD + 1, OTTER.user_id, "quiet_otter", is_bot=False)


class Story:
    """Signals one after the other, on a clock of its own; `facts` is what came of them."""

    def __init__(self, *, reads_log: bool = False) -> None:
        self.reads_log = reads_log
        self.watch = MemberInterpreter(HOLD)
        self.now = NOW
        self.facts: list[Event] = []

    def joins(self, person: Person = OTTER, at: datetime = JOINED) -> "Story":
        self.facts += self.watch.joined(person, at, self.now)
        return self

    def goes(self, person: Person = OTTER, joined_at: datetime | None = None) -> "Story":
        self.facts += self.watch.removed(person, joined_at, self.now)
        return self

    def is_banned(self, person: Person = OTTER) -> "Story":
        self.facts += self.watch.banned(person, self.now, reads_log=self.reads_log)
        return self

    def is_unbanned(self, person: Person = OTTER) -> "Story":
        self.facts += self.watch.unbanned(person, self.now, reads_log=self.reads_log)
        return self

    def logged(
        self, action: AuditAction = "ban", person: Person = OTTER, entry_id: int = 9
    ) -> "Story":
        entry = AuditSeen(person.guild_id, entry_id, action, person.user_id, 77, "Advertising")
        self.facts += self.watch.audit_seen(entry, self.now)
        return self

    def after(self, seconds: float, *, is_gone: bool | None = True) -> "Story":
        """Discord says so of whoever is asked about; of nobody for None."""
        self.now += timedelta(seconds=seconds)
        for held in () if is_gone is None else self.watch.holding.doubtful(self.now):
            self.watch.holding.settle(held, is_gone=is_gone is True)
        self.facts += self.watch.decide(self.now)
        return self

    def kinds(self) -> list[str]:
        return [fact.type.removeprefix("member.") for fact in self.facts]


STORIES: list[tuple[str, Story, list[str]]] = [
    ("a join", Story().joins(), ["joined"]),
    ("a join told twice", Story().joins().joins(), ["joined"]),
    ("a join told again long after", Story().joins().after(3600).joins(), ["joined"]),
    ("two people", Story().joins().joins(HERON), ["joined", "joined"]),
    ("two guilds", Story().joins().joins(ELSEWHERE), ["joined", "joined"]),
    ("a leave is held", Story().goes().after(2.4), []),
    ("a leave", Story().goes().after(2.5), ["left"]),
    ("a leave told twice", Story().goes().goes().after(3).goes().after(3), ["left"]),
    ("a ban, then the removal", Story().is_banned().goes().after(3), ["banned"]),
    ("the removal, then a ban", Story().goes().after(2.4).is_banned().after(3), ["banned"]),
    ("a ban long before the removal", Story().is_banned().after(500).goes().after(3), ["banned"]),
    ("a ban told twice", Story().is_banned().is_banned().goes().after(3), ["banned"]),
    ("a repeated ban still explains", Story().is_banned().goes().is_banned().after(3), ["banned"]),
    ("a ban after the hold", Story().goes().after(3).is_banned().after(3), ["left", "banned"]),
    ("a ban elsewhere", Story().goes().is_banned(ELSEWHERE).after(3), ["banned", "left"]),
    ("somebody else's ban", Story().goes().is_banned(HERON).after(3), ["banned", "left"]),
    (
        "a ban heard before its join",
        Story().is_banned().joins().goes().after(3),
        ["banned", "joined"],
    ),
    ("unbanned twice", Story().is_unbanned().is_unbanned(), ["unbanned"]),
    (
        "kept out for a moment",
        Story().is_banned().is_unbanned().goes().after(3),
        ["banned", "unbanned"],
    ),
    (
        "banned again",
        Story().is_banned().is_unbanned().is_banned(),
        ["banned", "unbanned", "banned"],
    ),
    ("banned again long after", Story().is_banned().after(601).is_banned(), ["banned", "banned"]),
    (
        "back after a ban whose end was missed",
        Story().is_banned().goes().after(60).joins(at=NOW + timedelta(seconds=59)).goes().after(3),
        ["banned", "joined", "left"],
    ),
    (
        "gone and back at once",
        Story().goes().after(1).joins(at=NOW + timedelta(seconds=1)).after(3),
        ["left", "joined"],
    ),
    (
        "a join heard after its leave",
        Story().goes().after(1).joins().after(3),
        ["joined", "left"],
    ),
    (
        "coming and going",
        Story().joins().goes().after(3).joins(at=NOW).goes().after(3),
        ["joined", "left", "joined", "left"],
    ),
]


@pytest.mark.parametrize("is_gone", [True, False])
@pytest.mark.parametrize(
    "story",
    [
        # Handled late, the moment of the join is before ours of the removal, which says nothing.
        Story().goes().joins(at=NOW - timedelta(seconds=2)),
        # Neighbours in the other order: the removal may be that of a visit before.
        Story().joins().goes(joined_at=JOINED),
        # A session that is resumed may tell both once more.
        Story().joins().after(3).goes(joined_at=JOINED).joins(),
    ],
)
def test_a_removal_and_a_join_whose_order_nobody_knows_wait_for_discord(
    story: Story, *, is_gone: bool
) -> None:
    story = deepcopy(story).after(3, is_gone=None)
    assert story.kinds() == ["joined"]
    story.after(0, is_gone=is_gone)
    assert story.kinds() == (["joined", "left"] if is_gone else ["joined"])
    assert story.watch.holding.all() == []


def test_a_kick_does_not_settle_which_of_the_two_was_first() -> None:
    story = Story().goes().joins(at=NOW - timedelta(seconds=2)).logged("kick")
    assert story.after(3, is_gone=None).kinds() == ["joined"]
    left = story.after(0).facts[-1]
    assert isinstance(left, MemberLeft)
    assert (left.kind, left.moderator_id) == ("kicked", 77)


@pytest.mark.parametrize(
    ("story", "kinds"), [story[1:] for story in STORIES], ids=[story[0] for story in STORIES]
)
def test_signals_and_their_facts(story: Story, kinds: list[str]) -> None:
    assert story.kinds() == kinds


def test_what_a_join_says() -> None:
    assert Story().joins().facts == [
        MemberJoined(
            guild_id=GUILD,
            user_id=OTTER.user_id,
            username="quiet_otter",
            account_age_days=account_age_days(OTTER.user_id, JOINED),
            is_bot=False,
            joined_at=JOINED,
        )
    ]


def test_a_leave_says_when_they_went_and_since_when_they_had_been_there() -> None:
    known, learnt, unknown = (
        Story().goes(HERON, JOINED).after(3),
        Story().joins(HERON).goes(HERON).after(3),
        Story().goes(HERON).after(3),
    )
    for story, joined_at in ((known, JOINED), (learnt, JOINED), (unknown, None)):
        assert story.facts[-1] == MemberLeft(
            guild_id=GUILD,
            user_id=HERON.user_id,
            username="heron",
            is_bot=True,
            kind="left",
            joined_at=joined_at,
            left_at=NOW,
        )


@pytest.mark.parametrize(
    ("story", "kicked"),
    [
        (Story().logged("kick").goes(), True),
        (Story().goes().after(2).logged("kick"), True),
        (Story().logged("kick").after(10.1).goes(), False),
        (Story().logged("kick", HERON).goes(), False),
        (Story().logged("kick", ELSEWHERE).goes(), False),
        (Story().goes(), False),
    ],
)
def test_a_kick_is_told_from_a_leave(story: Story, kicked: bool) -> None:
    left = story.after(2.5).facts[-1]
    assert isinstance(left, MemberLeft)
    assert (left.kind, left.moderator_id) == (("kicked", 77) if kicked else ("left", None))


@pytest.mark.parametrize(
    ("story", "known"),
    [
        (Story().logged().is_banned(), True),
        (Story().logged().after(10).is_banned(), True),
        (Story().logged().after(10.1).is_banned(), False),
        (Story().is_banned(), False),
        (Story().logged("unban").is_banned(), False),
        (Story().logged("kick").is_banned(), False),
        (Story().logged(person=HERON).is_banned(), False),
        (Story().logged(person=ELSEWHERE).is_banned(), False),
        (Story().logged("ban", HERON, 10).logged().logged("ban", HERON, 11).is_banned(), True),
    ],
)
def test_the_audit_log_names_the_moderator(story: Story, known: bool) -> None:
    ban = story.facts[-1]
    assert isinstance(ban, MemberBanned)
    wanted = (77, "Advertising") if known else (None, None)
    assert (ban.moderator_id, ban.reason, ban.source) == (*wanted, "discord")


def test_an_entry_explains_one_signal_even_if_it_comes_twice() -> None:
    story = Story().logged().is_banned().is_unbanned().logged().is_banned()
    first, unban, second = story.facts
    assert isinstance(first, MemberBanned)
    assert isinstance(unban, MemberUnbanned)
    assert isinstance(second, MemberBanned)
    assert (first.moderator_id, unban.moderator_id, second.moderator_id) == (77, None, None)


def test_an_unban_is_explained_by_its_own_entry() -> None:
    unban = Story().logged("unban").is_unbanned().facts[-1]
    assert isinstance(unban, MemberUnbanned)
    assert (unban.moderator_id, unban.reason, unban.case_id) == (77, "Advertising", None)


def test_the_next_decision_is_the_first_removal_s() -> None:
    story = Story()
    assert story.watch.holding.next_due() is None
    story.goes().after(1).goes(HERON)
    assert story.watch.holding.next_due() == NOW + HOLD
    story.after(1.5)
    assert story.watch.holding.next_due() == NOW + HOLD + timedelta(seconds=1)


def test_at_the_end_everything_held_is_decided() -> None:
    story = Story().goes().goes(HERON)
    assert [fact.type for fact in story.watch.decide()] == ["member.left", "member.left"]
    assert story.watch.decide() == []
    assert story.watch.holding.next_due() is None


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRAILS", "HELD", "ENTRIES"):
        monkeypatch.setattr(interpreter_state, name, 5)
    people = [Person(GUILD, number, "one", is_bot=False) for number in range(100)]
    story = Story()
    for person in people:
        story.joins(person).goes(person)
    # Of too many leaves the oldest are told early; none is lost.
    assert story.kinds().count("left") == 95
    assert story.after(3).kinds().count("left") == 100
    story = Story()
    for person in people:
        story.logged(person=person, entry_id=person.user_id)
    story.is_banned(people[0])
    for person in people[-5:]:
        story.is_banned(person)
    bans = [fact for fact in story.facts if isinstance(fact, MemberBanned)]
    assert [ban.moderator_id for ban in bans] == [None] + [77] * 5


@pytest.mark.parametrize(
    ("user_id", "at", "days"),
    [
        # Discord's documentation dates this id to 2016-04-30 11:18:25.796 UTC.
        (175_928_847_299_117_063, datetime(2016, 4, 30, 11, 18, 26, tzinfo=UTC), 0),
        (175_928_847_299_117_063, datetime(2016, 5, 1, 11, 18, 25, tzinfo=UTC), 0),
        (175_928_847_299_117_063, datetime(2016, 5, 1, 11, 18, 26, tzinfo=UTC), 1),
        (175_928_847_299_117_063, datetime(2017, 4, 30, 11, 18, 26, tzinfo=UTC), 365),
        (175_928_847_299_117_063, datetime(2016, 4, 29, tzinfo=UTC), 0),
    ],
)
def test_an_account_s_age(user_id: int, at: datetime, days: int) -> None:
    assert account_age_days(user_id, at) == days
