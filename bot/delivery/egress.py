"""Egress: the way out for deliveries, as an operator's settings describe it."""

import ssl as tls
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import encode_basic_auth
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from yarl import URL

from bot.config import Config
from bot.errors import ConfigError

CA_FILE = "egress.ca_file"


@dataclass(frozen=True, slots=True)
class Proxy:
    """Proxy through which everything over TLS goes; trusted as its operator trusts it."""

    url: URL
    authorization: str | None = field(default=None, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What a CONNECT carries for the proxy alone; made anew, as aiohttp writes into it."""
        return {} if self.authorization is None else {"Proxy-Authorization": self.authorization}


@dataclass(frozen=True, slots=True)
class Egress:
    """Whom deliveries trust (None: whom the system does), and the proxy on their way."""

    ssl: tls.SSLContext | None = None
    proxy: Proxy | None = None


def egress_of(config: Config, ssl: tls.SSLContext | None = None) -> Egress:
    """The way out of an instance; `ssl` replaces whom it trusts. ConfigError for a bad file."""
    settings = config.egress
    if ssl is None and settings.ca_file is not None:
        ssl = trusting(settings.ca_file)
    return Egress(ssl, proxy_of(config))


def proxy_of(config: Config) -> Proxy | None:
    """The proxy of an instance, where it has one."""
    settings = config.egress
    if settings.proxy is None:
        return None
    password = settings.proxy_password
    authorization = None
    if settings.proxy_user is not None:
        secret = "" if password is None else password.get_secret_value()
        authorization = encode_basic_auth(settings.proxy_user, secret, encoding="utf-8")
    return Proxy(URL(settings.proxy), authorization)


def authorities(file: Path) -> list[x509.Certificate]:
    """The certificates of a file of authorities; a ConfigError says what is wrong with it."""
    try:
        text = file.read_bytes()
    except OSError as error:
        words = (error.strerror or type(error).__name__).lower()
        raise ConfigError(CA_FILE, f"{file} cannot be read ({words})") from None
    try:
        return x509.load_pem_x509_certificates(text)
    except ValueError:
        message = (
            f"{file} holds no certificates that can be read; it must be PEM, with "
            "-----BEGIN CERTIFICATE----- before each"
        )
        raise ConfigError(CA_FILE, message) from None


def trusting(file: Path) -> tls.SSLContext:
    """What trusts the system's authorities and those of a file."""
    context = tls.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    for one in authorities(file):
        try:
            context.load_verify_locations(cadata=one.public_bytes(Encoding.DER))
        except tls.SSLError as error:
            message = f"{file} holds a certificate that OpenSSL refuses ({error.reason})"
            raise ConfigError(CA_FILE, message) from None
    return context
