"""Tables of the fleet: a row for each process that lives, and whose turn it is at the gateway."""

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from bot.storage.schema import RowId, metadata

process = Table(
    "herald_process",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),  # host and process id, for whoever looks for it
    Column("place", Text, nullable=False),  # where that process id means something
    Column("pid", Integer, nullable=False),
    Column("roles", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("first_shard", Integer),
    Column("last_shard", Integer),
    Column("shard_count", Integer),
    Column("guilds", Integer, nullable=False),
    Column("leases", Integer, nullable=False),
    Column("lag_ms", Integer, nullable=False),
    # Both in ms by the server's clock: those of several machines never agree.
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

gateway_turn = Table(
    "gateway_turn",
    metadata,
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("free_at", BigInteger, nullable=False),  # ms, by the server's clock
)
