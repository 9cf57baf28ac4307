"""`herald check` of the way out: whether the proxy leads anywhere, and who is trusted there."""

from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock
from bot.commands.check_report import CheckFinding
from bot.config import Config
from bot.delivery.dns import SystemResolve
from bot.delivery.egress import authorities, egress_of
from bot.delivery.emitter import policy_of
from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard
from bot.delivery.sender import Sender
from bot.errors import ConfigError

TARGET = "https://discord.com/"  # Herald needs it anyway
SOON = timedelta(days=30)
MENDS = {
    "proxy": "look at egress.proxy, proxy_user and proxy_password, and at the proxy's own log",
    "tls": "where the proxy looks into TLS, name its certificate authority in egress.ca_file",
    "dns": "Herald asks for receivers' addresses itself and checks them: give its machine a name "
    "server that knows them",
}


async def look_at_egress(config: Config, target: str = TARGET) -> list[CheckFinding]:
    """What the proxy and the authorities are good for; nothing where there are none."""
    found: list[CheckFinding] = []
    if config.egress.ca_file is not None:
        try:
            found.append(_authorities(config, SystemClock().now()))
        except ConfigError as error:
            return [CheckFinding("authorities", "fail", str(error))]
    if config.egress.proxy is not None:
        found.append(await _proxy(config, target))
    return found


def _authorities(config: Config, now: datetime) -> CheckFinding:
    file = config.egress.ca_file
    assert file is not None  # noqa: S101  asked by the only caller
    ends = min(one.not_valid_after_utc for one in authorities(file)).astimezone(UTC)
    count = len(authorities(file))
    egress_of(config)  # as a start does
    told = f"{file.name} adds {count} to those of the system"
    if ends - now > SOON:
        return CheckFinding("authorities", "ok", told)
    ended = "has expired" if ends <= now else "expires"
    told = f"{told}, of which one {ended} on {ends:%Y-%m-%d}"
    return CheckFinding("authorities", "warn", told, "put the next one beside it in the file")


async def _proxy(config: Config, target: str) -> CheckFinding:
    settings, resolve = config.delivery, SystemResolve()
    guard = Guard(policy_of(config), resolve)
    limits = Deadlines(connect=settings.connect_timeout, total=settings.total_timeout)
    sender = Sender(guard, limits, egress=egress_of(config))
    await sender.start()
    try:
        url = guard.parse(target)
        failed = await sender.knock(url)
    finally:
        await sender.close()
        resolve.close()
    shown = f"{config.egress.proxy} leads to {url.host}"
    if failed is None:
        return CheckFinding("proxy", "ok", f"{shown}, whose certificate is trusted")
    kind = failed.error or "proxy"
    told = f"through {config.egress.proxy} nobody gets to {url.host} ({failed.detail})"
    return CheckFinding("proxy", "fail", told, MENDS.get(kind, MENDS["proxy"]))
