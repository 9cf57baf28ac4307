"""A text that is tried out: the same exemptions as of what is written, and which would decide."""

from bot.features.automod.terms import LinkTerms
from tests.integration.automod.automod_env import HERON, OTTER, PIER, AutomodEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import MODERATOR, OWNER, Fault


async def spared(env: AutomodEnv, user_id: int, text: str = "free nitro") -> list[str | None]:
    """What the rules find in it from that person, and why nothing would be done."""
    roles = frozenset(env.discord.roles_of(user_id))
    content = env.message(text, user_id, role_ids=roles)
    verdicts = await env.automod.test(content)
    return [one.spared for one in verdicts if one.hit is not None]


async def test_it_says_which_exemption_would_decide(env: AutomodEnv) -> None:
    await env.rule(actions="delete, kick")
    env.discord.enter(70, roles={1})
    await env.choose("automod", exempt_role_ids=(11,))
    assert await spared(env, OTTER) == [None]
    assert "owner" in str(await spared(env, OWNER))
    assert "staff are spared" in str(await spared(env, MODERATOR))
    await env.choose("automod", spare_staff=False)
    assert await spared(env, MODERATOR) == [None]
    assert "as high as I do" in str(await spared(env, 70))
    env.discord.people[HERON].role_ids.add(11)
    assert "<@&11>" in str(await spared(env, HERON))
    assert await env.triggered() == []


async def test_own_invites_are_seen_through(env: AutomodEnv) -> None:
    await env.rule(LinkTerms())
    env.discord.leads_to = {"ours": GUILD, "theirs": GUILD + 1}
    assert await spared(env, OTTER, "discord.gg/ours") == ["the invite leads to this server"]
    assert await spared(env, OTTER, "discord.gg/ours discord.gg/theirs") == [None]


async def test_of_whom_discord_does_not_tell_it_says_so(env: AutomodEnv) -> None:
    await env.rule()
    env.discord.faults["member"] = Fault.LOST
    verdicts = await env.automod.test(env.message(is_known=False, place=(PIER,)))
    assert [one.spared for one in verdicts] == ["Discord does not say who they are"]
