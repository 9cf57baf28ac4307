"""What an older release wrote, as embeds, is made of components as soon as it is drawn again."""

import io
from typing import Any

import discord
from discord import ui

from bot.controls import Picture, Post
from tests.e2e.cases.scene import Scene, answer, pinged
from tests.support.messages import buttons, read, text_of


async def old_message(scene: Scene, custom_id: str) -> discord.Message:
    """A message of the bot's with everything that components do not stand beside."""
    client = scene.world.app.client
    channel = client.get_channel(scene.log.id)
    assert isinstance(channel, discord.TextChannel)
    view = ui.View(timeout=None)
    button: ui.Button[Any] = ui.Button(label="Press", custom_id=custom_id)
    view.add_item(button)
    view.stop()
    embed = discord.Embed(title="Case 1: quiet_otter was warned", description="As it was")
    embed.add_field(name="Reason", value="Spam")
    file = discord.File(io.BytesIO(b"old"), "old.txt")
    sent = await channel.send("<@1>", embed=embed, view=view, file=file)
    return next(one for one in scene.log.history() if one.id == sent.id)


def newest(scene: Scene, message: discord.Message) -> discord.Message:
    return next(one for one in scene.log.history() if one.id == message.id)


async def test_an_old_card_is_redrawn_of_components_alone(scene: Scene) -> None:
    old = await old_message(scene, "case:reason:1")
    acts = scene.world.app.parts.core.acts
    post = Post("Case 1: quiet_otter was warned", fields=(("Reason", "Spam"), ("State", "over")))
    await acts.redraw(scene.guild_id, scene.log.id, old.id, post)
    drawn = newest(scene, old)
    assert (drawn.content, drawn.embeds, drawn.attachments) == ("", [], [])
    assert drawn.flags.components_v2
    assert read(drawn) == "Case 1: quiet_otter was warned\nReason: Spam\nState: over"
    picture = Picture("card.png", b"\x89PNG\r\n\x1a\nnot much of one", "A card")
    await acts.redraw(scene.guild_id, scene.log.id, old.id, Post("With a picture", picture=picture))
    drawn = newest(scene, old)
    assert text_of(drawn) == "With a picture"
    assert [one.filename for one in drawn.attachments] == ["card.png"]
    assert pinged(scene, drawn) == []


async def test_the_page_of_an_old_list_turns_into_components(scene: Scene) -> None:
    for number in range(12):
        await scene.does("note", user=scene.otter, text=f"Remark {number}")
    old = await old_message(scene, "case:turn:2:::::")
    await scene.moderator.click(old, label="Press")
    drawn = newest(scene, old)
    assert (drawn.content, drawn.embeds, drawn.attachments) == ("", [], [])
    assert "Page 2 of 2 · 12 cases" in read(drawn)
    assert buttons(drawn) == ["case:turn:1:::::", "case:turn:3:::::"]


async def test_the_button_of_an_old_card_still_asks_for_the_reason(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    asked = await scene.moderator.click(await old_message(scene, "case:reason:1"), label="Press")
    done = await scene.moderator.submit_modal(asked, {"reason": "Shouting"})
    assert answer(done).ephemeral
    assert (await scene.case(1)).reason == "Shouting"
