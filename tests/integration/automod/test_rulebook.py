"""The rulebook: rules in memory follow every change, in any process; limits hold."""

import asyncio
from dataclasses import replace

import pytest

from bot.acts import Actor
from bot.errors import NotFound, UserError
from bot.features.automod.import_file import ImportedRules
from bot.features.automod.model import MOST_RULES
from bot.features.automod.ports import made_ready
from bot.features.automod.terms import KeywordTerms, LinkTerms, RuleDraft, ScopeKind
from bot.native_rules import NativeExecution
from tests.integration.automod.automod_env import NOTICES, OTTER, PIER, QUEEN, AutomodEnv
from tests.support.emitter_setup import GUILD
from tests.support.loops import turn

BOATS = RuleDraft(name="Boats", terms=KeywordTerms(words=("boat",)))


async def test_what_is_in_memory_follows_each_change(env: AutomodEnv) -> None:
    rule = await env.rulebook.add(QUEEN, BOATS)
    await env.says("a boat")
    await env.rulebook.switch(QUEEN, rule.id, on=False)
    await env.says("a boat")
    ships = BOATS.model_copy(update={"terms": KeywordTerms(words=("ship",))})
    await env.rulebook.change(QUEEN, rule.id, ships)
    await env.says("a boat")
    await env.says("a ship")
    await env.rulebook.delete(QUEEN, rule.id)
    await env.says("a ship")
    assert env.deleted == [1, 4]
    with pytest.raises(NotFound):
        await env.rulebook.known(GUILD, rule.id)


async def test_a_rule_of_another_guild_is_not_found(env: AutomodEnv) -> None:
    rule = await env.rulebook.add(QUEEN, BOATS)
    stranger = Actor(GUILD + 1, 1, "stranger")
    for change in (
        env.rulebook.delete(stranger, rule.id),
        env.rulebook.switch(stranger, rule.id, on=False),
        env.rulebook.change(stranger, rule.id, BOATS),
        env.rulebook.known(GUILD + 1, rule.id),
        env.automod.native.push(stranger, rule.id),
    ):
        with pytest.raises(NotFound):
            await change


async def test_fifty_rules_are_the_most_and_a_file_is_taken_whole(env: AutomodEnv) -> None:
    most = ImportedRules([BOATS] * MOST_RULES)
    await env.rulebook.may_bring_in(GUILD, most)
    assert len(await env.rulebook.bring_in(QUEEN, most)) == MOST_RULES
    with pytest.raises(UserError, match="50 rules"):
        await env.rulebook.add(QUEEN, BOATS)
    with pytest.raises(UserError, match="50 rules"):
        await env.rulebook.bring_in(QUEEN, ImportedRules([BOATS]))
    assert len(await env.rulebook.rules(GUILD)) == MOST_RULES


async def test_many_words_are_made_ready_off_the_loop(env: AutomodEnv) -> None:
    """Meanwhile the loop has its turns."""
    words = tuple(f"{one:06}wordwordword" for one in range(1000))
    rules = [
        await env.rulebook.add(QUEEN, RuleDraft(name="x", terms=KeywordTerms(words=words)))
        for _time in range(3)
    ]
    turns = 0
    task = asyncio.ensure_future(made_ready(rules))
    while not task.done():
        turns += 1
        await turn()
    assert turns > 1
    content = env.message("hello 000999wordwordword there")
    assert len((await task).judge(content)) == 3


def execution(**changes: object) -> NativeExecution:
    told = NativeExecution(GUILD, 77, "keyword", "block_message", OTTER, PIER, None, "free nitro")
    return replace(told, **changes)


async def test_an_execution_is_told_once_in_fifteen_seconds(env: AutomodEnv) -> None:
    native = env.automod.native
    assert await native.executed(execution())
    assert not await native.executed(execution(action="send_alert_message"))
    assert await native.executed(execution(user_id=OTTER + 1))
    assert await native.executed(execution(content="other words"))
    assert await native.executed(execution(message_id=5, trigger="spam"))
    env.clock.advance(15)
    assert await native.executed(execution())
    told = await env.triggered()
    assert [one["rule_id"] for one in told] == [1] * 5
    assert {one["native_rule_id"] for one in told} == {"77"}
    assert told[3]["category"] == "spam"
    await env.choose("automod", native=False)
    assert not await native.executed(execution(user_id=9))


async def test_a_rule_is_laid_at_discord_and_brought_up_to_date(env: AutomodEnv) -> None:
    rule = await env.rule(
        KeywordTerms(words=("boat", "*ship*"), patterns=("boa+t",), whole_word=False),
        "delete, timeout 10m, alert",
        kind=ScopeKind.EXCLUDE,
        channel_ids=(PIER,),
    )
    for _time in range(2):
        await env.automod.native.push(QUEEN, rule.id)
    (native_id,) = env.discord.native
    native = env.discord.native[native_id]
    assert native.keywords == ("*boat*", "*ship*")
    assert (native.blocks, native.alert_channel_id) == (True, NOTICES)
    assert native.exempt_channel_ids == (PIER,)
    env.discord.native.clear()  # somebody deleted it there
    await env.automod.native.push(QUEEN, rule.id)
    assert len(env.discord.native) == 1


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (RuleDraft(name="x", terms=LinkTerms()), "keywords alone"),
        (
            BOATS.model_copy(
                update={
                    "scope": BOATS.scope.model_copy(
                        update={"kind": ScopeKind.INCLUDE, "channel_ids": (PIER,)}
                    )
                }
            ),
            "everywhere but",
        ),
        (
            RuleDraft(name="x", terms=KeywordTerms(words=("a boat",), allow=("x",) * 101)),
            "100 allowed words",
        ),
    ],
)
async def test_what_discord_does_not_take_is_said(
    env: AutomodEnv, draft: RuleDraft, why: str
) -> None:
    rule = await env.rulebook.add(QUEEN, draft)
    with pytest.raises(UserError, match=why):
        await env.automod.native.push(QUEEN, rule.id)
