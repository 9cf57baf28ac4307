"""Servers of PostgreSQL that one URL names: whichever of them takes writes is connected to."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from bot.storage.outages import is_passing

SEVERAL = "postgresql://user:password@/database?host=first:5432&host=second:5432"


class ReadOnlyServer(ConnectionError):
    """No server takes writes for now; one may later, as a standby does once it is promoted."""

    def __init__(self, found: Sequence[str] = ()) -> None:
        seen = f" ({'; '.join(found)})" if found else ""
        super().__init__(
            f"no PostgreSQL server takes writes{seen}; name the primary, or all servers, as in "
            f"{SEVERAL}, of which Herald uses the one that takes them"
        )


def why_read_only(driver: Any) -> str | None:
    """Why the server at the other end takes no writes; it says so unasked, also when it changes."""
    settings = driver.get_settings()  # what came with its last answer, from PostgreSQL 14 on
    if getattr(settings, "in_hot_standby", "off") == "on":
        return "is a standby"
    if getattr(settings, "default_transaction_read_only", "off") == "on":
        return "has default_transaction_read_only on"
    return None


class Servers:
    """Servers of a URL; the one that took writes the last time is asked first.

    Left to asyncpg, a first one that is silent would take all of the time that there is.
    """

    def __init__(self) -> None:
        self._last = 0

    async def connect(
        self, *, timeout: float, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        """A connection of asyncpg's to a server that takes writes; each has its share of `timeout`.

        One that fails is passed over. Where none takes writes that may pass, and ReadOnlyServer or
        another ConnectionError says so, unless all of them refuse for good, such as for a password.
        """
        options.pop("target_session_attrs", None)  # no other than this one would do
        asyncpg: Any = import_module("asyncpg")
        hosts, ports = ([host], [port]) if host is None or isinstance(host, str) else (host, port)
        places: list[tuple[Any, Any]] = [*zip(hosts, ports, strict=True)]
        found, failed, is_any = list[str](), list[Exception](), False
        for number in sorted(range(len(places)), key=lambda one: one != self._last):
            name, its_port = places[number]
            options |= {"host": name, "port": its_port, "timeout": timeout / len(places)}
            try:
                connection = await asyncpg.connect(**options)
            except Exception as error:  # noqa: BLE001  another server may do
                failed.append(error)
                found.append(f"{name}: {error or type(error).__name__}")
                continue
            why = why_read_only(connection)
            if why is None:
                self._last = number
                return connection
            connection.terminate()
            found.append(f"{name or 'it'} {why}")
            is_any = True
        if is_any:
            raise ReadOnlyServer(found)
        if len(failed) == 1 or not any(map(is_passing, failed)):
            raise failed[0]
        raise ConnectionError("; ".join(found))
