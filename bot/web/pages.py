"""Pages: drawn by jinja2 with autoescape, in the visitor's language, linking the styles."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

from bot import texts
from bot.kept_texts import worded
from bot.numbers import shown_number
from bot.texts import N_, _, direction, translated
from bot.user_text import initials
from bot.web.languages import chosen

FOLDER = Path(__file__).parent
STATIC = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
TEXTS: dict[str, Any] = {"_": texts.gettext, "ngettext": texts.ngettext}
ICONS = "https://cdn.discordapp.com/"
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """File that a page links to."""

    content: bytes
    content_type: str


class Pages:
    """The templates and static files, those of every feature in folders of its own.

    A feature's template is named `feature/name`; a static file has a name that no other has.
    `root` is the path under which the public address begins, mostly empty.
    """

    def __init__(self, root: str = "") -> None:
        self.static = {
            file.name: StaticFile(file.read_bytes(), STATIC[file.suffix])
            for file in FOLDER.glob("**/static/*")
            if file.suffix in STATIC
        }
        self._links = {
            name: f"{root.rstrip('/')}/static/{name}?v={_digest(file)}"
            for name, file in self.static.items()
        }

    def draw(self, template: str, accepted: str = "", **values: Any) -> str:
        """The page in the first language of `accepted` (an Accept-Language header) that we have."""
        with speaking(accepted) as language:
            page = _templates().get_template(template, globals=TEXTS)
            about = {"language": language, "direction": direction(language)}
            return page.render(static=self._links, **about, **values)


@cache
def _templates() -> Environment:
    """Read and compiled once, whoever draws them."""
    found = FOLDER.glob("*/templates")
    features = {folder.parent.name: FileSystemLoader(folder) for folder in found}
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(FOLDER / "templates"), PrefixLoader(features)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        fill=fill,
        isolated=isolated,
        apart=apart,
        moment=moment,
        initials=initials,
        count=shown_number,
        worded=worded,
    )
    return environment


@contextmanager
def speaking(accepted: str) -> Generator[str]:
    """Texts within are in the visitor's language, which is given as HTML spells it."""
    language = chosen(accepted, translated())
    region = language.partition("-")[2]
    with texts.use(language.replace(region, region.upper()) if region else language):
        yield language


def fill(text: str, **values: object) -> Markup:
    """A text with its fields filled in; only what is Markup already is not escaped."""
    return escape(text).format(**values)


def isolated(text: str) -> Markup:
    """What a person typed, amid our words: its reading direction and length change nothing else."""
    return Markup("<bdi>{}</bdi>").format(text)


def apart(text: str) -> str:
    """The same where there can be no markup, as in a title."""
    return f"\u2068{text}\u2069"


def moment(when: datetime) -> Markup:
    """A moment in words, in UTC, that machines can read too."""
    when = when.astimezone(UTC)
    spelled = _("{day} {month} {year} at {time} UTC").format(
        day=when.day, month=_(MONTHS[when.month - 1]), year=when.year, time=f"{when:%H:%M}"
    )
    return Markup('<time datetime="{}">{}</time>').format(f"{when:%Y-%m-%dT%H:%M:%SZ}", spelled)


def icon(url: str | None) -> str | None:
    """A server's picture where it comes from Discord's CDN, else none."""
    return url if url and url.startswith(ICONS) else None


def _digest(file: StaticFile) -> str:
    return sha256(file.content).hexdigest()[:12]
