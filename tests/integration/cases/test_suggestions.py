"""Suggestions of cases while somebody types: what was typed leads, on both engines alike."""

from tests.integration.cases.cases_env import CasesEnv
from tests.support.emitter_setup import GUILD


async def test_the_number_that_was_typed_leads(env: CasesEnv) -> None:
    for _ in range(31):
        await env.order("note", env.someone())
    assert await suggested(env, "1") == [1, *range(19, 9, -1)]
    assert await suggested(env, "") == list(range(31, 6, -1))
    assert await env.process.book.suggested(GUILD + 1, "1") == []
    for none in ("0", "32", "9" * 9, "9" * 30):
        assert await suggested(env, none) == []


async def test_the_person_whose_name_was_typed_leads(env: CasesEnv) -> None:
    """However old their cases are, with a reason or without, and in any script."""
    env.discord.enter(4711, name="Гусь")
    await env.order("note", 4711)
    await env.order("note", 4711, reason="Spam")
    for number in range(30):
        env.discord.enter(5000 + number, name=f"гусь_{number}")
        await env.order("note", 5000 + number)
    assert (await suggested(env, "ГУСЬ"))[:3] == [2, 1, 32]


async def suggested(env: CasesEnv, typed: str) -> list[int]:
    return [number for _name, number in await env.process.book.suggested(GUILD, typed)]
