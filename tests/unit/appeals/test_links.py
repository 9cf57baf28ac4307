"""Links: nobody makes one or changes one, and a change of keys breaks none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from bot.features.appeals.links import PURPOSE, LinkClaims, Links
from bot.private_links import LONGEST, LinkForged
from bot.storage.vault import derive, new_key

CLAIM = LinkClaims(1042, 2**63, 2**63 - 1, datetime(2026, 5, 24, 11, 32, 18, 123000, tzinfo=UTC))
KEYS = derive([new_key()], PURPOSE)
LINKS = Links(KEYS, "https://herald.example/bot")


def test_a_link_says_what_was_signed() -> None:
    url = LINKS.url(CLAIM)
    assert url is not None
    token = url.removeprefix("https://herald.example/bot/appeals/")
    assert LINKS.read(token) == CLAIM
    assert len(token) < LONGEST
    assert len(url) < 512  # of a button on Discord
    assert token.replace(".", "").replace("-", "").replace("_", "").isalnum()


def test_without_an_address_there_is_none() -> None:
    assert Links(KEYS, None).url(CLAIM) is None


@given(st.data())
def test_a_changed_character_is_seen(data: st.DataObject) -> None:
    token = LINKS.token(CLAIM)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = token[:place] + other + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(LinkForged):
        LINKS.read(changed)


@pytest.mark.parametrize("other", [*"=!AB", "!!!!", "====", "\n"])
def test_another_spelling_of_the_same_signature_is_none(other: str) -> None:
    token = LINKS.token(CLAIM)
    for place in range(token.rindex(".") + 1, len(token) + 1):
        with pytest.raises(LinkForged):
            LINKS.read(token[:place] + other + token[place:])


def test_the_last_character_has_bits_that_mean_nothing_and_is_held_to_them() -> None:
    token = LINKS.token(CLAIM)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for last in alphabet.replace(token[-1], ""):
        with pytest.raises(LinkForged):
            LINKS.read(token[:-1] + last)


@given(st.text(max_size=400))
def test_anything_else_is_none(token: str) -> None:
    with pytest.raises(LinkForged):
        LINKS.read(token)


def test_keys_are_changed_by_writing_a_new_one_on_top() -> None:
    old, new = new_key(), new_key()
    before = Links(derive([old], PURPOSE), None)
    both = Links(derive([new, old], PURPOSE), None)
    fresh = Links(derive([new], PURPOSE), None)
    assert both.read(before.token(CLAIM)) == CLAIM
    assert fresh.read(both.token(CLAIM)) == CLAIM
    with pytest.raises(LinkForged):
        fresh.read(before.token(CLAIM))
    with pytest.raises(LinkForged):
        before.read(both.token(CLAIM))


def test_what_was_signed_for_another_purpose_is_none() -> None:
    key = new_key()
    here = Links(derive([key], PURPOSE), None)
    elsewhere = Links(derive([key], "herald.something.else"), None)
    with pytest.raises(LinkForged):
        here.read(elsewhere.token(CLAIM))
    other = URLSafeSerializer(derive([key], PURPOSE), salt="another")
    with pytest.raises(LinkForged):
        here.read(str(other.dumps([1, 2, 3, 4])))


def test_a_key_of_one_purpose_tells_nothing_of_the_others() -> None:
    key = new_key()
    one, two = derive([key, new_key()], "one"), derive([key], "two")
    assert len({*one, *two, key.encode()}) == 4
    assert derive([key], "one") == one[:1]
    assert [len(derived) for derived in one] == [32, 32]
