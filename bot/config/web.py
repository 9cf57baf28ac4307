"""Web settings: the ports, the address and the proxies of the web face."""

import re
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from bot.config.kinds import Networks, Seconds, Secret, Section, given
from bot.loopback import is_here

SHORTEST_TOKEN = 16
_PUBLIC = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])"
    r"(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?"
)


def _address(text: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        message = "must be an address of this machine, such as 127.0.0.1, 0.0.0.0 (all) or ::1"
        raise ValueError(message) from None
    return text


def _public(url: str | None) -> str | None:
    """The address as people see it, without a slash at its end; a ValueError says what to write."""
    if url is None:
        return None
    found = _PUBLIC.fullmatch(url)
    if found is None:
        raise ValueError("must be an address such as https://herald.example.com, in small letters")
    if found["scheme"] == "http" and not is_here(found["host"].strip("[]")):
        raise ValueError("must begin with https://; http:// is for this machine alone")
    return url.rstrip("/")


Port = Annotated[int, Field(ge=0, le=65535)]
Host = Annotated[str, AfterValidator(_address)]
Public = Annotated[str | None, BeforeValidator(given), AfterValidator(_public)]


class WebConfig(Section):
    """The web face: health, metrics, private pages. docs/operate.md tells how to put it online."""

    enabled: bool = True
    """Whether it is there."""
    host: Host = "127.0.0.1"
    """The address it listens on; 0.0.0.0 is every one."""
    port: Port = 8080
    """Its port; 0 takes any that is free."""
    public_url: Public = Field(default=None, examples=["https://herald.example.com"])
    """How people reach it, over a proxy that speaks https. Links begin with it."""
    trusted_proxies: Networks = ()
    """Networks of proxies whose X-Forwarded-For is believed: "127.0.0.1/32"."""
    read_timeout: Seconds = 10.0
    """Seconds that a request may take to arrive, and an answer to be read."""
    metrics_token: Secret = None
    """What a scraper of /metrics sends as a bearer token."""
    metrics_host: Host = "127.0.0.1"
    """The address of the metrics' own port."""
    metrics_port: Annotated[int | None, Field(ge=0, le=65535), BeforeValidator(given)] = Field(
        default=None, examples=[9464]
    )
    """A port for /metrics alone; without it, they are on the one above."""

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.metrics_port and self.metrics_port == self.port:
            raise ValueError("metrics_port must be another one than port; or remove it")
        if self.metrics_token is not None and _is_short(self.metrics_token):
            raise ValueError(f"metrics_token must have {SHORTEST_TOKEN} characters or more")
        return self


def _is_short(token: SecretStr) -> bool:
    return len(token.get_secret_value()) < SHORTEST_TOKEN
