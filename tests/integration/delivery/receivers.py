"""Receivers on real sockets that do exactly what a script says, and keep what they were sent."""

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Talk:
    """One accepted connection, from the receiver's side."""

    def __init__(
        self,
        receiver: "Receiver",
        number: int,
        *,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.number = number
        self._receiver = receiver
        self._reader = reader
        self._writer = writer

    async def request(self) -> bytes:
        """Read one whole request and keep it."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        request = head + await self._reader.readexactly(length)
        self._receiver.requests.append(request)
        return request

    async def some(self) -> bytes:
        """Whatever arrives next; nothing at the end."""
        return await self._reader.read(65_536)

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()
        self._receiver.sent += len(data)

    async def gone(self, seconds: float = 10.0) -> bool:
        """Wait until the other side has closed, at most so long; whether it has."""
        try:
            async with asyncio.timeout(seconds):
                while data := await self._reader.read(65_536):
                    self._receiver.stray += data
        except TimeoutError:
            return False
        return True

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        raw: socket.socket = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Script = Callable[[Talk], Awaitable[None]]


class Receiver:
    """A listening socket on this machine that runs one script for every connection."""

    def __init__(
        self,
        script: Script,
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.port = port
        self.requests: list[bytes] = []
        self.connections = 0
        self.sent = 0
        self.stray = b""
        self._script = script
        self._tls = tls
        self._host = host
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Receiver":
        self._server = await asyncio.start_server(
            self._accept, self._host, self.port, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = Talk(self, self.connections, reader=reader, writer=writer)
        self._tasks.add(asyncio.get_running_loop().create_task(self._run(talk, writer)))

    async def _run(self, talk: Talk, writer: asyncio.StreamWriter) -> None:
        try:
            # The sender under test hangs up whenever it likes; that is no fault of a receiver.
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await self._script(talk)
        finally:
            writer.close()


def answers(*responses: bytes) -> Script:
    """Answer each request of a connection with the next response; the last one repeats."""

    async def script(talk: Talk) -> None:
        turn = 0
        while True:
            await talk.request()
            await talk.send(responses[min(turn, len(responses) - 1)])
            turn += 1

    return script


def refusing_handshake(context: ssl.SSLContext) -> Script:
    """Shake hands by hand, tell why it failed, and stay until the other side has read that."""

    async def script(talk: Talk) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        refused = False
        while not refused and (data := await talk.some()):
            incoming.write(data)
            try:
                server.do_handshake()
            except ssl.SSLWantReadError:
                refused = False
            except ssl.SSLError:
                refused = True
            await talk.send(outgoing.read())
        await talk.gone()

    return script


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = (self._name, self._key)
        self._certificate = self._sign(*own, own, span=(-30, 1), names=None)

    @property
    def pem(self) -> str:
        """Its own certificate."""
        return pem(self._certificate)

    def client(self) -> ssl.SSLContext:
        """What a sender needs to trust this authority."""
        context = ssl.create_default_context(cadata=self.pem)
        context.set_alpn_protocols(["http/1.1"])
        return context

    def server(
        self, name: str, *, days: int = 1, since: int = -30, self_signed: bool = False
    ) -> ssl.SSLContext:
        """A server's context for `name`, valid from `since` to `days` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signer = (subject, key) if self_signed else (self._name, self._key)
        certificate = self._sign(subject, key, signer, span=(since, days), names=name)
        path = self._folder / f"{name}-{since}-{days}-{self_signed}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_text(pem(certificate) + secret.decode())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def wanting_client(self, name: str) -> ssl.SSLContext:
        """A server's context that wants a client's certificate too."""
        context = self.server(name)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=pem(self._certificate))
        return context

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        signer: tuple[x509.Name, ec.EllipticCurvePrivateKey],
        *,
        span: tuple[int, int],
        names: str | None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        issuer, issuer_key = signer
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=span[0]))
            .not_valid_after(now + timedelta(days=span[1]))
            .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
        )
        if names is not None:
            builder = builder.add_extension(alternative(names), critical=False)
        return builder.sign(issuer_key, hashes.SHA256())


def alternative(name: str) -> x509.SubjectAlternativeName:
    try:
        return x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))])
    except ValueError:
        return x509.SubjectAlternativeName([x509.DNSName(name)])


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
