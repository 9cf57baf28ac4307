"""Settings of an instance: for each its type, its default and one line of meaning."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self, cast

from pydantic import Field, field_validator, model_validator

from bot.config.egress import EgressConfig
from bot.config.kinds import (
    Api,
    Days,
    Gateway,
    Names,
    Networks,
    OptionalSnowflake,
    Ports,
    Positive,
    Seconds,
    Secret,
    Section,
    Snowflakes,
    Whole,
)
from bot.config.web import WebConfig

POSTGRES = "postgresql://"
SQLITE = "sqlite:///"
ENVIRONMENT_ONLY = "environment only"

# Services that answer to anyone who reaches them, and that a receiver of events never is:
# databases, queues, remote desktops, the interfaces of Docker, etcd and Kubernetes.
DENIED_PORTS = (
    *(1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 5985),
    *(5986, 6000, 6379, 6443, 6667, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672, 27017),
)


PICTURE_HOSTS = (
    *("cdn.discordapp.com", "media.discordapp.net"),
    *("images-ext-1.discordapp.net", "images-ext-2.discordapp.net"),
)


class DiscordConfig(Section):
    """The bot's account."""

    token: Secret = None
    """The bot token from Discord's developer portal."""
    message_content: bool = False
    """Ask for the privileged Message Content intent; tick it in the portal."""
    shard_count: Annotated[int | None, Field(ge=1)] = Field(default=None, examples=[1])
    """How many shards to open; Discord's advice when not set."""
    sync_guild_id: OptionalSnowflake = Field(default=None, examples=[123456789012345678])
    """A server in which changed commands appear at once, while developing."""
    api_base: Api = None
    """A stand-in for Discord's API on this machine: http://127.0.0.1:8085/api."""
    gateway_url: Gateway = None
    """A stand-in for its gateway: ws://127.0.0.1:8085/gateway."""


class DatabaseConfig(Section):
    """Where facts live. Relative paths count from this file's folder."""

    url: str = Field(default="sqlite:///herald.db", repr=False)
    """sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME."""
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    """SQLite only. NORMAL survives a crash of Herald, FULL one of the machine too."""
    busy_timeout: Seconds = 5.0
    """SQLite only. Seconds to wait for another program that holds the file."""
    statement_timeout: Seconds = 30.0
    """PostgreSQL only. Seconds a statement may take; then its connection is given up."""

    @field_validator("url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        file = url.removeprefix(SQLITE)
        named = url.startswith(SQLITE) and file not in ("", ":memory:")
        if named or (url.startswith(POSTGRES) and url != POSTGRES):
            return url
        raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


class SecretsConfig(Section):
    """The key that encrypts the endpoints' secrets. Keep a copy: without it they are lost."""

    key: Annotated[Secret, ENVIRONMENT_ONLY] = None
    """The key itself, instead of a key file; only as HERALD_SECRETS__KEY."""
    key_file: Path = Path("herald.key")
    """The key's file, made at the first start, readable by you."""
    key_lost: bool = False
    """Start though no key opens what is stored; what the lost one sealed is given up."""


class DeliveryConfig(Section):
    """How facts leave."""

    max_in_flight: Positive = 256
    """Requests under way at once, in all."""
    per_endpoint_in_flight: Positive = 16
    """Requests under way at once to one endpoint; a webhook may be set to fewer."""
    per_endpoint_waiting: Positive = 64
    """Deliveries of one endpoint that wait in memory; more stay in the database."""
    ready_limit: Positive = 10_000
    """Deliveries that wait in memory in all; more stay in the database."""
    lease_seconds: Seconds = 60.0
    """How long a claimed delivery is this process's own; a crash frees it then."""
    lease_renew_seconds: Seconds = 20.0
    """How often the lease of what still waits in memory is renewed."""
    connect_timeout: Seconds = 5.0
    """Seconds to look up, connect and agree on TLS."""
    total_timeout: Seconds = 10.0
    """Seconds for a whole attempt, where a webhook has none of its own."""
    longest_timeout: Seconds = 30.0
    """Seconds that a webhook of its own may have for that, at most."""
    settle_linger_ms: Whole = 5
    """Milliseconds to gather outcomes, so that they share one transaction."""
    settle_batch: Positive = 500
    """Outcomes that share one transaction, at most."""
    jitter: float = Field(default=0.10, ge=0, le=1)
    """Retries come later by up to this share of their wait."""
    disable_after: Positive = 30
    """Failed attempts in a row after which an endpoint is switched off."""
    shutdown_grace: Seconds = 10.0
    """Seconds that requests under way may take to finish when Herald stops."""
    queue_limit: Positive = 100_000
    """Deliveries that wait for one webhook that receives, at most; the oldest fail beyond that."""
    queue_days: Days = 7
    """Days that one may wait there after it was due; then it fails."""
    keep_delivered_days: Days = 7
    """Days to keep what was delivered."""
    keep_failed_days: Days = 30
    """Days to keep what failed for good."""
    livemode: bool = True
    """The value of `livemode` in events; changes nothing else."""
    phantom_user_agent: str = Field(
        default="Phantom-Webhooks/1.0 (+https://phantombot.gg)",
        min_length=1,
        pattern=r"^[\x20-\x7e]+$",
    )
    """The User-Agent of the dialect `phantom`."""

    @model_validator(mode="after")
    def _in_proportion(self) -> Self:
        if self.connect_timeout > self.total_timeout:
            raise ValueError("connect_timeout must not be longer than total_timeout")
        if self.total_timeout >= self.lease_seconds:
            raise ValueError("lease_seconds must be longer than total_timeout")
        if self.longest_timeout >= self.lease_seconds:
            raise ValueError("lease_seconds must be longer than longest_timeout")
        if self.lease_renew_seconds >= self.lease_seconds:
            raise ValueError("lease_renew_seconds must be shorter than lease_seconds")
        return self


class GuardConfig(Section):
    """Which addresses deliveries may go to. Private ones are refused unless allowed here."""

    allow_hosts: Names = ()
    """Names that may point to private addresses."""
    allow_networks: Networks = ()
    """Private networks that may be reached, such as "10.1.0.0/16"."""
    allow_http: bool = False
    """Allow http:// too, for the hosts and networks above only."""
    denied_ports: Ports = DENIED_PORTS
    """Ports refused above 1023; below, only 443 is open."""


class MembersConfig(Section):
    """The feature `members`."""

    leave_hold_seconds: Seconds = 2.5
    """Seconds to wait for the audit log, which tells a kick from a leave."""
    invite_group_seconds: Seconds = 1.0
    """Seconds to gather joins, so that one look tells their invite."""
    invite_look_seconds: Seconds = 0.5
    """Seconds that a look at the invites may take."""
    baseline_after_days: Positive = 30
    """Days of absence after which what was missed is stored, but not sent."""


class EndpointsConfig(Section):
    """The feature `endpoints`."""

    per_guild: Positive = 25
    """Webhooks that one server may have."""


class AuditConfig(Section):
    """The feature `audit`."""

    keep_days: Days = 365
    """Days that an audit entry is kept."""


class NetworkConfig(Section):
    """The feature `network`; without all three nobody can report, and no server switch it on."""

    reviewers: Snowflakes = ()
    """Ids of the people who approve or refuse reports."""
    guild_id: OptionalSnowflake = Field(default=None, examples=[123456789012345678])
    """The server in which they do."""
    channel_id: OptionalSnowflake = Field(default=None, examples=[123456789012345678])
    """Its channel for the reports; nobody but the reviewers should read it."""

    @property
    def is_ready(self) -> bool:
        """Whether reports find somebody who decides."""
        return bool(self.reviewers and self.guild_id and self.channel_id)


class ScamsConfig(Section):
    """The feature `scams`: pictures are opened by processes of their own, within these bounds."""

    workers: Annotated[int, Field(ge=1, le=16)] = 2
    """Processes that open pictures; none is started before the first picture comes."""
    worker_memory_mb: Annotated[int, Field(ge=256)] = 1_024
    """MiB of address space of each: one that wants more fails, and so does its picture."""
    scan_seconds: Annotated[int, Field(ge=1, le=60)] = 10
    """Seconds for one picture; a process that takes longer is ended."""
    queue_limit: Positive = 64
    """Messages that wait to be looked at; what comes beyond is not looked at, and is counted."""
    reads_text: bool = True
    """Read the words in pictures, where the extra `vision` is installed."""
    picture_hosts: Names = PICTURE_HOSTS
    """Hosts from which pictures are read: Discord's own."""
    known_file: Path | None = Field(default=None, examples=["known-scams.txt"])
    """A list of scams for every server, as /antiscam export writes one."""


class FleetConfig(Section):
    """Processes that share a PostgreSQL, each started with `herald run --roles` or `--shards`."""

    lease_seconds: Annotated[float, Field(ge=1)] = 15.0
    """How long a process that is not heard of keeps its shards; then others act for it."""


class LoggingConfig(Section):
    """What is logged, to standard error."""

    format: Literal["console", "json", "auto"] = "auto"
    """console, json, or auto: console on a terminal, json elsewhere."""
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least important level that is logged."""


class Config(Section):
    """All of it."""

    discord: DiscordConfig = DiscordConfig()
    database: DatabaseConfig = DatabaseConfig()
    secrets: SecretsConfig = SecretsConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    guard: GuardConfig = GuardConfig()
    egress: EgressConfig = EgressConfig()
    members: MembersConfig = MembersConfig()
    endpoints: EndpointsConfig = EndpointsConfig()
    audit: AuditConfig = AuditConfig()
    network: NetworkConfig = NetworkConfig()

    scams: ScamsConfig = ScamsConfig()
    web: WebConfig = WebConfig()
    fleet: FleetConfig = FleetConfig()
    logging: LoggingConfig = LoggingConfig()


def sections() -> Iterator[tuple[str, type[Section]]]:
    """Every section's name and model, in the order of the file."""
    for name, field in Config.model_fields.items():
        yield name, cast("type[Section]", field.annotation)


def known() -> list[str]:
    """The dotted name of every setting."""
    return [f"{name}.{field}" for name, section in sections() for field in section.model_fields]


def environment_only(setting: str) -> bool:
    """Whether the setting is refused in the file."""
    section, name = setting.split(".")
    return ENVIRONMENT_ONLY in dict(sections())[section].model_fields[name].metadata
