"""Logs: one pipeline for Herald and the libraries under it, and no secret in what it writes."""

import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from types import NoneType
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.typing import Processor

REMOVED = "[removed]"
SENSITIVE = ("token", "secret", "authorization", "signature", "password", "cookie", "credential")
HARMLESS = (NoneType, bool, int, float)
SHORTEST_KNOWN = 8  # a shorter "secret" would blank out ordinary words

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # The secret of an endpoint.
    (re.compile(r"whsec_[A-Za-z0-9_\-+/=]+"), REMOVED),
    # A bot token: the account's id in base64, a time, an HMAC.
    (re.compile(r"[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"), REMOVED),
    # Discord's own webhooks and interactions carry their token in the path.
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]+"), rf"\1{REMOVED}"),
    # PostgreSQL URLs: a password may hold any sign, so up to the last @ of the word.
    (re.compile(r"(postgres(?:ql)?(?:\+\w+)?://[^\s:/@]*:)\S+@"), rf"\1{REMOVED}@"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/]+@", re.IGNORECASE), rf"\1{REMOVED}@"),
    # Headers and parameters quoted inside a text.
    (
        re.compile(r"(authorization['\"]?\s*[:=]\s*['\"]?)(?:\w+ )?[^\s'\",;]+", re.IGNORECASE),
        rf"\1{REMOVED}",
    ),
    (
        re.compile(r"((?:token|secret|password)=['\"]?)[^\s&'\",;)]+", re.IGNORECASE),
        rf"\1{REMOVED}",
    ),
)


class Redactor:
    """A processor that removes secrets from every value, exception texts included."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = tuple(secret for secret in known if len(secret) >= SHORTEST_KNOWN)

    def __call__(
        self, logger: Any, name: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        return {key: self._named(key, value) for key, value in event.items()}

    def text(self, text: str) -> str:
        """The text without what must not be read."""
        for secret in self._known:
            text = text.replace(secret, REMOVED)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def _named(self, key: object, value: object) -> object:
        named = any(word in str(key).lower() for word in SENSITIVE)
        return REMOVED if named and not isinstance(value, HARMLESS) else self._value(value)

    def _value(self, value: object) -> object:
        if isinstance(value, HARMLESS):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            items = cast("Mapping[object, object]", value).items()
            return {self.text(str(key)): self._named(key, inner) for key, inner in items}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(inner) for inner in cast("Iterable[object]", value)]
        return self.text(repr(value))


def configure(
    *,
    style: Literal["console", "json", "auto"] = "auto",
    level: str = "INFO",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send Herald's logs and the libraries' to `stream` (standard error); `secrets` never show."""
    target = stream or sys.stderr
    redactor = Redactor(secrets)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_common(),
            redactor,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(_formatter(redactor, style, target))
    root = logging.getLogger()
    for former in root.handlers[:]:
        if isinstance(former.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(level)
    _quieten(level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module; it follows `configure`, whichever of the two came first."""
    return structlog.stdlib.get_logger(name)


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.UnicodeDecoder(),
    ]


def _drop_rendered(
    logger: Any, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Another handler's formatter leaves its text in the record, where it looks like an extra."""
    for key in ("message", "asctime"):
        event.pop(key, None)
    return event


def _formatter(
    redactor: Redactor, style: Literal["console", "json", "auto"], target: TextIO
) -> logging.Formatter:
    terminal = target.isatty()
    renderer: Processor
    if style == "json" or (style == "auto" and not terminal):
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=terminal and not os.environ.get("NO_COLOR"),
            exception_formatter=structlog.dev.plain_traceback,
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), _drop_rendered, *_common()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redactor,
            renderer,
        ],
    )


def _quieten(level: str) -> None:
    """Libraries speak from INFO on; those that would print every statement, from WARNING on."""
    least = max(logging.getLevelNamesMapping()[level], logging.INFO)
    for name in ("discord", "asyncio", "simcord"):
        logging.getLogger(name).setLevel(least)
    for name in ("aiosqlite", "sqlalchemy", "alembic", "aiohttp.access"):
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
