"""Connector, the only way out: names become checked addresses, peers are compared with them."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from enum import Enum, auto
from functools import partial
from ssl import SSLContext
from typing import Any

from aiohttp import (
    ClientConnectionError,
    ClientHttpProxyError,
    ClientRequest,
    ClientTimeout,
    TCPConnector,
    hdrs,
)
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from bot import kept_texts as kept
from bot.delivery.answer_protocol import AnswerProtocol
from bot.delivery.egress import Proxy
from bot.delivery.guard import Guard, is_literal
from bot.delivery.idle import IdleConnections
from bot.delivery.resolver import PinnedResolver, Vouch
from bot.errors import RefusedAddress

KEEPALIVE_SECONDS = 75.0
CACHE_SECONDS = 10  # what is cached are addresses that were checked, and those are dialled
NEXT_ADDRESS_SECONDS = (
    0.25  # after which the next address is tried beside the one before (RFC 8305)
)
MOST_ADDRESSES = 4  # addresses of one name that a proxy is asked for
CEIL_NEVER = 3600.0  # aiohttp rounds deadlines up to whole seconds from here on

dialled: ContextVar["AnswerProtocol | None"] = ContextVar("dialled", default=None)
"""The connection that this task's last request was given; None until TCP is connected."""


class ProxyStage(Enum):
    """How far the way of a request through the proxy came."""

    DIRECT = auto()  # not on that way, or not yet
    PROXY = auto()  # the proxy is dialled
    CONNECT = auto()  # it was asked for a connection
    TUNNEL = auto()  # it says that there is one


stage: ContextVar[ProxyStage] = ContextVar("stage", default=ProxyStage.DIRECT)
"""Where on its way this task's last request is."""


class PinnedConnector(TCPConnector):
    """Compares every new connection's peer with the guard before a byte of a request leaves.

    Within half of `connect` seconds each address of a name is tried.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        ssl: SSLContext | bool = True,
        reuse: bool = True,
        connect: float = 5.0,
        idle: IdleConnections | None = None,
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  aiohttp leaves a part open
            resolver=PinnedResolver(self._vouch(guard)),
            ssl=ssl,
            limit=0,
            ttl_dns_cache=CACHE_SECONDS,
            force_close=not reuse,
            keepalive_timeout=KEEPALIVE_SECONDS if reuse else None,
            timeout_ceil_threshold=CEIL_NEVER,
        )
        self._guard = guard
        self._connect = connect
        self._factory = partial(
            make_protocol, self._loop, IdleConnections() if idle is None else idle
        )

    async def connect(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> Connection:
        dialled.set(None)
        stage.set(ProxyStage.DIRECT)
        connection = await super().connect(req, traces, timeout)
        protocol: AnswerProtocol = connection.protocol  # pyright: ignore[reportAssignmentType]  none other is made
        if not protocol.exchanges:
            self._compare_peer(connection, req.url.raw_host or "")
        dialled.set(protocol)
        protocol.begin()
        return connection

    async def _wrap_create_connection(
        self, *args: Any, addr_infos: list[Any], **more: Any
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        # It is read before anything waits; nobody else has it in between.
        all_in_time = self._connect / 2 / len(addr_infos)
        self._happy_eyeballs_delay = min(NEXT_ADDRESS_SECONDS, all_in_time)
        connect: Any = super()._wrap_create_connection  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  not typed
        return await connect(*args, addr_infos=addr_infos, **more)

    def _vouch(self, guard: Guard) -> Vouch:
        """Who says which addresses a name has."""
        return guard.addresses

    def _compare_peer(self, connection: Connection, host: str) -> None:
        transport = connection.transport
        peer = None if transport is None else transport.get_extra_info("peername")
        if peer is None:
            connection.close()
            raise ClientConnectionError("the other side was gone at once")
        if not self._guard.allows(str(peer[0]), host):
            connection.close()
            raise RefusedAddress(kept.BLOCKED)


class TunnelConnector(PinnedConnector):
    """Connections through a proxy: it is asked for the address that the guard checked.

    TLS is agreed on by the name, with whoever is behind that address. Whatever is dialled here
    itself is the proxy, which the operator named; it may be at home.
    """

    def __init__(
        self,
        guard: Guard,
        proxy: Proxy,
        *,
        ssl: SSLContext | bool = True,
        reuse: bool = True,
        connect: float = 5.0,
        idle: IdleConnections | None = None,
    ) -> None:
        super().__init__(guard, ssl=ssl, reuse=reuse, connect=connect, idle=idle)
        self._proxy = proxy

    async def connect(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        stage.set(ProxyStage.TUNNEL)
        return connection

    async def _create_connection(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> ResponseHandler:
        host = req.url.raw_host or ""
        refused: Exception = ClientConnectionError("no address")
        for address in await self._vouched(host):
            stage.set(ProxyStage.PROXY)
            tunnel = ClientRequest(
                hdrs.METH_POST,
                req.url.with_host(address),
                loop=self._loop,
                proxy=self._proxy.url,
                proxy_headers=self._proxy.headers,
                server_hostname=host,
            )
            try:
                return await super()._create_connection(tunnel, traces, timeout)
            except ClientHttpProxyError as error:
                if error.status < 500:  # it would say so of every address
                    raise
                refused = error
        raise refused

    async def _vouched(self, host: str) -> Sequence[str]:
        """The addresses for which the proxy is asked in turn, as the guard lets them through."""
        if not is_literal(host):
            return (await self._guard.addresses(host))[:MOST_ADDRESSES]
        if not self._guard.allows(host, host):
            raise RefusedAddress(kept.BLOCKED)
        return (host,)

    async def _wrap_create_connection(
        self, *args: Any, addr_infos: list[Any], **more: Any
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        known = {info[4][0] for info in addr_infos}
        made = await super()._wrap_create_connection(*args, addr_infos=addr_infos, **more)
        transport, protocol = made
        peer = transport.get_extra_info("peername")
        if peer is None or peer[0] not in known:
            transport.abort()
            raise ClientConnectionError("another peer than the proxy, or gone at once")
        assert isinstance(protocol, AnswerProtocol)  # noqa: S101  none other is made
        protocol.expect_answer()
        stage.set(ProxyStage.CONNECT)
        return made

    def _vouch(self, guard: Guard) -> Vouch:
        return guard.trusted_addresses

    def _compare_peer(self, connection: Connection, host: str) -> None:
        """Nothing: it is the proxy, and was compared before it was asked for anything."""


def make_protocol(loop: asyncio.AbstractEventLoop, idle: IdleConnections) -> AnswerProtocol:
    """What aiohttp calls once TCP is connected and before TLS begins."""
    protocol = AnswerProtocol(loop, idle)
    dialled.set(protocol)
    if stage.get() is ProxyStage.CONNECT:  # TLS begins with whoever is behind the proxy
        stage.set(ProxyStage.TUNNEL)
    return protocol
