"""What named a channel or role names what was made in its place, whatever feature it is of."""

from datetime import timedelta

from bot.features.automod import AUTOMOD
from bot.features.automod.actions import ActionKind, RuleAction
from bot.features.automod.terms import NewAccountTerms, RuleDraft, RuleScope
from bot.features.giveaways import GIVEAWAYS
from bot.features.giveaways.model import Terms
from bot.features.giveaways.plans import GiveawayPlan
from bot.features.levels import LEVELS
from bot.features.tickets import TICKETS
from tests.integration.nukes.nukes_env import QUEEN, NukesEnv
from tests.support.emitter_setup import GUILD


async def remade(env: NukesEnv) -> tuple[int, int, int]:
    """Role 10, channel 101 and category 100 are deleted, and are there again: their new ids."""
    await env.deletes_channels(100, 101, 102)
    await env.deletes_role(10)
    await env.sweep()
    new = {one.target_id: one.new_id or 0 for one in await env.repairs()}
    assert new[10] > 0 < new[101]
    return new[10], new[101], new[100]


async def test_levels_and_automod_follow(env: NukesEnv) -> None:
    levels, rulebook = env.parts[LEVELS], env.parts[AUTOMOD].service.rulebook
    await levels.service.rulebook.put_role(QUEEN, 5, 10)
    await levels.service.rulebook.multiply(QUEEN, "channel", 101, 200)
    scope = RuleScope(channel_ids=(101, 500), exempt_role_ids=(10,))
    terms, actions = NewAccountTerms(), (RuleAction(ActionKind.ALERT),)
    draft = RuleDraft(name="New", terms=terms, scope=scope, actions=actions)
    rule = await rulebook.add(QUEEN, draft)
    await levels.ports.rules(GUILD)  # memory has what was before
    friend, quay, _harbour = await remade(env)
    rules = await levels.ports.rules(GUILD)
    assert [one.role_id for one in rules.roles] == [friend]
    assert rules.channels == {quay: 200}
    after = (await rulebook.known(GUILD, rule.id)).draft
    assert after is not None
    assert (after.scope.channel_ids, after.scope.exempt_role_ids) == ((quay, 500), (friend,))
    said = await env.said()
    for name in ("level roles", "XP multipliers", f"automod rule {rule.id}"):
        assert name in said


async def test_tickets_and_giveaways_follow(env: NukesEnv) -> None:
    tickets, giveaways = env.parts[TICKETS].service, env.parts[GIVEAWAYS].service
    kind = await tickets.types.create(QUEEN, "Help")
    await tickets.types.change(QUEEN, kind.id, "staff_role_ids", (11, 10))
    await tickets.types.change(QUEEN, kind.id, "category_id", 100)
    panel = await tickets.panels.create(QUEEN, "Ask us")
    await tickets.panels.post(QUEEN, panel.id, 101)
    terms, lasts = Terms(required_role_ids=(10,), bonus={11: 3, 10: 2}), timedelta(days=1)
    plan = GiveawayPlan(prize="Boat", channel_id=101, winner_count=1, lasts=lasts, terms=terms)
    giveaway = await giveaways.create(QUEEN, plan)
    await env.parts.core.posts.sweep()
    await tickets.ports.types_of(GUILD)  # memory has what was before
    friend, quay, harbour = await remade(env)
    choices = (await tickets.ports.types_of(GUILD))[kind.id].choices
    assert (choices.staff_role_ids, choices.category_id) == ((11, friend), harbour)
    assert (await tickets.panels.find(GUILD, panel.id))[0].channel_id == quay
    after = (await giveaways.overview(GUILD, giveaway.id)).giveaway
    assert after.channel_id == quay
    assert after.terms == Terms(required_role_ids=(friend,), bonus={11: 3, friend: 2})
    said = await env.said()
    for name in ("ticket type Help", "ticket panel Ask us", f"giveaway {giveaway.id}"):
        assert name in said
    env.discord.lines.clear()  # with the channel went what stood in it
    env.clock.advance(61)
    await env.parts.core.posts.sweep()
    assert {"Ask us", "Boat"} <= {one.title for one in env.discord.lines.values()}
