"""Labelled samples of what is counted: calls, files, bursts, and the age of who joins.

As among the texts, some are meant to be too much.
"""

from collections.abc import Iterator
from datetime import timedelta

from bot.features.automod.terms import Category
from bot.message_content import FileContent, Mentions
from tests.unit.automod.sample import Sample

CALLS = (  # people, roles, everybody; whether they are too many
    *((6, 0, False, True), (7, 0, False, True), (30, 0, False, True), (3, 3, False, True)),
    *((0, 3, False, True), (0, 12, False, True), (0, 0, True, True), (1, 0, True, True)),
    *((6, 3, False, True), (50, 10, True, True)),
    *((0, 0, False, False), (1, 0, False, False), (2, 0, False, False), (3, 0, False, False)),
    *((5, 0, False, False), (3, 2, False, False), (0, 1, False, False), (5, 2, False, False)),
)
FILES = (  # name, bytes, whether it is refused
    *(("boat.exe", 10, True), ("Boat.EXE", 10, True), ("photo.png.scr", 10, True)),
    *(("setup.exe.txt", 10, True), ("film.mkv", 20_000_000, True), ("boat.ехе", 10, True)),
    *(("run.bat", 900, True), ("song.flac", 10_300_000, True), ("holiday.SCR", 10, True)),
    *(("invoice.pdf.exe", 90_000, True), ("clip.mp4", 9_000_000, False)),
    *(("photo.png", 2_000_000, False), ("report.final.pdf", 10, False)),
    *(("batman.jpg", 10, False), ("no_extension", 10, False), ("exe.zip", 10, False)),
)
AGAIN = (  # the same thing said several times, and how it is said for the last time
    *((("buy my boat", "BUY  my boat"), "buy my bоat"), (("join us", "join us"), "join us")),
    *((("ПРОДАЮ лодку", "продаю лодку"), "Продаю  лодку"), (("买我的船", "买我的船"), "买我的船")),
    *((("ボートを買って", "ボートを買って"), "ボートを買って"), (("nítro", "nítro"), "NÍTRO")),
    (("اشترِ الآن", "اشتر الآن"), "اشتر الآن"),
    *((("ｂｕｙ ｎｏｗ", "buy now"), "BUY NOW"), (("😀😀", "😀😀"), "😀😀")),
    (("f\u200bree boats", "free boats"), "free  boats"),
)
QUICK = (6, 7, 10, 20)  # different messages within ten seconds
WORDS = (
    *("anchor", "buoy", "canvas", "deck", "estuary", "ferry", "galley", "harbour", "island"),
    *("jetty", "keel", "lagoon"),
)
YOUNG = (0.001, 0.04, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 6.9)  # days
OLD = (7, 7.1, 8, 14, 30, 90, 365, 1000, 2500)


def samples() -> Iterator[Sample]:
    """All of them."""
    yield from _called()
    yield from _attached()
    yield from _repeated()
    yield from _spread()
    yield from _joining()


def _called() -> Iterator[Sample]:
    for people, roles, everybody, is_much in CALLS:
        called = Mentions(
            frozenset(range(1, people + 1)), frozenset(range(1, roles + 1)), everybody
        )
        yield Sample("look", Category.MENTIONS if is_much else None, mentions=called)
    yield Sample("@everyone look, it only says so")  # by somebody who may not call everybody
    half = Mentions(frozenset(range(1, 5)))
    yield Sample("and you four", Category.MENTIONS, mentions=half, before=((1, "you four"),))


def _attached() -> Iterator[Sample]:
    for name, size, is_bad in FILES:
        wanted = Category.ATTACHMENTS if is_bad else None
        yield Sample("here", wanted, files=(FileContent(name, size, "https://cdn"),))


def _repeated() -> Iterator[Sample]:
    for before, last in AGAIN:
        yield Sample(last, Category.SPAM, before=tuple((1, text) for text in before))
    for count in QUICK:
        before = tuple((1, WORDS[one % len(WORDS)] + str(one)) for one in range(count - 1))
        yield Sample("the last", Category.SPAM, before=before, apart=0.4)
    same = ((1, "buy my boat"), (1, "BUY  my boat"))
    yield Sample("buy my boat now", Category.SPAM, before=same)  # other words each time
    yield Sample("buy my boat", Category.SPAM, before=same, apart=11)  # with patience
    yield Sample("ok", before=((1, "ok"), (1, "no")))
    yield Sample("lol", before=((1, "lol"),))
    yield Sample("one more", before=((1, "a thought"), (1, "another thought")))
    yield Sample("five", before=tuple((1, word) for word in WORDS[:4]), apart=0.5)
    yield Sample("slowly", before=tuple((1, word) for word in WORDS[:8]), apart=3)
    yield Sample("yes", before=((1, "yes"), (1, "really"), (1, "yes!")), apart=4)


def _spread() -> Iterator[Sample]:
    for count in (3, 4):  # other channels
        for first in (0, 3, 6):
            before = tuple((2 + one, WORDS[first + one]) for one in range(count))
            yield Sample("here too", Category.CHANNEL_SPAM, before=before)
            yield Sample("and here", Category.CHANNEL_SPAM, before=before, apart=0.2)
    wide = tuple((channel, f"hello {channel}") for channel in range(2, 5))
    yield Sample("hello", Category.CHANNEL_SPAM, before=wide, apart=4)  # with patience
    yield Sample("hello", before=wide[:1])
    yield Sample("hello", before=wide[:2])
    yield Sample("hello", before=(*wide[:2], (1, "me again"), (2, "and again")))
    yield Sample("hello", before=wide, apart=20)


def _joining() -> Iterator[Sample]:
    yield from (Sample(wanted=Category.NEW_ACCOUNT, age=timedelta(days=one)) for one in YOUNG)
    yield from (Sample(age=timedelta(days=one)) for one in OLD)
    bought = timedelta(days=400)
    yield Sample(wanted=Category.NEW_ACCOUNT, age=bought)
