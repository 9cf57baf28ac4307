"""Forms: one that we gave, to this browser, for this page, and not too long ago."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.web.forms import VALID, FormRefused, Forms

OLD, NEW, FOREIGN = b"o" * 32, b"n" * 32, b"f" * 32
ORIGIN = "https://herald.example"


@pytest.fixture
def forms(clock: ManualClock) -> Forms:
    return Forms([NEW, OLD], clock, public_url=f"{ORIGIN}/below")


def test_what_was_given_is_taken(forms: Forms) -> None:
    form = forms.give("link", {})
    forms.take("link", form.field, {form.cookie: "1"})


def test_two_tabs_of_one_browser_have_a_form_each(forms: Forms) -> None:
    first, second = forms.give("link", {}), forms.give("link", {})
    both = {first.cookie: "1", second.cookie: "1"}
    assert first.cookie != second.cookie
    forms.take("link", first.field, both)
    forms.take("link", second.field, both)


def test_a_browser_goes_on_with_the_cookie_that_it_has(forms: Forms) -> None:
    first = forms.give("link", {})
    again = forms.give("link", {"other": "1", first.cookie: "1"})
    assert again.cookie == first.cookie
    forms.take("link", again.field, {first.cookie: "1"})


@pytest.mark.parametrize("name", ["form_short", "form_" + "a" * 12, "Xform_" + "a" * 11])
def test_a_cookie_that_is_none_of_ours_is_left_alone(name: str, forms: Forms) -> None:
    assert forms.give("link", {name: "1"}).cookie != name


@pytest.mark.parametrize(
    ("link", "cookies"),
    [("other", True), ("link", False)],
    ids=["another link", "another browser"],
)
def test_elsewhere_it_is_refused(link: str, *, cookies: bool, forms: Forms) -> None:
    form = forms.give("link", {})
    held = {form.cookie: "1"} if cookies else {forms.give("link", {}).cookie: "1"}
    with pytest.raises(FormRefused):
        forms.take(link, form.field, held)


@pytest.mark.parametrize("field", ["", ".", "a.b", "WzFd", "\x00", "é", "W10.x" * 500])
def test_what_is_no_field_is_refused(field: str, forms: Forms) -> None:
    with pytest.raises(FormRefused):
        forms.take("link", field, {"form_aaaaaaaaaaa": "1"})


def test_a_changed_field_is_refused(forms: Forms) -> None:
    form = forms.give("link", {})
    for place in range(len(form.field)):
        other = "A" if form.field[place] != "A" else "B"
        changed = form.field[:place] + other + form.field[place + 1 :]
        # The last letter of base64 may hold bits that say nothing.
        if place < len(form.field) - 1:
            with pytest.raises(FormRefused):
                forms.take("link", changed, {form.cookie: "1"})


def test_it_is_good_for_a_day(forms: Forms, clock: ManualClock) -> None:
    form = forms.give("link", {})
    clock.advance(VALID.total_seconds())
    forms.take("link", form.field, {form.cookie: "1"})
    clock.advance(timedelta(seconds=1).total_seconds())
    with pytest.raises(FormRefused, match="old"):
        forms.take("link", form.field, {form.cookie: "1"})


def test_keys_change_and_forms_go_on(forms: Forms, clock: ManualClock) -> None:
    before = Forms([OLD], clock).give("link", {})
    forms.take("link", before.field, {before.cookie: "1"})
    after = forms.give("link", {})
    Forms([NEW], clock).take("link", after.field, {after.cookie: "1"})
    with pytest.raises(FormRefused, match="ours"):
        Forms([FOREIGN], clock).take("link", after.field, {after.cookie: "1"})


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Origin": ORIGIN}, True),
        ({}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
        ({"Origin": "https://herald.example.evil.example"}, False),
        ({"Origin": "http://herald.example"}, False),
        ({"Origin": ""}, False),
    ],
)
def test_a_browser_tells_where_it_came_from(
    headers: Mapping[str, str], *, ours: bool, forms: Forms
) -> None:
    assert forms.came_from_us(headers) is ours
