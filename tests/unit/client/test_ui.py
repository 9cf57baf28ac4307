"""The panel kit: suggestions, questions and pages as they are drawn."""

from dataclasses import dataclass

import pytest

from bot.client.interactions import HeraldModal
from bot.client.ui import Pager, choices, confirm
from bot.controls import NUMBER, Button, ControlId, Post, Tone

TURN = ControlId("list:turn", page=NUMBER, of=NUMBER, way="back|next")


def test_suggestions_are_as_many_and_as_long_as_discord_takes() -> None:
    named = [(f"{n} {'x' * 200}", n) for n in range(40)]
    found = choices(named, "")
    assert [choice.value for choice in found] == list(range(25))
    assert {len(choice.name) for choice in found} == {100}
    assert choices([("y" * 101, "y" * 101), ("short", "z")], "")[0].value == "z"


def test_what_was_typed_exactly_leads_though_others_came_before() -> None:
    found = choices([(f"backend {n}", n) for n in range(30)] + [("Backend", 99)], " backend ")
    assert [choice.value for choice in found][:3] == [99, 0, 1]
    assert [choice.value for choice in choices([("12", 12), ("1", 1)], "1")] == [1, 12]


def test_a_question_marks_the_answer_that_cannot_be_taken_back() -> None:
    asked = confirm("Sure?", Button("Yes", custom_id="y"), Button("No", custom_id="n"))
    assert asked.is_plain
    assert [button.tone for button in asked.buttons] == [Tone.BAD, Tone.PLAIN]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list of three."""

    number: int

    @property
    def has_more(self) -> bool:
        return self.number < 3


async def test_the_query_stands_in_the_buttons_that_turn_the_page() -> None:
    asked: list[tuple[int, int, int]] = []

    async def find(guild_id: int, query: int, number: int) -> Leaf:
        asked.append((guild_id, query, number))
        return Leaf(number)

    pager = Pager(
        TURN,
        write=lambda query: {"of": query},
        read=lambda press: int(press["of"]),
        find=find,
        draw=lambda page, query: Post(f"{query}, page {page.number}"),
    )
    first, last = await pager.page(81, 7), await pager.page(81, 7, 3)
    assert asked == [(81, 7, 1), (81, 7, 3)]
    assert (first.title, last.title) == ("7, page 1", "7, page 3")
    assert [(one.custom_id, one.is_disabled) for one in first.buttons] == [
        ("list:turn:0:7:back", True),
        ("list:turn:2:7:next", False),
    ]
    assert [one.is_disabled for one in last.buttons] == [False, True]


async def test_a_form_that_does_nothing_with_what_is_filled_in_cannot_be_made() -> None:
    class Idle(HeraldModal):
        pass

    with pytest.raises(TypeError, match="submitted"):
        Idle("A form")  # pyright: ignore[reportAbstractUsage] - that is what must not work
