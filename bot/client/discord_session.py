"""Session with Discord: the client that is asked and acts, and whether its gateway is heard."""

from typing import Protocol

import discord
from discord.ext import commands


class Elsewhere(Protocol):
    """Guilds of which no gateway of this process tells, as REST said they were."""

    @property
    def client(self) -> discord.Client | None:
        """The client, once it has logged in."""
        ...

    async def log_in(self) -> discord.Client:
        """The client, logged in; ActUnknown where it cannot be."""
        ...

    async def know(self, guild_id: int) -> discord.Guild | None:
        """The guild as it was within this minute; None where the bot is not in it."""
        ...

    def get(self, guild_id: int) -> discord.Guild | None:
        """The same from memory."""
        ...

    def expire(self, guild_id: int) -> None:
        """Look again when it is asked for next."""
        ...


class DiscordSession:
    """One client after another, as this process starts them, and REST beside."""

    def __init__(self) -> None:
        self._connected: discord.Client | None = None
        self._elsewhere: Elsewhere | None = None
        self.sessions = 0

    def connect(self, client: discord.Client) -> None:
        """Ask and act through that client from now on."""
        self._connected = client
        self.sessions += 1
        if isinstance(client, commands.Bot | commands.AutoShardedBot):
            for event in ("on_connect", "on_resumed"):
                client.add_listener(self._began, event)

    def reach(self, elsewhere: Elsewhere) -> None:
        """Ask and act over REST in guilds of which no gateway of this process tells."""
        self._elsewhere = elsewhere

    @property
    def is_connected(self) -> bool:
        """Whether there is a client that knows its guilds, and hears of them.

        discord.py calls a client ready for good, whatever becomes of its connections. A process
        without a gateway hears of nothing, but asks: that takes a login.
        """
        if self._connected is None and self._elsewhere is not None:
            return self._elsewhere.client is not None
        return self.is_heard is True

    async def _began(self) -> None:
        self.sessions += 1

    @property
    def is_heard(self) -> bool | None:
        """Whether the gateway is at the other end: discord.py ends what is silent for a minute.

        None where this process has no client.
        """
        client = self._connected
        if client is None:
            return None
        if not client.is_ready() or client.is_closed():
            return False
        if isinstance(client, discord.AutoShardedClient):
            return not all(shard.is_closed() for shard in client.shards.values())
        return client.ws.open
