"""Wiring, the composition root: the one list of features, their core, and how they are joined."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from bot.catalogue.members import MemberJoined
from bot.client.acts import DiscordActs
from bot.client.own_call_feed import OwnCallFeed
from bot.config import Config
from bot.delivery.doctor import GuardedDoor
from bot.delivery.emitter import Emitter, shutdown_of
from bot.delivery.failures import Deadlines
from bot.delivery.retention import Retention
from bot.feature import Core, Feature, Parts
from bot.features.appeals import APPEALS
from bot.features.audit import AUDIT
from bot.features.automod import AUTOMOD
from bot.features.cases import CASES
from bot.features.casino import CASINO
from bot.features.dashboard import DASHBOARD
from bot.features.duels import DUELS
from bot.features.economy import ECONOMY
from bot.features.endpoints import ENDPOINTS
from bot.features.giveaways import GIVEAWAYS
from bot.features.incidents import INCIDENTS
from bot.features.incoming import INCOMING
from bot.features.levels import LEVELS
from bot.features.members import MEMBERS
from bot.features.network import NETWORK
from bot.features.nukes import NUKES
from bot.features.privacy import PRIVACY
from bot.features.raids import RAIDS
from bot.features.scams import SCAMS
from bot.features.settings import SETTINGS
from bot.features.setup import SETUP
from bot.features.status import STATUS
from bot.features.sync import SYNC
from bot.features.tickets import TICKETS
from bot.features.trades import TRADES
from bot.fleet.assignment import WHOLE, Assignment, Role
from bot.fleet.fleet import Fleet
from bot.outbox.feed import FeedEntries
from bot.outbox.held_limits import QueueBounds, WaitingDeliveries
from bot.outbox.retention import EndedDeliveries, Prunes
from bot.posts.posts import Posts
from bot.sanctions import CASE
from bot.shutdown import Shutdown
from bot.storage.database import Transaction

FEATURES: tuple[Feature[Any], ...] = (
    SETTINGS,
    MEMBERS,
    CASES,
    APPEALS,
    ENDPOINTS,
    TICKETS,
    ECONOMY,
    CASINO,
    TRADES,
    DUELS,
    LEVELS,
    GIVEAWAYS,
    AUDIT,
    INCIDENTS,
    SCAMS,
    SYNC,
    AUTOMOD,
    RAIDS,
    NUKES,
    NETWORK,
    DASHBOARD,
    INCOMING,
    SETUP,
    STATUS,
    PRIVACY,
)


@dataclass(frozen=True, slots=True)
class Wired:
    """Whole of the bot but a client: emitter, features, and what lets go of their old rows."""

    emitter: Emitter
    parts: Parts
    acts: DiscordActs
    retention: Retention

    async def start(self, features: Collection[Feature[Any]] | None = None) -> None:
        """Begin to record and send, then all that these features (or every one) do by themselves.

        Another's sweeps would act on Discord for a process that has its cog; members only listen,
        and whoever acts tells them.
        """
        roles = self.parts.core.fleet.me.assignment.roles
        if Role.DELIVER not in roles:
            self.emitter.leave_delivering()
        await self.emitter.start()
        if Role.DELIVER in roles:
            self.retention.start()
        if not self.parts.core.fleet.me.assignment.acts:
            return
        chosen = self.parts.features if features is None else features
        self.parts.core.posts.start([feature.name for feature in chosen])
        for feature in self.parts.features:
            if feature is MEMBERS or feature in chosen:
                for one in self.parts[feature].background:
                    one.start()

    async def stop(self, shutdown: Shutdown | None = None) -> None:
        """The same backwards, so that the last fact still leaves; started or not.

        What fails to stop, or does not end, keeps nothing else from it.
        """
        shutdown = shutdown or self.shutdown()
        for facade in reversed(list(self.parts)):
            for one in reversed(list(facade.background)):
                await shutdown.step(type(one).__name__, one.stop)
        await shutdown.step("posts", self.parts.core.posts.stop)
        await shutdown.step("retention", self.retention.stop)
        # Whoever follows begins when nothing of this one is under way any more.
        await self.emitter.stop(shutdown, last=self.parts.core.fleet.stop)

    def shutdown(self) -> Shutdown:
        """The time that a stop has."""
        return shutdown_of(self.parts.core.config.delivery.shutdown_grace)


async def build(
    emitter: Emitter,
    config: Config,
    *,
    public_url: str | None = None,
    features: Sequence[Feature[Any]] = FEATURES,
    assignment: Assignment = WHOLE,
) -> Wired:
    """Build every part once; nothing starts here, and the emitter is closed where that fails."""
    try:
        core, acts = _core(emitter, config, public_url=public_url, assignment=assignment)
        parts = assemble(core, features)
    except BaseException:
        await emitter.close()
        raise
    emitter.outbox.reports.use(parts[AUDIT].service)
    emitter.faults.is_heard = lambda: acts.is_heard
    emitter.database.territory.enter = acts.know
    fleet = core.fleet
    acts.own_calls.may_miss = fleet.was_cut_off
    fleet.on_look.append(lambda: emitter.due.divide(fleet.me.id, fleet.senders))
    emitter.settler.on_auto_disabled = parts[ENDPOINTS].on_auto_disabled
    emitter.settler.on_halfway = parts[ENDPOINTS].notices.owe_warning
    return Wired(emitter, parts, acts, Retention(_prunes(parts), emitter.clock))


def _core(
    emitter: Emitter, config: Config, *, public_url: str | None, assignment: Assignment
) -> tuple[Core, DiscordActs]:
    clock, settings = emitter.clock, config.delivery
    acts = DiscordActs(clock)
    acts.tell_own = OwnCallFeed(acts.own_calls, emitter.database).tell
    limits = Deadlines(connect=settings.connect_timeout, total=settings.total_timeout)
    core = Core(
        config=config,
        clock=clock,
        database=emitter.database,
        outbox=emitter.outbox,
        registry=emitter.registry,
        vault=emitter.vault,
        acts=acts,
        posts=Posts(emitter.database, acts, clock=clock),
        guard=emitter.guard,
        door=GuardedDoor(emitter.guard, limits, egress=emitter.egress),
        public_url=public_url,
        fleet=Fleet(emitter.database, assignment, clock=clock, lease=config.fleet.lease_seconds),
        skew=emitter.skew,
    )
    return core, acts


def assemble(core: Core, features: Sequence[Feature[Any]] = FEATURES) -> Parts:
    """Every feature, audit, settings and incidents before those built from them, and joined."""
    parts = Parts(core, features)
    core.features = frozenset(feature.name for feature in features)
    core.models = [feature.settings for feature in features if feature.settings is not None]
    core.audit = parts.build(AUDIT).service
    core.settings = parts.build(SETTINGS).service
    core.incidents = parts.build(INCIDENTS).service
    for feature in features:
        if feature not in (AUDIT, SETTINGS, INCIDENTS):
            parts.build(feature)
    join(parts)
    return parts


def join(parts: Parts) -> None:
    """What features do about one another's changes, in the order written here."""
    members, cases, appeals = parts[MEMBERS], parts[CASES], parts[APPEALS]
    parts[SETUP].ports.parts, parts[SETUP].ports.change = parts, parts[SETTINGS].service.change
    parts[PRIVACY].service.parts = parts
    parts[CASINO].ports.money = parts[ECONOMY].money
    cases.ports.echoes = members.echoes
    cases.ports.appeal_link = appeals.service.issuing.link
    appeals.ports.cases = cases.pardons
    parts.core.incidents.undoes(CASE, cases.sanctions.undo)
    parts[SCAMS].ports.sanctions = cases.sanctions
    parts[SYNC].ports.sanctions = cases.sanctions
    cases.ports.on_made.append(parts[SYNC].service.fan_out.on_made)
    cases.ports.on_ended.append(parts[SYNC].service.fan_out.on_ended)
    members.service.reactions.append(cases.service.on_unbanned)
    members.service.late_joins.append(cases.service.on_late_joins)
    members.service.returns.sights.append(cases.service.on_sighted)
    members.service.returns.sights.append(cases.upkeep.on_sighted)
    members.service.returns.on_changes.append(parts[AUDIT].hand_changes.found)
    members.service.on_facts.append(cases.remarks.on_fact)
    members.service.on_gone.append(parts[TICKETS].service.absences.on_gone)
    members.service.on_gone.append(parts[CASINO].service.hands.on_gone)
    _join_bargains(parts)
    levels = parts[LEVELS].service.roles
    members.service.on_gone.append(levels.on_gone)
    members.service.on_joined.append(levels.on_joined)
    parts[NETWORK].ports.sanctions = cases.sanctions
    members.service.on_joined.append(parts[NETWORK].hits.on_joined)
    members.service.on_gone.append(parts[GIVEAWAYS].service.entries.on_gone)
    parts[GIVEAWAYS].ports.level_of = parts[LEVELS].service.level_of
    parts[AUTOMOD].ports.sanctions = cases.sanctions
    _join_raids_and_nukes(parts)
    _join_incoming(parts)
    cases.ports.on_ended.append(appeals.service.on_ended)
    cases.ports.on_deleting.append(appeals.service.on_deleting)
    cases.ports.is_lifting.append(appeals.service.is_lifting)


def _join_incoming(parts: Parts) -> None:
    """What programs push in is done by whoever owns it."""
    ports = parts[INCOMING].ports
    ports.money, ports.xp = parts[ECONOMY].pushed, parts[LEVELS].pushed
    ports.cases, ports.tickets = parts[CASES].pushed, parts[TICKETS].pushed
    ports.giveaways = parts[GIVEAWAYS].pushed


def _join_bargains(parts: Parts) -> None:
    """What trades and duels hold goes back at once: a transaction locks wallets but once."""
    money, on_gone = parts[ECONOMY].money, parts[MEMBERS].service.on_gone
    parts[TRADES].ports.funds = parts[DUELS].ports.funds = money
    trades, duels = parts[TRADES].service.transitions, parts[DUELS].service.endings

    async def give_back(tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        held = [await one.on_gone(tx, guild_id, user_ids) for one in (trades, duels)]
        if any(held):
            await money.release(tx, [*chain(*held)])

    on_gone.append(give_back)
    on_gone.append(parts[ECONOMY].adjustments.on_gone)  # after what is given back


def _join_raids_and_nukes(parts: Parts) -> None:
    """Who act on people through cases; of a nuke, what people do through the bot counts too."""
    cases, raids, nukes = parts[CASES], parts[RAIDS], parts[NUKES]
    raids.ports.sanctions = nukes.ports.sanctions = cases.sanctions
    raids.ports.crowd = nukes.ports.crowd = cases.crowd
    nukes.ports.on_remade += [
        parts[SETTINGS].service.on_remade,
        parts[TICKETS].service.types.on_remade,
        parts[LEVELS].service.rulebook.on_remade,
        parts[GIVEAWAYS].service.schedule.on_remade,
        parts[AUTOMOD].service.rulebook.on_remade,
    ]

    async def on_joined_fact(tx: Transaction, fact: object) -> None:
        if isinstance(fact, MemberJoined):
            await raids.service.on_fact(tx, fact)

    members = parts[MEMBERS].service
    members.on_facts.append(on_joined_fact)
    members.late_joins.append(raids.service.sessions.on_late_joins)
    cases.ports.on_done.append(nukes.service.on_case)
    parts[DASHBOARD].rights.locks.append(nukes.service.lock_reason)


def _prunes(parts: Parts) -> dict[str, Prunes]:
    """Everything that grows with time, in the order in which it is swept."""
    database, settings = parts.core.database, parts.core.config.delivery
    delivered = timedelta(days=settings.keep_delivered_days)
    failed = timedelta(days=settings.keep_failed_days)
    queue = QueueBounds(settings.queue_limit, timedelta(days=settings.queue_days))
    waiting = WaitingDeliveries(database, parts.core.audit, queue=queue)
    waiting.on_fell_out = parts[ENDPOINTS].notices.owe_overflow
    prunes: dict[str, Prunes] = {
        "waiting": waiting,
        "feeds": FeedEntries(database),
        "ended": EndedDeliveries(database, delivered=delivered, failed=failed),
    }
    for facade in parts:
        prunes |= facade.prunes
    return prunes
