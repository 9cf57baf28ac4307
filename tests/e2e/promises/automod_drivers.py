"""Driver of automod: each category, each action, Discord's own rule, and somebody who joins."""

from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.automod.scene import AutomodScene, automod_scene
from tests.support.receiver import Receiver
from tests.support.simulated import Told

LATER = 90.0  # seconds


async def automod(config: Config, clock: ManualClock, receiver: Receiver) -> list[Told]:
    """What is written, how, where and how often; then what Discord found by itself."""
    async with automod_scene(config, clock, receiver) as scene:
        role = scene.world.guild.create_role("Muted")
        await scene.world.env.settle()
        await scene.choose("cases", mute_role_id=role.id)
        await scene.add(actions="delete, warn")
        await said(scene, "free nitro")
        await scene.add("links", {"what": "invites"}, actions="delete, timeout 1m")
        await said(scene, "https://discord.gg/another")
        await scene.add("mentions", {"users": "1"}, actions="log_only")
        await said(scene, f"<@{scene.world.manager.id}> <@{scene.world.member.id}> look")
        await scene.add("text_style", {"emoji": "3", "caps_letters": "10"}, actions="alert")
        await said(scene, "🐙 🐳 🐠 🐡")
        await scene.add("attachments", {"refuse": "exe"}, actions="delete")
        await said(scene, "run this", ("boat.exe", b"MZ"))
        await scene.add("spam", {"duplicates": "2", "seconds": "10"}, actions="delete, mute 1h")
        for _time in range(3):
            await scene.world.member.send(scene.world.channel, "again")
        await scene.settle(LATER)
        await native(scene)
        await scene.add("new_account", {"days": "30"}, actions="kick")
        scene.world.guild.add_member(scene.world.env.create_user("newcomer"))
        await scene.settle(LATER)
        return await scene.told()


async def said(scene: AutomodScene, text: str, *files: tuple[str, bytes]) -> None:
    """Somebody says it to whom nothing was done yet."""
    world = scene.world
    member = world.guild.add_member(world.env.create_user("otter"))
    await world.env.settle()
    await member.send(world.channel, text, attachments=files)
    await scene.settle(LATER)


async def native(scene: AutomodScene) -> None:
    """A rule of ours, laid at Discord: it has two actions, and is told of once."""
    await scene.choose("automod", alert_channel_id=scene.log.id)
    fields = {"words": "gone overboard", "how": "whole_word"}
    await scene.add("keywords", fields, actions="delete, alert")
    rules = await scene.service.rulebook.rules(scene.world.guild.id)
    await scene.does("push", rule=rules[-1].id)
    await scene.does("rule disable", rule=rules[-1].id)
    await said(scene, "gone overboard")
