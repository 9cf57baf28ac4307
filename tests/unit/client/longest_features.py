"""Drawings of the features that have none here: their own tests' longest, and all that is left."""

from collections.abc import Callable
from dataclasses import replace

from bot.acts import Outcome
from bot.client.interactions import Said
from bot.controls import Post
from bot.features.cases.model import CaseState
from bot.features.cases.sweep import NOT_CARRIED_OUT
from bot.features.casino.model import RoundState
from bot.features.casino.rounds import CasinoTable
from bot.features.casino.verification import verified
from bot.features.endpoints import notices
from bot.features.endpoints.feeds import NewToken
from bot.features.giveaways.messages import announcement, direct_message
from bot.features.giveaways.messages import card as giveaway_card
from bot.features.levels.import_file import ImportFile
from bot.features.levels.ledger import Awarded
from bot.features.levels.model import CONTESTED, LevelRole, LevelRules
from bot.features.levels.ports import LevelChoices
from bot.features.levels.role_failures import told as role_trouble
from bot.features.levels.settings import LevelsSettings
from bot.features.levels.transfers import ImportReport
from bot.features.nukes import words as nuke_words
from bot.features.nukes.model import Harm, Trip
from bot.features.nukes.settings import NukesSettings
from bot.features.raids import words as raid_words
from bot.features.raids.model import PauseState, RaidState
from bot.features.raids.records import Raid, RaidCounts
from bot.features.raids.service import RaidStatus
from bot.features.raids.settings import RaidsSettings
from bot.features.scams.inspection import Inspected
from bot.features.scams.messages import CATEGORIES, warning_post
from bot.features.scams.messages import card as scam_card
from bot.features.scams.model import (
    Detection,
    DetectionState,
    ScamDecision,
    ScamVerdict,
    Sure,
)
from bot.features.scams.picture_store import Listed
from bot.features.scams.reviews import REASONS
from bot.features.sync.model import SHARED, Membership
from bot.features.sync.networks import NetworkSeen
from bot.incident import Finding, Measure
from bot.kept_texts import UNREADABLE_SECRET
from bot.snapshots import GuildSeen
from bot.storage.row_pages import RowPage
from bot.structure import RolePlan
from cogs.cases import views as cases
from cogs.casino import account_views
from cogs.casino import views as casino
from cogs.endpoints import delivery_views, feed_views, incoming_views
from cogs.giveaways import views as giveaways
from cogs.levels import views as levels
from cogs.raids import views as raids
from cogs.scams import views as scams
from cogs.sync import views as sync
from tests.unit.audit import test_views as audit
from tests.unit.casino import test_views as bets
from tests.unit.client.longest import AT, ATTEMPT, CASE, ENDPOINT, ID, MARK, VIEW
from tests.unit.duels import test_views as duels
from tests.unit.giveaways import test_views as prizes
from tests.unit.incidents import test_drawings as incidents
from tests.unit.incoming import test_drawings as incoming
from tests.unit.network import test_drawings as network
from tests.unit.trades import test_views as trades

LONGEST = 2**31 - 1
FAILED = replace(ENDPOINT, last_error="unreadable_secret, after 7 attempts")
ROLES = tuple(LevelRole(n, ID, n, ID - n, CONTESTED) for n in range(40))
RULES = LevelChoices(
    LevelsSettings(percent=50),
    LevelRules(ROLES, {ID - n: 0 for n in range(10)}, {ID - n: 150 for n in range(10)}),
)
TOTALS = ImportFile({ID - n: LONGEST for n in range(99)}, (), LONGEST, LONGEST)
RAID = Raid(
    *(LONGEST, ID, RaidState.ENDED, "quarantine", False, LONGEST, LONGEST, 600, 3600, AT, AT, ID),
    *(AT, ID, PauseState.PAUSED, AT, None, None),
)
RAID_STATUS = RaidStatus(RAID, RaidCounts(*(LONGEST,) * 7))
RAIDS = RaidsSettings(account_days=99, exempt_bots=True, exempt_returning=True)
HARM = Harm(guild_id=ID, actor_id=ID, action="ban", at=AT)
TRIP = Trip("ban", LONGEST, (HARM,))
HIGH = [RolePlan(ID, MARK * 100, 8)] * 40
FOUND = Detection(
    id=LONGEST,
    guild_id=ID,
    user_id=ID,
    channel_id=ID,
    message_id=ID,
    state=DetectionState.DONE,
    confidence="high",
    category="burst",
    acts=True,
    is_shadow=False,
    incident_id=LONGEST,
    spots=(),
    signals=(MARK * 300,) * 6,
    case_number=LONGEST,
    action_taken="none",
    is_told=True,
    tries=0,
    decision=None,
    decided_by_id=ID,
    decided_at=AT,
    created_at=AT,
)
DECIDED = replace(FOUND, decision=ScamDecision.CONFIRMED)
INSPECTED = Inspected((), (), tuple(REASONS))
VERDICT = ScamVerdict(Sure.MEDIUM, "phishing_link", False, ())
KNOWN = tuple(Listed(LONGEST, one, MARK * 80, ID, AT) for one in CATEGORIES)
MINE = Membership(LONGEST, LONGEST, ID, MARK * 60, ID, frozenset(SHARED), frozenset())
SEEN = NetworkSeen(MINE, ((MINE, MARK * 100),) * 20)
TOKEN = NewToken(ENDPOINT, f"https://{'x' * 200}.example/feed", "x" * 60)
UNTRUSTED = replace(
    ATTEMPT,
    error="tls",
    detail="certificate: Herald's own machine has no certificate authorities at all",
)
MUTE = replace(ATTEMPT, error="timeout", detail="status: no answer within 10 s")
VOID = replace(VIEW, case=replace(CASE, state=CaseState.VOID, failure=NOT_CARRIED_OUT))
TABLE = CasinoTable("roulette", bets.CURRENCY, 10, 10, bets.PLAYER)
PLAYED = bets.played("roulette", "column2")
SHOP, OVERVIEW = incoming.WEBHOOK, incoming.OVERVIEW


def _said(*parts: Finding | Measure) -> Post:
    """What the log of the protections gets to read."""
    lines = list[str]()
    for one in parts:
        if isinstance(one, Measure):
            lines.append(one.label)
            continue
        lines += [one.title, one.why.rule, *one.why.spared]
        lines += [f"{name} {value}" for name, value in one.why.counters]
    return Post(text="\n".join(lines))


def _raid_log() -> Post:
    by_hand = raid_words.found(ID, LONGEST, RAIDS, by_id=ID, is_shadow=False)
    counted = raid_words.found(ID, LONGEST, RAIDS, by_id=None, is_shadow=True)
    measures = [raid_words.session(RAID), raid_words.locks(RAID, 500), raid_words.paused(RAID)]
    measures += [raid_words.restored(RAID, 1), raid_words.is_over(RAID, LONGEST)]
    return _said(by_hand, counted, *measures)


def _nuke_log() -> Post:
    found = nuke_words.found(TRIP, NukesSettings(), None, is_shadow=False)
    granted = nuke_words.grant(ID, ID, nuke_words.role(MARK * 50), frozenset({"ban_members"}))
    return _said(found, granted, nuke_words.height(ID, HIGH), nuke_words.height(ID, ()))


DRAWN: dict[str, Callable[[], Said]] = {
    **{f"audit: {name}": draw for name, draw in audit.DRAWN.items() if name == "nothing"},
    **{f"duel: {name}": draw for name, draw in duels.DRAWN.items()},
    **{f"incident: {name}": draw for name, draw in incidents.DRAWN.items()},
    **{f"network: {name}": draw for name, draw in network.DRAWN.items()},
    **{f"trade: {name}": draw for name, draw in trades.DRAWN.items()},
    "casino table": lambda: casino.table(TABLE, "", ""),
    "casino round": lambda: casino.played(PLAYED, TABLE, ""),
    "casino hand": lambda: casino.hand(
        bets.played("blackjack", "deal", RoundState.OPEN), bets.CURRENCY
    ),
    "casino verification": lambda: account_views.verification(verified(PLAYED), bets.CURRENCY),
    "giveaway": lambda: giveaway_card(prizes.OPEN, 10_000, (), prizes.URL),
    "giveaway drawn": lambda: giveaway_card(prizes.DRAWN, 10_000, prizes.PEOPLE, prizes.URL),
    "giveaway's winners": lambda: announcement(prizes.DRAWN, prizes.PEOPLE, is_reroll=True),
    "giveaway's letter": lambda: direct_message(prizes.DRAWN, MARK * 100, prizes.URL),
    "giveaway shown": lambda: giveaways.shown(prizes.OVERVIEW),
    "giveaway that cannot be drawn": lambda: giveaways.shown(
        replace(prizes.OVERVIEW, giveaway=replace(prizes.DRAWN, failure=UNREADABLE_SECRET))
    ),
    "giveaway verified": lambda: giveaways.verified(prizes.BOOK, [], prizes.URL),
    "giveaway question": lambda: giveaways.question(prizes.DRAWN, "cancel"),
    "giveaway created": lambda: giveaways.created(prizes.OPEN, Outcome.REFUSED),
    "level reset": levels.ask_reset,
    "level rules": lambda: levels.rules(RULES, {ID - 3}),
    "level changed": lambda: levels.changed(ID, Awarded(LONGEST, None)),
    "levels imported": lambda: levels.imported(ImportReport(TOTALS, 9, 9, 9, is_done=False)),
    "level role": lambda: role_trouble(ROLES[0], CONTESTED),
    "raid started": lambda: raids.started(RAID),
    "raid released": lambda: raids.released(RAID_STATUS),
    "raid log": _raid_log,
    "nuke log": _nuke_log,
    "scam": lambda: scam_card(FOUND),
    "scam decided": lambda: scam_card(DECIDED),
    "scam warning": lambda: warning_post(GuildSeen(ID, MARK * 100, None)),
    "scams": lambda: scams.listed(RowPage(KNOWN, 1, 1, 1)),
    "scam status": lambda: scams.status((), dict.fromkeys(REASONS, LONGEST), is_on=True),
    "scam verdict": lambda: scams.verdict(INSPECTED, VERDICT),
    "scam confirmed": lambda: scams.confirmed(DECIDED),
    "scam dismissed": lambda: scams.dismissed(DECIDED),
    "sync network": lambda: sync.created(MINE),
    "sync invitation": lambda: sync.offered("x", MARK * 60, LONGEST),
    "sync kinds": lambda: sync.kinds(MINE),
    "sync status": lambda: sync.status([SEEN] * 3, ()),
    "sync left": lambda: sync.left(MARK * 60),
    "webhook off": lambda: notices.switched_off(FAILED, MARK * 100),
    "webhook half off": lambda: Post(text=notices.what_fails(FAILED, MARK * 100, LONGEST)),
    "webhook behind": lambda: notices.what_fell_out(ENDPOINT, MARK * 100, LONGEST),
    "why a webhook failed": lambda: delivery_views.last_attempts(FAILED, [UNTRUSTED, MUTE]),
    "case that came to nothing": lambda: cases.shown(VOID, []),
    "no feed": lambda: feed_views.feed(ENDPOINT, TOKEN.address),
    "feed": lambda: feed_views.feed(replace(ENDPOINT, feed_hash=b"x"), TOKEN.address),
    "feed token": lambda: feed_views.opened(TOKEN),
    "incoming panel": lambda: incoming_views.panel(OVERVIEW),
    "incoming list": lambda: incoming_views.listed([SHOP] * 10),
    "incoming deletion": lambda: incoming_views.deletion(SHOP),
    "incoming rotation": lambda: incoming_views.rotation(SHOP),
    "incoming created": lambda: incoming_views.created(OVERVIEW, incoming.SECRET),
    "incoming rotated": lambda: incoming_views.rotated(SHOP, incoming.SECRET),
}
