"""`herald check` of the network: whether reports about people find somebody who decides."""

from bot.commands.check_report import CheckFinding
from bot.config import Config


def look_at_network(config: Config) -> CheckFinding:
    """Who reviews, where, and whether those reported can answer."""
    chosen = config.network
    if not (chosen.reviewers or chosen.guild_id or chosen.channel_id):
        told = "no reviewers are named: no server can switch the network on"
        return CheckFinding("network", "ok", told)
    parts = {
        "network.reviewers": chosen.reviewers,
        "network.guild_id": chosen.guild_id,
        "network.channel_id": chosen.channel_id,
    }
    missing = [name for name, value in parts.items() if not value]
    if missing:
        told = f"{' and '.join(missing)} not set: no server can switch the network on"
        return CheckFinding("network", "warn", told, "set all three (docs/network.md)")
    if config.web.public_url is None or not config.web.enabled:
        told = "those who are reported have no page on which they could appeal"
        return CheckFinding("network", "warn", told, "set web.public_url")
    count = len(chosen.reviewers)
    reviewers = "1 reviewer decides" if count == 1 else f"{count} reviewers decide"
    return CheckFinding("network", "ok", f"{reviewers} about reports")
