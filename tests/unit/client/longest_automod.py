"""Drawings of automod with the longest values that can be stored."""

from collections.abc import Callable
from dataclasses import replace

from bot.client.interactions import HeraldModal, Interaction, Said
from bot.features.automod.actions import read_actions
from bot.features.automod.alerts import alert
from bot.features.automod.import_file import ImportedRules
from bot.features.automod.model import AutomodRule, Hit, RuleVerdict
from bot.features.automod.terms import (
    LONGEST_NAME,
    LONGEST_PATTERN,
    TERMS,
    AnyTerms,
    Category,
    KeywordTerms,
    RuleDraft,
    RuleScope,
    ScopeKind,
)
from bot.features.automod.triggers import Trigger, TriggerPlan
from bot.incident import Why
from bot.sanctions import OwnReason
from bot.storage.row_pages import PAGE, RowPage
from cogs.automod import views
from cogs.automod.modals import RuleModal
from tests.unit.client.longest import AT, ID, MARK

LONGEST = 2**31 - 1
IDS = tuple(ID - number for number in range(50))
DRAFT = RuleDraft(
    name=MARK * LONGEST_NAME,
    terms=KeywordTerms(
        words=(MARK * 60,) * 1000,
        allow=(MARK * 60,) * 1000,
        patterns=(MARK * LONGEST_PATTERN,) * 10,
        leet=True,
        accents=True,
    ),
    actions=read_actions("delete, warn, timeout 27d23h59m, mute 364d23h59m, ban 364d23h, alert"),
    scope=RuleScope(kind=ScopeKind.EXCLUDE, channel_ids=IDS, exempt_role_ids=IDS, bots=True),
)
RULE = AutomodRule(
    id=LONGEST,
    guild_id=ID,
    name=DRAFT.name,
    category=Category.KEYWORDS,
    draft=DRAFT,
    enabled=True,
    native_id=ID,
    hits=LONGEST,
    last_hit_at=AT,
    created_by_id=ID,
    created_at=AT,
)
HIT = Hit(RULE, OwnReason.of(MARK * 300), MARK * 4000, ((MARK * 40, MARK * 40),))
VERDICTS = [RuleVerdict(RULE, HIT, MARK * 100)] * 50
TRIGGER = Trigger(
    id=LONGEST,
    guild_id=ID,
    rule_id=LONGEST,
    user_id=ID,
    channel_id=ID,
    message_id=ID,
    plan=TriggerPlan(MARK * 1000, Why(MARK), "keywords", DRAFT.actions, found=MARK * 4000),
    step=0,
    state="done",
    created_at=AT,
)

DRAWN: dict[str, Callable[[], Said]] = {
    "rule added": lambda: views.added(RULE, is_on=False),
    "rule": lambda: views.shown(RULE, IDS),
    "rules": lambda: views.listed(RowPage((RULE,) * PAGE, LONGEST, LONGEST, LONGEST), None),
    "rule question": lambda: views.question(RULE),
    "rule deleted": lambda: views.deleted(RULE),
    "rule pushed": lambda: views.pushed(RULE),
    "rule switched": lambda: views.switched(replace(RULE, enabled=False)),
    "verdicts": lambda: views.tested(VERDICTS),
    "problems of rules": lambda: views.imported(
        ImportedRules(problems=[MARK * 1000] * 500), (), is_dry=True
    ),
    "imported rules": lambda: views.imported(
        ImportedRules([DRAFT] * 50), [RULE] * 50, is_dry=False
    ),
    "alert of automod": lambda: alert(TRIGGER, ID),
}


async def _typed(_interaction: Interaction, _terms: AnyTerms) -> None:
    """Nobody submits it."""


MODALS: dict[str, Callable[[], HeraldModal]] = {
    f"rule about {category}": lambda category=category: RuleModal(TERMS[category](), _typed)
    for category in Category
}
