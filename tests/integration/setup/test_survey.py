"""Survey of a server: what features themselves keep, and what is gone of it there."""

from dataclasses import replace
from datetime import timedelta

from bot.acts import Actor
from bot.clock import ManualClock
from bot.feature import Parts
from bot.features.automod import AUTOMOD
from bot.features.automod.terms import KeywordTerms, RuleDraft, RuleScope, ScopeKind
from bot.features.giveaways import GIVEAWAYS
from bot.features.giveaways.model import Terms
from bot.features.giveaways.plans import GiveawayPlan
from bot.features.levels import LEVELS
from bot.features.settings import SETTINGS
from bot.features.setup import SETUP
from bot.snapshots import RoleSeen
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import OWNER, FakeActs
from tests.support.features import features_on

QUEEN = Actor(GUILD, OWNER, "queen")
PIER, DECK, CREW, MATE = 50, 51, 60, 61


async def choose(parts: Parts) -> None:
    """The same places and roles for rules, multipliers and giveaways; some that do not count."""
    for feature in ("automod", "levels"):
        await parts[SETTINGS].service.change(QUEEN, feature, "enabled", True)
    parts[AUTOMOD].ports.may_read = True
    scope = RuleScope(
        kind=ScopeKind.INCLUDE, channel_ids=(PIER, DECK), exempt_role_ids=(CREW, MATE)
    )
    draft = RuleDraft(name="No *boats*", terms=KeywordTerms(words=("boat",)), scope=scope)
    rules = parts[AUTOMOD].service.rulebook
    await rules.add(QUEEN, draft)
    await rules.switch(QUEEN, (await rules.add(QUEEN, draft)).id, on=False)
    multiply = parts[LEVELS].service.rulebook.multiply
    for target_id in (PIER, DECK):
        await multiply(QUEEN, "channel", target_id, 200)
    for target_id in (CREW, MATE, GUILD):  # the last is that of everybody
        await multiply(QUEEN, "role", target_id, 200)
    terms = Terms((CREW,), bonus={MATE: 2})
    day = timedelta(days=1)
    plan = GiveawayPlan(prize="Prints", channel_id=PIER, winner_count=1, lasts=day, terms=terms)
    giveaways = parts[GIVEAWAYS].service
    for channel_id in (PIER, DECK):
        await giveaways.create(QUEEN, replace(plan, channel_id=channel_id))
    await giveaways.transitions.cancel(QUEEN, (await giveaways.create(QUEEN, plan)).id)


async def found(parts: Parts) -> dict[str, set[str]]:
    """What the check says of these three, without the bot's own permissions."""
    checks = (await parts[SETUP].survey.look(GUILD)).checks
    return {
        one.title: {defect.text for defect in one.defects if "I lack" not in defect.text}
        for one in checks
        if one.title in ("Automod", "Giveaways", "Levels")
    }


async def test_what_features_keep_by_themselves_is_found_where_it_is_gone(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    discord = FakeActs()
    discord.clock = clock
    discord.channel_ids += [PIER, DECK]
    discord.there |= {one: RoleSeen(str(one), 2) for one in (CREW, MATE)}
    parts = features_on(await emitter(start=False), clock, acts=discord)
    await choose(parts)
    whole = await found(parts)
    discord.channel_ids.remove(PIER)
    del discord.there[CREW]
    assert {title: texts - whole[title] for title, texts in (await found(parts)).items()} == {
        "Automod": {
            r"Rule 1, No \*boats\*, names 2 roles or channels that are gone: /automod rule edit."
        },
        "Giveaways": {
            "The channel of giveaway 1, Prints, was deleted: /giveaway cancel, and begin another.",
            "A role of giveaway 1, Prints, was deleted: /giveaway edit.",
            "A role of giveaway 2, Prints, was deleted: /giveaway edit.",
        },
        "Levels": {"2 multipliers are of roles or channels that are gone: they do nothing."},
    }
