"""`herald check`: looks at everything that a start needs, changes nothing, says what to mend."""

import os
from pathlib import Path

from bot import logs
from bot.clock import SystemClock
from bot.commands.check_discord import look_at_discord
from bot.commands.check_egress import look_at_egress
from bot.commands.check_local import look_at_addresses, look_at_database, look_at_files
from bot.commands.check_network import look_at_network
from bot.commands.check_report import CheckFinding, as_json, exit_code
from bot.commands.check_web import look_at_web
from bot.commands.console import say
from bot.commands.event_loop import Stop, in_loop
from bot.config import Config, load
from bot.delivery.descriptors import attainable
from bot.errors import ConfigError

DEFAULTS = "config.toml is not there: defaults and the environment are used"


def check(config_file: Path | None, *, as_machine: bool) -> int:
    """Print every finding; 0, or 1 where one of them keeps Herald from working."""
    logs.configure(style="console", level="ERROR")
    findings = _findings(config_file)
    if as_machine:
        say(as_json(findings))
    else:
        for finding in findings:
            say(finding.line())
    return exit_code(findings)


def _findings(config_file: Path | None) -> list[CheckFinding]:
    try:
        config = load(config_file, os.environ)
    except ConfigError as error:
        return [CheckFinding("settings", "fail", str(error))]

    async def main(_stop: Stop) -> list[CheckFinding]:
        return await look(config)

    named = config_file or os.environ.get("HERALD_CONFIG")
    found = f"{named or 'config.toml'} is understood"
    text = found if named or Path("config.toml").is_file() else DEFAULTS
    return [CheckFinding("settings", "ok", text), *in_loop(main)]


async def look(config: Config) -> list[CheckFinding]:
    """Everything beyond the settings themselves."""
    local, chosen = await look_at_database(config)
    discord = await look_at_discord(config, SystemClock(), chosen)
    files, network = look_at_files(config, attainable()), look_at_network(config)
    here = [*look_at_addresses(config), *await look_at_egress(config), files, network]
    return [*local, *discord, *here, *await look_at_web(config)]
