"""Dice as docs/duels.md publishes them: what others write by it gives the same."""

import re
from pathlib import Path
from typing import Any

from bot.features.duels.game import rolled
from bot.features.duels.settings import DuelsSettings
from bot.seeds import commitment

PAGE = (Path(__file__).parents[3] / "docs" / "duels.md").read_text(encoding="utf-8")


def test_the_published_program_gives_every_roll() -> None:
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    published: dict[str, Any] = {}
    exec(source, published)
    for number in range(1, 200):
        seed = bytes([number]) * 32
        assert published["committed"](seed.hex()) == commitment(seed)
        assert published["dice"](seed.hex(), 12, number) == list(rolled(seed, 12, number))


def test_the_page_tells_the_settings_and_their_defaults() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE))
    chosen = DuelsSettings().model_dump()
    assert told == {name: "on" if one is True else str(one) for name, one in chosen.items()}
