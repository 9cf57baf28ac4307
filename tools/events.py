"""Writes docs/events.md and the schema that tests hold the catalogue against: `make events`.

A schema that breaks what receivers rely on is not written: restore the key, type or value, and add
a new one beside it.
"""

import json
import sys
from pathlib import Path

from bot.catalogue import pages, schema
from bot.wiring import FEATURES
from tools.breaks import breaks

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "events.md"
SNAPSHOT = ROOT / "tests" / "contract" / "schema" / "events.json"


def feature_names() -> frozenset[str]:
    """The features that there are, which says what is sent."""
    return frozenset(feature.name for feature in FEATURES)


def render_schema() -> str:
    """The snapshot's text."""
    return json.dumps(schema.document(), indent=1, ensure_ascii=False) + "\n"


def refusals(snapshot: Path, text: str) -> list[str]:
    """What that schema would break of the one in the file; nothing where there is no file."""
    if not snapshot.exists():
        return []
    old, new = (json.loads(one) for one in (snapshot.read_text(encoding="utf-8"), text))
    return breaks(old, new)


def write(page: Path, snapshot: Path) -> list[str]:
    """Write both, or neither where promises would be broken: these."""
    text = render_schema()
    broken = refusals(snapshot, text)
    if not broken:
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        snapshot.write_text(text, encoding="utf-8")
        page.write_text(pages.document(feature_names()), encoding="utf-8")
    return broken


def main() -> None:
    broken = write(PAGE, SNAPSHOT)
    if broken:
        print("Nothing was written. Receivers rely on what would change:", file=sys.stderr)
        print("\n".join(f"  {line}" for line in broken), file=sys.stderr)
        sys.exit(1)
    for path in (PAGE, SNAPSHOT):
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
