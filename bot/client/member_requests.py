"""Member requests: asked again by whatever follows the connection that they were asked over."""

from typing import Any, cast

from discord.ext import commands

from bot.logs import get_logger

_log = get_logger("herald.client")


class MemberRequests:
    """Requests for whole member lists that one client has under way.

    discord.py sends each of them once: of one that is lost with its connection it waits for the
    answer for good, never asks for that list again, and may never say that the server is there.
    """

    def __init__(self, client: commands.AutoShardedBot) -> None:
        # Private: there is no public place at which a request could be sent once more.
        self._state = cast("Any", client)._connection  # noqa: SLF001  see above
        self._ask = self._state.chunker
        self._state.chunker = self._asked
        client.add_listener(self._again, "on_shard_resumed")
        client.add_listener(self._forget, "on_shard_connect")

    async def _asked(self, guild_id: int, *about: Any, **more: Any) -> None:
        try:
            await self._ask(guild_id, *about, **more)
        except ConnectionError as error:
            _log.info("gateway.members_asked_later", guild_id=guild_id, error=str(error))

    async def _again(self, shard_id: int) -> None:
        """Everything missed was told by now: what is still under way got no answer."""
        for request in self._under_way(shard_id):
            request.buffer.clear()
            await self._asked(request.guild_id, nonce=request.nonce)

    async def _forget(self, shard_id: int) -> None:
        """A new session tells of its servers anew; of an old list that came in part, none came."""
        for request in self._under_way(shard_id):
            request.buffer.clear()
            request.done()
            del self._state._chunk_requests[request.guild_id]  # noqa: SLF001  see above

    def _under_way(self, shard_id: int) -> list[Any]:
        """Those for whole lists, which are kept by their server."""
        under_way: dict[object, Any] = self._state._chunk_requests  # noqa: SLF001  see above
        kept = [(key, one) for key, one in under_way.items() if one.shard_id == shard_id]
        return [one for key, one in kept if key == one.guild_id]
