"""The instance's list: what is exported is read back, and so is what was written before."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.features.scams.instance_list import load, written
from bot.features.scams.resemblance import KnownPicture
from bot.scanner.hashes import Fingerprint

HASH = f"{7:032x}"


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    prints = (Fingerprint(1, (2, 3), b"\xff\xd8 a copy"), Fingerprint(4, (5,)))
    known = [KnownPicture(n, 1, one, "crypto", f"card {n}") for n, one in enumerate(prints)]
    file = tmp_path / "known"
    file.write_text(f"# old and new\n{written(known)}host Bad.Example\n", encoding="utf-8")
    found = load(file)
    assert tuple(one.print for one in found.pictures) == prints
    assert [(one.category, one.name) for one in found.pictures] == [
        ("crypto", "card 0"),
        ("crypto", "card 1"),
    ]
    assert found.hosts == {"bad.example"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"picture crypto {HASH};%% a card", "line 1: its thumbnail is no Base64"),
        ("picture crypto 12 a card", "line 1: '12' is no hash"),
        ("host a/b", "line 1: 'a/b' is no host"),
        ("pictures", "line 1 begins with 'pictures'"),
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "known"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError, match=why):
        load(file)
