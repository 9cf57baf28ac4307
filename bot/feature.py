"""Feature: its declaration, what it is built from, and how features reach one another."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

from bot.acts import Actor, Acts
from bot.catalogue.members import MemberBanned, MemberLeft, MemberUnbanned
from bot.clock import Clock
from bot.clock_skew import ClockSkew
from bot.config import Config
from bot.dialects.base import Answer
from bot.fleet.fleet import Fleet
from bot.money import Currency, Payout, Stake
from bot.needs import Defect
from bot.outbox.audit import AuditReader
from bot.outbox.endpoint_registry import EndpointRegistry
from bot.outbox.outbox import Outbox
from bot.outbox.retention import Prunes
from bot.personal_data import NO_DATA, PersonalData
from bot.posts.posts import Posts
from bot.protection import Incidents, Protection, Sanctions, Undo  # noqa: F401  # pyright: ignore[reportUnusedImport] - stands here for features
from bot.settings import FeatureSettings
from bot.storage.database import Database, Reading, Transaction
from bot.storage.vault import Vault, derive, load_keys
from bot.surroundings import Surroundings

Model = TypeVar("Model", bound=FeatureSettings)
NOTHING: Mapping[str, Any] = MappingProxyType({})

Refusal = Callable[[Model, Model], str | None]
"""Why what was cannot become what is chosen, in a sentence; None where it can."""

Keeper = Callable[[Actor, Model], str | None]
"""Why that person may not change the settings that are, in a sentence; None where they may."""

Used = Callable[[Reading], Awaitable[Collection[int]]]
"""The guilds in which there is something of a feature's to be used."""

SendProbe = Callable[[bytes, Mapping[str, str]], Awaitable[Answer]]
"""Sends one body with its headers; it answers, it never raises."""


class GuildSettings(Protocol):
    """A guild's choices, as a feature reads them."""

    async def get(self, guild_id: int, model: type[Model]) -> Model:
        """The guild's choices over the defaults."""
        ...

    async def inside(self, reading: Reading, guild_id: int, model: type[Model]) -> Model:
        """The same as a transaction sees them, which has no connection to spare."""
        ...

    async def choosing(self, model: type[Model]) -> Mapping[int, Model]:
        """Every guild that has ever chosen something of that feature's, with what it has."""
        ...

    async def notice_channel(self, guild_id: int) -> int | None:
        """Where the guild's staff are told what they must know; None where nothing is chosen."""
        ...

    def refuse(self, model: type[Model], refusal: Refusal[Model]) -> None:
        """Ask `refusal` about every change of that feature's settings."""
        ...

    def keep(self, model: type[Model], keeper: Keeper[Model], *others: str) -> None:
        """Ask `keeper` about whoever changes that feature's settings, or puts it in shadow.

        While it is on, also about those of `others`, each a `feature.name`.
        """
        ...

    async def require_keeper(self, actor: Actor, model: type[FeatureSettings]) -> None:
        """A UserError where that person may not change that feature's settings."""
        ...


OwnFact = MemberBanned | MemberLeft | MemberUnbanned
OwnAct = Literal["left", "banned", "unbanned", "softbanned"]
"""What becomes of a member by an act of the bot's; a softban is told as a departure."""


class Echo(Protocol):
    """Echo of one act of the bot's: what the gateway tells of it, kept until this is told."""

    async def told(self, tx: Transaction, fact: OwnFact) -> None:
        """Tell of the act in the transaction that settles it."""
        ...

    def elsewhere(self, fact: OwnFact | None) -> None:
        """Another process told it: nothing of it is still to come."""
        ...


class Echoes(Protocol):
    """The owner of `member.*`, as those see it whose acts upon people the gateway tells as well."""

    def own(
        self, guild_id: int, user_id: int, act: OwnAct | None
    ) -> AbstractAsyncContextManager[Echo]:
        """An act, None for one of which the gateway tells nothing.

        What came before it is told now. Left without a word, or refused, what the gateway told
        meanwhile is told after all, as somebody else's; left by any other error, such as no
        answer, it stays expected for the sweep that settles it.
        """
        ...

    def expect(self, guild_id: int, user_id: int, act: OwnAct) -> None:
        """The same for an act that another process, or another task, has begun."""
        ...


class Funds(Protocol):
    """The owner of `economy.*`, as those see it whose games and bargains are about money.

    What takes a `tx` is done with it, or not at all. Lock rows of your own before you call, and
    call with all stakes at once: accounts are locked in one order, so that nobody waits for ever.
    """

    async def require(self, guild_id: int) -> None:
        """A UserError where the guild has its economy switched off. Ask before a transaction."""
        ...

    async def currencies(self, guild_id: int) -> Sequence[Currency]:
        """Those in use, the default first; there always is one. Ask before a transaction."""
        ...

    async def currency(self, guild_id: int, currency_id: int | None = None) -> Currency:
        """That one, or the default; NotFound for a deleted one. Ask before a transaction."""
        ...

    async def refuse_full(self, guild_id: int, payouts: Collection[Payout]) -> None:
        """NoRoom where somebody could not hold what these bring; amounts below zero take of it.

        For bargains, before anything is held: ask before a transaction. What is settled or given
        back is paid whole, however full a wallet is by then.
        """
        ...

    async def balance(self, reading: Reading, guild_id: int, user_id: int, currency_id: int) -> int:
        """What somebody can spend; what is held of theirs is not in it."""
        ...

    async def hold(self, tx: Transaction, *stakes: Stake, reason: str | None = None) -> list[int]:
        """Take stakes out of their wallets; the ids of the holds, in the same order.

        NotEnough says whose wallet holds too little.
        """
        ...

    async def release(
        self, tx: Transaction, hold_ids: Collection[int], *, reason: str | None = None
    ) -> int:
        """Give back what is still held of these; how many were. Done again it does nothing."""
        ...

    async def settle(
        self,
        tx: Transaction,
        hold_ids: Collection[int],
        payouts: Sequence[Payout],
        *,
        reason: str | None = None,
    ) -> bool:
        """Pay out of these holds, all at once; false, and nothing is done, where one has ended.

        What a casino's stakes do not cover the house pays, and it keeps what is left of them. A
        trade or a duel pays out exactly what is held, else it is a ValueError.
        """
        ...


class CheckedUrl(Protocol):
    """A URL that passed the guard, in its one normal form."""

    @property
    def text(self) -> str: ...


class UrlGuard(Protocol):
    """Guard that says which URLs may be dialled."""

    async def check(self, text: str) -> CheckedUrl:
        """The URL; RefusedAddress says what is wrong with it. Asks a name server."""
        ...


class ReceiverDoor(Protocol):
    """The guarded way to a receiver, the same as that of deliveries."""

    def open(
        self, url: str, seconds: float | None = None
    ) -> AbstractAsyncContextManager[SendProbe]:
        """What sends to that URL, or answers `blocked_address` where the guard refuses it.

        `seconds` are what each request may take, where not as usual.
        """
        ...


class Background(Protocol):
    """Work that goes on between `start` and `stop`."""

    def start(self) -> None: ...
    async def stop(self) -> None: ...


class Facade:
    """Façade of a feature: its services by name, and what runs, grows and is counted of it."""

    background: Sequence[Background] = ()
    prunes: Mapping[str, Prunes] = NOTHING
    counts: Mapping[str, Mapping[str, int]] = NOTHING
    personal: PersonalData = NO_DATA

    async def defects(self, guild_id: int, seen: Surroundings) -> Sequence[Defect]:
        """What keeps it from working there, beyond what its permissions and settings say."""
        del guild_id, seen
        return ()


T = TypeVar("T", bound=Facade)


@dataclass(slots=True)
class Core:
    """Core that every feature is built from; `features` are all names, `models` all settings."""

    config: Config
    clock: Clock
    database: Database
    outbox: Outbox
    registry: EndpointRegistry
    vault: Vault
    acts: Acts
    posts: Posts
    guard: UrlGuard
    door: ReceiverDoor
    public_url: str | None
    fleet: Fleet
    skew: ClockSkew = field(default_factory=ClockSkew)
    features: frozenset[str] = field(init=False)
    models: Sequence[type[FeatureSettings]] = field(init=False)
    audit: AuditReader = field(init=False)
    settings: GuildSettings = field(init=False)
    incidents: Incidents = field(init=False)

    def keys(self, purpose: str) -> list[bytes]:
        """Keys for that purpose alone, made of the key file's; the newest first."""
        secrets = self.config.secrets
        key = secrets.key.get_secret_value() if secrets.key else None
        return derive(load_keys(key, secrets.key_file, may_create=False), purpose)


@dataclass(frozen=True, eq=False)
class Feature(Generic[T]):
    """One line of `bot.wiring.FEATURES`: a name that its folders share, and what it asks for.

    `intents` are those without which it hears nothing, `helpful` those without which it knows
    less, `wanted` those that the configuration switches on; `permissions` are the bot's own, by
    Discord's names, each with what it is for: where it is on, or, with `used`, only in the guilds
    which that finds. An attachable one fits into another bot; `title` is of one without settings.
    """

    name: str
    build: Callable[[Core], T]
    settings: type[FeatureSettings] | None = None
    intents: frozenset[str] = frozenset({"guilds"})
    helpful: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    permissions: Mapping[str, str] = field(default_factory=dict[str, str])
    used: Used | None = None
    attachable: bool = False
    title: str = ""


class Parts:
    """Façades by their feature: `parts[CASES]` has that feature's own type."""

    def __init__(self, core: Core, features: Sequence[Feature[Any]]) -> None:
        self.core = core
        self.features = tuple(features)
        self._built: dict[str, Facade] = {}

    def __getitem__(self, feature: Feature[T]) -> T:
        return cast("T", self._built[feature.name])

    def __iter__(self) -> Iterator[Facade]:
        return iter(self._built.values())

    def build(self, feature: Feature[T]) -> T:
        """Build it from the core."""
        built = feature.build(self.core)
        self._built[feature.name] = built
        return built
