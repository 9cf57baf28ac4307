"""Dialects that an endpoint can be created with, in one explicit list."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.dialects.base import Dialect
from bot.dialects.phantom import Phantom
from bot.dialects.standard import Standard
from bot.dialects.vektor import Vektor

PHANTOM_USER_AGENT = "Phantom-Webhooks/1.0 (+https://phantombot.gg)"
USER_AGENT = "Herald-Webhooks/1.0"


def build_dialects(phantom_user_agent: str = PHANTOM_USER_AGENT) -> Mapping[str, Dialect]:
    """Every dialect by its name; the first is the default."""
    dialects: tuple[Dialect, ...] = (
        Phantom(phantom_user_agent),
        Vektor(USER_AGENT),
        Standard(USER_AGENT),
    )
    return MappingProxyType({dialect.name: dialect for dialect in dialects})


__all__ = ["PHANTOM_USER_AGENT", "USER_AGENT", "Dialect", "build_dialects"]
