"""Startup of the outbox: the migrated database and the key to its secrets are opened."""

from bot.config import Config
from bot.logs import get_logger
from bot.outbox import endpoint_store
from bot.storage import sealed
from bot.storage.commits import times_of
from bot.storage.database import Database
from bot.storage.files import Told, untold
from bot.storage.migrate import migrate
from bot.storage.vault import Vault, load_keys

_log = get_logger("herald.outbox")


async def open_database(config: Config, told: Told = untold) -> Database:
    """The instance's database, open and migrated; a ConfigError says what is in the way.

    `told` is what it does, where that may take long.
    """
    settings = config.database
    database = Database(
        settings.url,
        synchronous=settings.synchronous,
        busy_timeout=settings.busy_timeout,
        times=times_of(settings.statement_timeout),
    )
    await database.open(told)
    try:
        told("bringing the database up to date")
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    return database


async def open_vault(config: Config, database: Database) -> Vault:
    """The key for stored secrets, proven on them; made only for a database that holds none.

    A secret that alone cannot be opened is damaged: that endpoint's deliveries fail, and say so.
    So does every one where the settings say that the key is lost.
    """
    is_lost = config.secrets.key_lost
    key = config.secrets.key.get_secret_value() if config.secrets.key else None
    async with database.transaction() as tx:
        await tx.alone()  # of two that start at once one makes the file, and the other reads it
        endpoints = await endpoint_store.of_any_guild(tx)
        secrets = [one.sealed_secret for one in endpoints] + await sealed.sealed(tx)
        keys = load_keys(key, config.secrets.key_file, may_create=is_lost or not secrets)
        vault = Vault(keys)
        if secrets and not is_lost and not any(map(vault.opens, secrets)):
            vault.open(secrets[0])
        damaged = [one.id for one in endpoints if not vault.opens(one.sealed_secret)]
        if damaged:
            _log.error("endpoints.unreadable_secret", endpoints=damaged)
        if len(keys) > 1:
            await endpoint_store.reseal(tx, vault.reseal)
            await sealed.reseal(tx, vault.reseal)
    return vault
