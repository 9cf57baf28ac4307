"""A post as Discord draws it, within what Discord takes."""

from datetime import UTC, datetime
from typing import Any

from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.client import limits
from bot.client.layout import edited, fitted, mentions_of, sent
from bot.controls import Button, Choosable, Option, Picture, Post, Select, Tone
from tests.support.messages import TEXT, within

ROW = 1
AT = datetime(2026, 5, 24, tzinfo=UTC)


def components(post: Post) -> list[Any]:
    view = sent(post)["view"]
    assert isinstance(view, ui.LayoutView)
    assert view.is_finished()
    return list(within(view.to_components()))


def texts(post: Post) -> list[str]:
    return [one["content"] for one in components(post) if one["type"] == TEXT]


async def test_a_post_is_cut_to_what_discord_takes() -> None:
    long = Post(
        title="t" * 300,
        text="x" * 5000,
        fields=(("n" * 300, "v" * 2000), ("short", "kept")),
        below=("y" * 5000,),
        footer="f" * 300,
        pings=(1, 2),
        at=AT,
    )
    shown = texts(long)
    assert 3900 < sum(map(len, shown)) <= limits.TEXTS
    assert "**short:** kept" in shown[2]
    assert [one for one in "txnvyf" if one * 50 not in "".join(shown)] == []


async def test_labels_options_and_buttons_are_cut_too() -> None:
    options = tuple(Option("l" * 200, str(n), about="a" * 200) for n in range(40))
    buttons = tuple(Button("b" * 200, custom_id=f"x:{n}") for n in range(60))
    post = Post(
        title="Title",
        text="text",
        fields=(("Name", "value"),),
        below=("one", "two"),
        footer="footer",
        selects=(Select("pick", options, placeholder="p" * 300),),
        buttons=buttons,
        pings=(1,),
    )
    drawn = components(post)
    assert len(drawn) == 40
    (select,) = [one for one in drawn if one["type"] == 3]
    assert (len(select["placeholder"]), len(select["options"])) == (150, 25)
    assert {len(one["label"]) for one in select["options"]} == {100}
    assert {len(one["description"]) for one in select["options"]} == {100}
    assert {len(one["label"]) for one in drawn if one["type"] == 2} == {80}


async def test_what_stands_below_leaves_room_for_the_controls() -> None:
    below = tuple(f"part {n}" for n in range(30))
    drawn = components(
        Post("Title", below=("", " \n", *below), buttons=(Button("b", custom_id="b"),))
    )
    assert len(drawn) < limits.COMPONENTS
    shown = [one["content"] for one in drawn if one["type"] == TEXT]
    assert "\n".join(shown).split("\n") == ["### Title", *below]
    assert drawn[-1]["label"] == "b"


async def test_a_button_may_begin_a_row_in_a_card_and_in_a_plain_message() -> None:
    named = tuple(Button(f"{at}", custom_id=f"b:{at}", begins_row=at == 2) for at in range(8))
    for is_plain in (False, True):
        drawn = sent(Post(text="a", buttons=named, is_plain=is_plain))["view"].to_components()
        rows = [one["components"] for one in within(drawn) if one["type"] == ROW]
        assert [len(row) for row in rows] == [2, 5, 1]


async def test_of_too_many_pings_the_first_are_called() -> None:
    post = Post(text="x" * 4000, pings=tuple(range(10**19, 10**19 + 150)))
    assert sum(map(len, texts(post))) <= limits.TEXTS
    assert len(mentions_of(post).to_dict()["users"]) == texts(post)[0].count("<@") == 100


async def test_fields_are_lines_and_the_moment_stands_small_below() -> None:
    post = Post("Title", "Text", fields=(("Name", "value"), ("Other", "<@1>")), at=AT, footer="F")
    assert texts(post) == [
        "### Title\nText",
        "**Name:** value\n**Other:** <@1>",
        "-# F · <t:1779580800:f>",
    ]


async def test_a_post_pings_those_it_names_and_nobody_else() -> None:
    post = Post(text="<@1> <@2> @everyone", pings=(1,), buttons=(Button("x", url="https://a.b"),))
    assert texts(post)[0] == "<@1>"
    assert mentions_of(post).to_dict() == {"parse": [], "users": [1]}
    assert sent(post)["allowed_mentions"].to_dict() == {"parse": [], "users": [1]}
    assert edited(post)["allowed_mentions"].to_dict() == {"parse": [], "users": [1]}
    assert mentions_of(Post(text="<@2>")).to_dict() == {"parse": []}


async def test_a_picture_is_shown_and_a_file_is_handed_out() -> None:
    shown = components(Post("Title", picture=Picture("a.png", b"png", "what is seen")))
    (gallery,) = [one for one in shown if one["type"] == 12]
    assert gallery["items"][0]["media"]["url"] == "attachment://a.png"
    assert gallery["items"][0]["description"] == "what is seen"
    handed = components(Post("Title", picture=Picture("a.csv", b"1,2")))
    assert [one["file"]["url"] for one in handed if one["type"] == 13] == ["attachment://a.csv"]


async def test_a_file_is_found_by_the_component_whatever_its_name() -> None:
    for name, sent_as in (
        ("my notes (1).txt", "my_notes__1_.txt"),
        ("../\u202e a.png", "..___a.png"),
    ):
        post = Post("Title", picture=Picture(name, b"x"))
        assert sent(post)["file"].filename == edited(post)["attachments"][0].filename == sent_as
        assert f"attachment://{sent_as}" in str(components(post))
    plain = Post(text="x", picture=Picture("my notes.txt", b"x"), is_plain=True)
    assert sent(plain)["file"].filename == "my notes.txt"


async def test_a_plain_post_is_an_ordinary_message() -> None:
    given = sent(Post(text="x" * 3000, is_plain=True))
    assert (len(given["content"]), set(given)) == (2000, {"content", "allowed_mentions"})
    view = sent(Post(text="?", buttons=(Button("yes", custom_id="y"),), is_plain=True))["view"]
    assert [one["type"] for one in view.to_components()] == [1]
    assert edited(Post(text="done", is_plain=True))["view"] is None


async def test_channels_and_roles_are_chosen_from_those_of_the_server() -> None:
    for offers, kind in (
        (Choosable.CHANNELS, 8),
        (Choosable.CATEGORIES, 8),
        (Choosable.ROLES, 6),
    ):
        drawn = components(Post("T", selects=(Select("x", offers=offers, chosen_ids=(7,)),)))
        (select,) = [one for one in drawn if one["type"] == kind]
        assert [one["id"] for one in select["default_values"]] == [7]


async def test_a_tone_is_a_colour_and_a_style() -> None:
    post = Post("T", tone=Tone.BAD, buttons=(Button("x", custom_id="x", tone=Tone.GOOD),))
    box, _text, _row, button = components(post)
    assert (box["accent_color"], button["style"]) == (0xE74C3C, 3)


@given(texts=st.lists(st.text(max_size=60), max_size=8), room=st.integers(20, 200))
def test_what_is_fitted_takes_the_room_there_is(texts: list[str], room: int) -> None:
    cut = fitted(texts, room)
    assert sum(map(len, cut)) <= room
    if sum(map(len, texts)) <= room:
        assert cut == texts
    else:
        # The longest gave way, by no more than all of them must.
        assert sum(map(len, cut)) > room - len(texts)
        longest = max(map(len, cut))
        assert all(one == two or len(one) == longest for one, two in zip(cut, texts, strict=True))
