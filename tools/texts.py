"""Collects what people read into bot/locale/herald.pot and compiles translations: `make texts`."""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "bot" / "locale"
TEMPLATE = LOCALE / "herald.pot"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
METHODS = [("**.py", "python"), ("**/templates/*.html", "jinja2")]
HEADING = "# What people read in Herald. Written by `make texts`; translations stand beside it.\n"


def collect() -> Catalog:
    """Every marked text of bot/ and cogs/, without places or dates, so that it is stable."""
    catalogue = Catalog(domain="herald", charset="utf-8")
    for folder in ("bot", "cogs"):
        found = extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for _file, _line, message, comments, context in found:
            catalogue.add(message, None, auto_comments=comments, context=context)
    return catalogue


def render() -> str:
    """The text of the template."""
    buffer = io.BytesIO()
    write_po(buffer, collect(), omit_header=True, no_location=True, sort_output=True, width=100)
    return HEADING + buffer.getvalue().decode("utf-8")


def compile_translation(source: Path) -> Path:
    """The .mo beside a .po."""
    target = source.with_suffix(".mo")
    with source.open("rb") as file:
        catalogue = read_po(file, domain="herald")
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return target


def main() -> None:
    TEMPLATE.write_text(render(), encoding="utf-8")
    print(f"wrote {TEMPLATE.relative_to(ROOT)}")
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/herald.po")):
        print(f"wrote {compile_translation(source).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
