"""The real emitter on a database of the test's, allowed to dial this machine."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.catalogue.members import MemberJoined
from bot.clock import Clock
from bot.config import Config, DeliveryConfig, GuardConfig, SecretsConfig, WebConfig
from bot.config import DatabaseConfig as DatabaseSettings
from bot.delivery.emitter import Emitter
from bot.fleet.assignment import WHOLE
from bot.fleet.fleet import Fleet
from bot.outbox.endpoints import Endpoint, NewEndpoint
from bot.outbox.tables import EndpointState
from bot.storage.vault import new_key

GUILD = 81_384_788_765_712_384
KEY = new_key()


def config_for(url: str, *, key_file: Path | None = None, **delivery: Any) -> Config:
    """Settings for that database; `delivery` replaces defaults, such as jitter=0."""
    secrets = (
        SecretsConfig(key=SecretStr(KEY)) if key_file is None else SecretsConfig(key_file=key_file)
    )
    return Config(
        database=DatabaseSettings(url=url),
        secrets=secrets,
        delivery=DeliveryConfig(**delivery),
        guard=GuardConfig(allow_networks=("127.0.0.0/8",), allow_http=True),
        web=WebConfig(port=0),
    )


def alone(emitter: Emitter) -> Fleet:
    """The fleet of a process that has not joined one."""
    return Fleet(emitter.database, WHOLE, clock=emitter.clock, lease=15.0)


async def add_endpoint(
    emitter: Emitter,
    url: str,
    *,
    guild_id: int = GUILD,
    name: str = "backend",
    patterns: tuple[str, ...] = ("*",),
    secret: str | None = None,
    dialect: str = "phantom",
) -> tuple[Endpoint, str]:
    """A new active endpoint with its secret, as the feature would add it."""
    async with emitter.database.transaction() as tx:
        new = NewEndpoint(guild_id, name, url, dialect, patterns, created_by_id=4)
        return await emitter.registry.add(tx, new, emitter.clock.now(), secret=secret)


async def change_state(emitter: Emitter, endpoint_id: int, state: EndpointState) -> Endpoint:
    """Pause, resume, disable or enable, as a person would."""
    seen = emitter.lanes.index.get(endpoint_id)
    assert seen is not None
    enabling = state is EndpointState.ACTIVE and not seen.queues
    async with emitter.database.transaction() as tx:
        changed = await emitter.registry.change_state(
            tx, seen, state, emitter.clock.now(), clears_failures=enabling
        )
    assert changed is not None
    return changed


def joined(clock: Clock, user_id: int = 7, *, guild_id: int = GUILD) -> MemberJoined:
    """Somebody joins."""
    return MemberJoined(
        guild_id=guild_id,
        user_id=user_id,
        username=f"otter_{user_id}",
        account_age_days=412,
        is_bot=False,
        joined_at=clock.now(),
    )
