"""Rules of raids: what a lockdown gives back whatever was there, and who counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import to_snowflake
from bot.features.raids.model import LOCKED, Arrival, JoinWindow, Lock, locked, spared, unlocked
from bot.features.raids.settings import RaidsSettings, read_invites, refusal
from bot.structure import Overwrite

NOW = datetime(2026, 5, 24, tzinfo=UTC)
WINDOW = timedelta(seconds=10)
bits = st.integers(0, (1 << 50) - 1)


@st.composite
def overwrites(draw: st.DrawFn) -> Overwrite:
    allow, deny = draw(bits), draw(bits)
    return Overwrite(1, allow=allow & ~deny, deny=deny & ~allow)


@given(overwrites(), bits)
def test_what_was_locked_comes_back_exactly(before: Overwrite, mask: int) -> None:
    lock = Lock(7, before, locked(before, mask))
    assert lock.locked.deny & mask == mask
    assert not lock.locked.allow & mask
    assert unlocked(lock, lock.locked) == before
    assert unlocked(lock, before) == before  # done again it changes nothing


@given(overwrites(), overwrites(), bits)
def test_what_was_set_by_hand_meanwhile_stays(before: Overwrite, hand: Overwrite, m: int) -> None:
    lock = Lock(7, before, locked(before, m))
    after = unlocked(lock, hand)
    by_hand = (hand.allow ^ lock.locked.allow) | (hand.deny ^ lock.locked.deny)
    assert after.allow & by_hand == hand.allow & by_hand
    assert after.deny & by_hand == hand.deny & by_hand
    rest = ~by_hand & ((1 << 50) - 1)
    assert after.allow & rest == before.allow & rest
    assert after.deny & rest == before.deny & rest
    assert unlocked(lock, after) == after


@given(st.lists(st.integers(0, 40), max_size=60))
def test_the_window_holds_what_came_within_it_whatever_the_order(seconds: list[int]) -> None:
    window, moments = JoinWindow(), list[datetime]()
    for number, second in enumerate(seconds):
        moment = NOW + timedelta(seconds=second)
        assert window.add(Arrival(1, number, "otter", moment), WINDOW)
        moments.append(moment)
        newest = max(moments)
        within = [one for one in moments if newest - one < WINDOW]
        assert len(window.within(WINDOW)) <= len(within)
        assert newest in [one.joined_at for one in window.within(WINDOW)]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({}, None),
        ({"is_bot": True}, "bot"),
        ({"is_returning": True}, None),
        ({"invite": "staff"}, "invite"),
        ({"invite": "other"}, None),
    ],
)
def test_who_counts(about: dict[str, object], why: str | None) -> None:
    chosen = RaidsSettings(allowed_invites="https://discord.gg/staff")
    arrival = Arrival(1, to_snowflake(NOW), "otter", NOW, **about)  # pyright: ignore[reportArgumentType]  some fields
    assert spared(arrival, chosen) == why


@pytest.mark.parametrize(("days", "why"), [(29, None), (31, "old")])
def test_accounts_count_by_their_age(days: int, why: str | None) -> None:
    made = to_snowflake(NOW - timedelta(days=days))
    assert spared(Arrival(1, made, "otter", NOW), RaidsSettings()) == why
    assert spared(Arrival(1, made, "otter", NOW), RaidsSettings(account_days=0)) is None


def test_invites_are_read_as_codes_and_as_addresses() -> None:
    assert read_invites("a, https://discord.gg/b/ c;discord.gg/d") == {"a", "b", "c", "d"}
    assert LOCKED["send_messages"] == 1 << 11


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({"joins": 2, "window_seconds": 300}, "5 joins"),
        ({"joins": 4, "window_seconds": 2}, "5 joins"),
        ({"joins": 9, "window_seconds": 60}, "10 a minute"),
        ({"cooldown_seconds": 86_400}, "3600 seconds"),
        ({"joins": 5, "window_seconds": 30, "cooldown_seconds": 3600, "account_days": 0}, None),
        ({"joins": 200, "window_seconds": 300}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("action", ["kick", "ban", "quarantine", "alert"])
def test_nobody_is_sent_away_for_joining_as_on_any_day(
    chosen: dict[str, int], why: str | None, action: str
) -> None:
    after = RaidsSettings.model_validate({**chosen, "action": action})
    reason = refusal(RaidsSettings(), after)
    if why is None or action in ("quarantine", "alert"):
        assert reason is None
    else:
        assert why in str(reason)
