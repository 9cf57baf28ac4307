"""Gateway as one server has it: its shard, how fast Discord answers, how long it was silent."""

from dataclasses import dataclass
from math import isfinite

import discord

from bot.client.client import HeraldClient
from bot.client.gateway_gaps import GatewayGap


@dataclass(frozen=True, slots=True)
class GatewaySeen:
    """Connection to Discord of one server; seconds, None where nothing was measured."""

    is_connected: bool
    shard: int
    shards: int
    latency: float | None
    silence: float  # before the newest event, which a command is
    gap: GatewayGap | None


def gateway_of(client: HeraldClient, guild: discord.Guild) -> GatewaySeen:
    """What the client knows of it."""
    shard = client.get_shard(guild.shard_id)
    latency = client.latency if shard is None else shard.latency
    return GatewaySeen(
        is_connected=client.is_ready() and (shard is None or not shard.is_closed()),
        shard=guild.shard_id,
        shards=client.shard_count or 1,
        latency=latency if isfinite(latency) else None,
        silence=client.silent_for,
        gap=client.last_gap(guild.shard_id),
    )
