"""Survey of a server: what features themselves keep, and what is gone of it there."""

from dataclasses import replace
from datetime import timedelta

from bot.acts import Actor
from bot.clock import ManualClock
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
PIER, DECK, CREW, GUEST = 50, 51, 60, 61


async def test_what_features_keep_by_themselves_is_found_where_it_is_gone(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    """Of rules, of giveaways that have not ended, of multipliers; and nothing of what is there."""
    discord = FakeActs()
    discord.clock = clock
    discord.channel_ids += [PIER, DECK]
    discord.there |= {one: RoleSeen(str(one), 2) for one in (CREW, GUEST)}
    parts = features_on(await emitter(start=False), clock, acts=discord)
    for feature in ("automod", "levels"):
        await parts[SETTINGS].service.change(QUEEN, feature, "enabled", True)
    parts[AUTOMOD].ports.may_read = True
    places = RuleScope(
        kind=ScopeKind.INCLUDE, channel_ids=(PIER, DECK), exempt_role_ids=(CREW, GUEST)
    )
    draft = RuleDraft(name="No *boats*", terms=KeywordTerms(words=("boat",)), scope=places)
    rules = parts[AUTOMOD].service.rulebook
    await rules.add(QUEEN, draft)
    off = await rules.add(QUEEN, draft)
    await rules.switch(QUEEN, off.id, on=False)
    multiply = parts[LEVELS].service.rulebook.multiply
    for target_id in (PIER, DECK):
        await multiply(QUEEN, "channel", target_id, 200)
    for target_id in (CREW, GUEST, GUILD):  # the last is that of everybody
        await multiply(QUEEN, "role", target_id, 200)
    plan = GiveawayPlan(
        prize="Prints",
        channel_id=PIER,
        winner_count=1,
        lasts=timedelta(days=1),
        terms=Terms((CREW,), bonus={GUEST: 2}),
    )
    giveaways = parts[GIVEAWAYS].service
    for channel_id in (PIER, DECK):
        await giveaways.create(QUEEN, replace(plan, channel_id=channel_id))
    cancelled = await giveaways.create(QUEEN, plan)
    await giveaways.transitions.cancel(QUEEN, cancelled.id)

    async def found() -> dict[str, list[str]]:
        checks = (await parts[SETUP].survey.look(GUILD)).checks
        titles = ("Automod", "Giveaways", "Levels")
        return {
            one.title: [defect.text for defect in one.defects if "I lack" not in defect.text]
            for one in checks
            if one.title in titles
        }

    whole = await found()
    discord.channel_ids.remove(PIER)
    del discord.there[CREW]
    after = await found()
    new = {title: [one for one in after[title] if one not in whole[title]] for title in after}
    prize, anew = "Prints", "/giveaway cancel, and begin another."
    assert new == {
        "Automod": [
            r"Rule 1, No \*boats\*, names 2 roles or channels that are gone: /automod rule edit."
        ],
        "Giveaways": [
            f"The channel of giveaway 1, {prize}, was deleted: {anew}",
            f"A role of giveaway 1, {prize}, was deleted: /giveaway edit.",
            f"A role of giveaway 2, {prize}, was deleted: /giveaway edit.",
        ],
        "Levels": ["2 multipliers are of roles or channels that are gone: they do nothing."],
    }
