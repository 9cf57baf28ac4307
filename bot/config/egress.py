"""Egress settings: the proxy that deliveries go through, and whom they trust beyond the system."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.config.kinds import Secret, Section, given

EXAMPLE = "http://proxy.internal:3128"


def _proxy(url: str | None) -> str | None:
    """The address of a proxy, without a slash at its end; a ValueError says what to write."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # brackets or a port that are none
        raise ValueError(f"must be an address such as {EXAMPLE}") from None
    if "@" in parts.netloc:
        raise ValueError(
            "must not hold a user or a password: they have the settings proxy_user and "
            "proxy_password"
        )
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"must begin with http:// or https://, as in {EXAMPLE}")
    rest = parts.path.strip("/") or parts.query or parts.fragment
    if not host or not host.isascii() or port == 0 or rest or not url.isprintable() or " " in url:
        raise ValueError(f"must be a host and a port, as in {EXAMPLE}")
    return url.rstrip("/")


ProxyUrl = Annotated[str | None, BeforeValidator(given), AfterValidator(_proxy)]
User = Annotated[str | None, Field(pattern=r"^[^:\x00-\x1f\x7f]+$"), BeforeValidator(given)]
OptionalPath = Annotated[Path | None, BeforeValidator(given)]


class EgressConfig(Section):
    """The way out for deliveries. docs/operate.md tells more."""

    proxy: ProxyUrl = Field(default=None, examples=[EXAMPLE])
    """A proxy for every delivery to https://, by CONNECT; http:// or https://HOST:PORT."""
    proxy_user: User = Field(default=None, examples=["herald"])
    """Who Herald is to the proxy, where it asks."""
    proxy_password: Secret = None
    """The password; better as HERALD_EGRESS__PROXY_PASSWORD."""
    ca_file: OptionalPath = Field(default=None, examples=["private-ca.pem"])
    """Certificate authorities (PEM) that deliveries trust beside the system's."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.proxy is None and (self.proxy_user or self.proxy_password):
            raise ValueError("proxy_user and proxy_password are for a proxy; set proxy as well")
        if self.proxy_password is not None and self.proxy_user is None:
            raise ValueError("proxy_password needs proxy_user beside it")
        return self
