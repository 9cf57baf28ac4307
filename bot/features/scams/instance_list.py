"""Instance list: the scams that whoever runs the bot knows, for every server.

A line each, as `/antiscam export` writes them: `picture CATEGORY HASH[,HASH…][;THUMBNAIL] NAME`,
where the first hash is that of the whole and the thumbnail is in Base64, or `host NAME` for where
codes must not lead.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigError
from bot.features.scams.resemblance import KnownPicture
from bot.scanner.hashes import BITS, Fingerprint
from bot.scanner.scan import MOST_TILES
from bot.user_text import clean_line

SETTING = "scams.known_file"
MOST = 1_000  # pictures
DIGITS = BITS // 4


@dataclass(frozen=True, slots=True)
class InstanceList:
    """What is known everywhere."""

    pictures: tuple[KnownPicture, ...] = ()
    hosts: frozenset[str] = frozenset()


def load(file: Path | None) -> InstanceList:
    """The list in that file; a ConfigError names the line that makes no sense."""
    if file is None:
        return InstanceList()
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(SETTING, f"cannot be read: {error}") from error
    return InstanceList(tuple(_pictures(lines)), frozenset(_hosts(lines)))


def written(known: Iterable[KnownPicture]) -> str:
    """The lines of these pictures."""
    return "".join(f"{_line(one)}\n" for one in known)


def _line(known: KnownPicture) -> str:
    hashes = (known.print.whole, *known.print.tiles)
    shown = ",".join(f"{one:0{DIGITS}x}" for one in hashes)
    if known.print.thumbnail:
        shown += f";{b64encode(known.print.thumbnail).decode()}"
    return f"picture {known.category} {shown} {clean_line(known.name)}".rstrip()


def _pictures(lines: Sequence[str]) -> Iterator[KnownPicture]:
    for found, (number, line) in enumerate(_lines(lines, "picture"), 1):
        category, _, rest = line.partition(" ")
        looks, _, name = rest.partition(" ")
        hashes, _, thumbnail = looks.partition(";")
        read = [_hash(one, number) for one in hashes.split(",")][: MOST_TILES + 1]
        if found > MOST:
            raise ConfigError(SETTING, f"can hold {MOST} pictures")
        known_by = Fingerprint(read[0], tuple(read[1:]), _thumbnail(thumbnail, number))
        yield KnownPicture(-found, None, known_by, category, name)


def _hosts(lines: Sequence[str]) -> Iterator[str]:
    for number, line in _lines(lines, "host"):
        if not line or " " in line or "/" in line:
            raise ConfigError(SETTING, f"line {number}: {line!r} is no host")
        yield line.lower().rstrip(".")


def _lines(lines: Sequence[str], kind: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        word, _, rest = line.strip().partition(" ")
        if word and word not in ("picture", "host") and not word.startswith("#"):
            raise ConfigError(SETTING, f"line {number} begins with {word!r}")
        if word == kind:
            yield number, rest.strip()


def _hash(text: str, number: int) -> int:
    try:
        if len(text) != DIGITS:
            raise ValueError
        return int(text, 16)
    except ValueError:
        message = f"line {number}: {text[:40]!r} is no hash of {DIGITS} digits"
        raise ConfigError(SETTING, message) from None


def _thumbnail(text: str, number: int) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise ConfigError(SETTING, f"line {number}: its thumbnail is no Base64") from None
