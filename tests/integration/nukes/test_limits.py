"""Limits, each for itself: what counts how often, and what is done to whoever reaches one."""

from bot.features.nukes.settings import NukesSettings
from tests.integration.nukes.nukes_env import SEND, NukesEnv

UNSEEN = ("webhook_create", "webhook_delete", "emoji_delete", "role_create", "channel_create")


async def test_what_is_saved_again_and_again_is_one_thing(env: NukesEnv) -> None:
    for permissions in (SEND, 0, SEND, 0, SEND):
        await env.permits(10, permissions)
    await env.permits(11, SEND)
    assert await env.nuke() is None
    await env.permits(12, SEND)
    await env.sweep()
    (told,) = await env.detected()
    assert (told["action_class"], told["count"], told["reverted"]) == ("role_permissions", 3, True)
    assert [env.discord.role_plans[one].permissions for one in (10, 11, 12)] == [0, 0, 0]


async def test_each_limit_is_reached_by_as_many_as_it_says(env: NukesEnv) -> None:
    chosen = NukesSettings()
    for number, action in enumerate(UNSEEN):
        actor = env.discord.enter(3000 + number, roles={2})
        for thing in range(1, chosen.limit(action)):
            await env.does(action, 9000 + thing, by=actor)
        assert len(await env.detected()) == number
        await env.does(action, 9000, by=actor)
        await env.sweep()
        told = (await env.detected())[-1]
        assert (told["action_class"], told["count"]) == (action, chosen.limit(action))
        assert env.discord.roles_of(actor) == {21}


async def test_of_what_nobody_saw_as_much_comes_back_as_the_log_tells(env: NukesEnv) -> None:
    await env.does("role_delete", 8001, before={"name": "Crew", "permissions": SEND})
    await env.does("role_delete", 8002, before={"name": "Deck", "hoist": True})
    await env.does("role_delete", 8003, target_name="Ghost")
    await env.does("channel_delete", 8004, target_name="fog")
    await env.sweep()
    made = {one.name: one for one in env.discord.role_plans.values()}
    assert (made["Crew"].permissions, made["Deck"].is_hoisted) == (SEND, True)
    assert [one["reverted"] for one in await env.detected()] == [False]
    said = await env.said()
    assert "Ghost" in said
    assert "fog" in said
    assert "nobody saw what it was" in said


async def test_the_reaction_is_what_was_chosen(env: NukesEnv) -> None:
    for number, reaction in enumerate(("kick", "ban", "alert", "strip_roles")):
        await env.choose("nukes", reaction=reaction)
        actor = env.discord.enter(3000 + number, roles={2, 10})
        await env.does("kick", 0, by=actor, count=5)
        await env.sweep()
        told = (await env.detected())[-1]
        assert (told["actor_id"], told["action_taken"]) == (str(actor), reaction)
        assert (actor in env.discord.banned) is (reaction == "ban")
        assert (actor in env.discord.people) is (reaction in ("alert", "strip_roles"))
    assert env.discord.roles_of(3002) == {2, 10}
    assert env.discord.roles_of(3003) == set()
    made = [data["type"] for kind, data in await env.told() if kind == "case.created"]
    assert made == ["kick", "ban"]
