"""One POST over a pooled connection, up to the head of its answer.

aiohttp's session does this too, with cookies, redirects, proxies, middlewares, traces and a timer
for each request. Nothing of that is wanted here, and it took a tenth of what a delivery costs.
(docs/decisions/0017)
"""

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from aiohttp import ClientRequest, ClientResponse, ClientTimeout, hdrs
from yarl import URL

from bot.delivery.resolver import CEIL_NEVER, PinnedConnector

READ_BUFFER = 8192


class Request(ClientRequest):
    """One whose answer comes as it is."""

    DEFAULT_HEADERS: ClassVar = {hdrs.ACCEPT: "*/*", hdrs.ACCEPT_ENCODING: "identity"}


class Exchange:
    """Posts through one connector; it has `connect` seconds for DNS, TCP and TLS."""

    def __init__(self, connector: PinnedConnector, *, connect: float) -> None:
        self._connector = connector
        self._timeout = ClientTimeout(total=None, connect=connect, ceil_threshold=CEIL_NEVER)
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        """Close every connection; requests still in flight end with a ClientConnectionError."""
        await self._connector.close()

    async def post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> ClientResponse:
        """The answer, to be read to its end or closed.

        Raises aiohttp's errors, OSError, and TimeoutError where no connection came about.
        """
        request = Request(hdrs.METH_POST, url, headers=headers, data=body, loop=self._loop)
        connection = await self._connector.connect(request, [], self._timeout)
        try:
            protocol = connection.protocol
            assert protocol is not None  # noqa: S101  it was just connected
            protocol.set_response_params(
                read_until_eof=True, auto_decompress=False, read_bufsize=READ_BUFFER
            )
            response = await request.send(connection)
            try:
                return await response.start(connection)
            except BaseException:
                response.close()
                raise
        except BaseException:
            connection.close()
            raise
