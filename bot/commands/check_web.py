"""`herald check` of the web face: its ports, and how people reach it."""

import errno

from bot.commands.check_local import in_use
from bot.commands.check_report import CheckFinding
from bot.config import Config, WebConfig
from bot.errors import ConfigError
from bot.loopback import is_loopback
from bot.storage.engine import parse_url
from bot.web.server import Listening, bound


async def look_at_web(config: Config) -> list[CheckFinding]:
    """Whether its ports can be had, and what visitors would meet."""
    settings = config.web
    if not settings.enabled:
        return [
            CheckFinding("web", "ok", "switched off: no health checks, no metrics, no appeals page")
        ]
    found = [await _port(config, "port", Listening(settings.host, settings.port))]
    if settings.metrics_port is not None:
        apart = Listening(settings.metrics_host, settings.metrics_port, "metrics_")
        found.append(await _port(config, "metrics", apart))
    return [*found, _reached(settings)]


async def _port(config: Config, name: str, listening: Listening) -> CheckFinding:
    place = f"port {listening.port or 'that is free'} of {listening.host}"
    try:
        taken = await bound(listening)
    except ConfigError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE:
            return _taken(config, name, place, error)
        return CheckFinding(name, "fail", str(error))
    taken.close()
    return CheckFinding(name, "ok", f"{place} can be had")


def _taken(config: Config, name: str, place: str, error: ConfigError) -> CheckFinding:
    """A Herald that runs has its port; whether one runs, only SQLite's file tells."""
    kind, target = parse_url(config.database.url)
    if kind != "sqlite":
        told = f"{place} is in use, by a Herald that runs or by another program"
        mend = f"in the latter case set another one in {error.setting}"
        return CheckFinding(name, "warn", told, mend)
    if in_use(target):
        return CheckFinding(name, "ok", f"{place} is in use, as it is while Herald runs")
    return CheckFinding(name, "fail", str(error))


def _reached(settings: WebConfig) -> CheckFinding:
    here = is_loopback(settings.host)
    if settings.public_url is None:
        if not here:
            told = f"everybody who reaches {settings.host} can ask it, over plain http"
            mend = "keep web.host at 127.0.0.1 behind a proxy that speaks https (docs/operate.md)"
            return CheckFinding("visitors", "warn", told, mend)
        return CheckFinding("visitors", "ok", "web.public_url is not set: no appeals page")
    if settings.public_url.startswith("https://") and not settings.trusted_proxies:
        told = f"{settings.public_url} needs a proxy, and none is trusted: visitors share one limit"
        mend = 'name the proxy\'s address in web.trusted_proxies, such as ["127.0.0.1/32"]'
        return CheckFinding("visitors", "warn", told, mend)
    return CheckFinding("visitors", "ok", f"people reach it as {settings.public_url}")
