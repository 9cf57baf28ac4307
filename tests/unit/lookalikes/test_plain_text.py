"""Plain text: disguises come off, ordinary words of every script stay, steps stay few."""

import sys
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookalikes.forms import FormKind, forms
from bot.lookalikes.plain_text import plain

DISGUISES = {
    "full width": "ｆｒｅｅ ｎｉｔｒｏ",
    "zero width": "fr\u200bee ni\u2060tro",
    "bidi": "\u202efree\u202c \u2067nitro\u2069",
    "soft hyphen and joiner": "fr\u00adee ni\u034ftro",
    "tags and selectors": "f\U000e0041ree nitr\ufe0fo",
    "script letters": "𝓯𝓻𝓮𝓮 𝖓𝖎𝖙𝖗𝖔",
    "Cyrillic among Latin": "frее nіtrо",
    "capitals of Cyrillic": "FRЕЕ NIТRО",
    "Greek among Latin": "frεε ΝΙΤRΟ",
    "small capitals": "ꜰʀᴇᴇ ɴɪᴛʀᴏ",
    "marks heaped up": "f̷̢̛r̵͜e̸̛e̷ n̶i̷t̸r̴o̶",
    "squares": "🅵🆁🅴🅴 🄽🄸🅃🅁🄾",
    "flags": "🇫🇷🇪🇪 🇳🇮🇹🇷🇴",
    "strokes and hooks": "ƒɍɇɇ ɲɨŧɍø",
    "syllabics among Latin": "ᖴᖇEE ᑎITᖇO",
    "old letters": "𐌅𐌓𐌄𐌄 free nitro",
}


@pytest.mark.parametrize("typed", DISGUISES.values(), ids=DISGUISES.keys())
def test_a_disguise_comes_off(typed: str) -> None:
    assert any("free nitro" in form.text for form in forms(plain(typed)))


ORDINARY = {
    "Russian": "Я думал, что сор и роса — это не то же самое, ура!",
    "Russian after English": "Hello everybody, ура, как ваши дела? Сор вынесли",
    "Ukrainian": "Привіт, як справи? Хто їде на море в серпні?",
    "Greek": "Καλημέρα, πώς είστε; Ο νους μου ταξιδεύει",
    "Turkish": "Sık sık şık giyinen kadın, çok güzel ıspanak pişirdi",
    "Arabic": "السلام عليكم ورحمة الله، كيف حالك اليوم؟",
    "Hindi": "नमस्ते दोस्तों, आज का दिन कैसा रहा?",
    "Japanese": "おはようございます。今日はデータを見ましょう。",
    "Thai": "สวัสดีครับ วันนี้เป็นอย่างไรบ้าง",
    "Hebrew": "שלום לכולם, מה שלומכם היום",
    "Vietnamese": "Chào mọi người, hôm nay trời đẹp quá",
    "Korean": "안녕하세요, 오늘 날씨가 좋네요",
    "Inuktitut": "ᐊᐃᓐᖓᐃ, ᖃᓄᐃᑉᐱᑦ",
}


@pytest.mark.parametrize("typed", ORDINARY.values(), ids=ORDINARY.keys())
def test_ordinary_words_stay_what_they_are(typed: str) -> None:

    expected = unicodedata.normalize("NFC", typed.lower().replace("ς", "σ"))
    assert unicodedata.normalize("NFC", plain(typed).text).replace("ς", "σ") == expected


def test_words_of_one_script_are_read_with_what_stands_around_them() -> None:
    assert plain("сор").text == "сор"  # a word of Russian, alone as it stands
    assert plain("you are a рорe, and a сор").text == "you are a pope, and a cop"
    assert plain("this is сор, да и как же").text == "this is сор, да и как же"
    assert plain("VIPы и IT-отдел").text == "vipы и it-отдел"


def test_marks_that_make_a_letter_stay_with_it_and_no_others() -> None:
    assert plain("и\u0306").text == "й"
    assert plain("か\u3099").text == "が"
    assert plain("e\u0301t\u0301").text == "ét"
    assert plain("İstanbul").text == "istanbul"
    assert plain("ﬁne ﷺ").text == "fine ﷺ"  # what would become a sentence stays as it is


@pytest.mark.parametrize(
    ("typed", "kind", "found"),
    [
        ("f r e e   n i t r o now", FormKind.SPACED, "free nitro now"),
        ("it is f.r.e.e", FormKind.SPACED, "it is free"),
        ("f\nr\ne\ne", FormKind.SPACED, "free"),
        ("fr33 n1tr0", FormKind.LEET, "free nitro"),
        ("h3ll0 fo1ks", FormKind.LEET, "hello folks"),
        ("f r 3 3", FormKind.SPACED | FormKind.LEET, "free"),
        ("freeee niiitro", FormKind.DRAWN, "fre nitro"),
        ("nítrö", FormKind.BARE, "nitro"),
    ],
)
def test_what_hides_in_a_form_is_found_where_it_stood(
    typed: str, kind: FormKind, found: str
) -> None:
    (form,) = [one for one in forms(plain(typed), is_leet=True) if one.text == found]
    assert form.kind == kind
    last = len(form.text)
    assert form.plain.origin(0, last) == (0, len(typed))


def test_digits_alone_and_words_without_disguise_show_nothing_in_digits() -> None:
    (_, leet, *_) = forms(plain("455 a55 ass"), is_leet=True)
    assert leet.text == "ass ass ass"
    assert [leet.shows(0, 3), leet.shows(4, 7), leet.shows(8, 11)] == [False, True, False]


@given(st.text(max_size=80))
def test_every_letter_knows_where_it_stood(typed: str) -> None:
    for form in forms(plain(typed), is_leet=True):
        for place in range(len(form.text)):
            start, end = form.plain.origin(place, place + 1)
            assert 0 <= start < end <= len(typed)


@pytest.mark.parametrize(
    "typed",
    ["a" + "\u0301" * 3999, "\u0489" * 4000, "и\u0306" * 2000, "\u200b" * 4000, "ﷺ" * 4000],
    ids=["accents", "no letter", "pairs", "unseen", "ligatures"],
)
def test_the_steps_grow_no_faster_than_the_text(typed: str) -> None:
    """Calls and lines are counted, not seconds."""
    whole, half = _steps(typed), _steps(typed[: len(typed) // 2])
    assert whole <= 2 * half + 200
    assert whole < 40 * len(typed)


def _steps(typed: str) -> int:
    counted = 0

    def count(*_told: object) -> object:
        nonlocal counted
        counted += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)  # pyright: ignore[reportArgumentType]  # the stub asks for its own name
    try:
        for _ in _all_forms(typed):
            pass
    finally:
        sys.settrace(before)
    return counted


def _all_forms(typed: str) -> Iterator[str]:
    yield from (form.text for form in forms(plain(typed), is_leet=True))
