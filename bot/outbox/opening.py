"""Opening what the outbox stands on: the migrated database and the key to its secrets."""

from bot.config import Config
from bot.outbox.endpoints import Endpoint, EndpointStore
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Vault, load_keys


async def open_database(config: Config) -> Database:
    """The instance's database, open and migrated; a ConfigError says what is in the way."""
    settings = config.database
    database = Database(
        settings.url, synchronous=settings.synchronous, busy_timeout=settings.busy_timeout
    )
    await database.open()
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    return database


async def load_endpoints(database: Database) -> list[Endpoint]:
    """Every endpoint of the instance."""
    async with database.reading() as reading:
        return await EndpointStore().all(reading)


async def open_vault(config: Config, database: Database) -> Vault:
    """The key for stored secrets, proven on them; made only for a database that holds none."""
    endpoints = await load_endpoints(database)
    key = config.secrets.key.get_secret_value() if config.secrets.key else None
    keys = load_keys(key, config.secrets.key_file, may_create=not endpoints)
    vault = Vault(keys)
    for endpoint in endpoints:
        vault.open(endpoint.sealed_secret)
    if len(keys) > 1:
        async with database.transaction() as tx:
            await EndpointStore().reseal(tx, vault.reseal)
    return vault
