"""The bot finds, redraws and takes back what it wrote, as Discord has it."""

from datetime import timedelta

import pytest

from bot.acts import Gone
from bot.client.acts import DiscordActs
from bot.controls import Button, Post, Tone
from tests.e2e.cases.scene import Scene

CARD = Post(
    title="A  *title*",
    text="  Two lines,\n\n and a space at the end ",
    fields=(("Person", "<@1> `1`"), ("Reason", "none\ngiven")),
    tone=Tone.WARNING,
    buttons=(Button("Why?", custom_id="case:reason:1"), Button("See", url="https://example.com")),
    pings=(7,),
)
PLAIN = Post(text="Hello, *you*", is_plain=True)


def acts_of(scene: Scene) -> DiscordActs:
    acts = scene.world.app.parts.core.acts
    assert isinstance(acts, DiscordActs)
    return acts


@pytest.mark.parametrize("post", [CARD, PLAIN], ids=["card", "plain"])
async def test_a_message_is_found_by_all_its_text(scene: Scene, post: Post) -> None:
    acts, place = acts_of(scene), (scene.guild_id, scene.log.id)
    since = scene.world.clock.now() - timedelta(days=1)
    number = await acts.send(*place, post)
    other = await acts.send(*place, Post(text="Something else"))
    assert await acts.find(*place, {acts.fingerprint(post)}, since=since) == [number]
    both = {acts.fingerprint(post), acts.fingerprint(Post(text="Something else"))}
    assert await acts.find(*place, both, since=since) == [number, other]
    assert await acts.find(*place, {acts.fingerprint(Post(text="Nothing"))}, since=since) == []
    await acts.redraw(*place, number, Post(text="Something else"))
    assert await acts.find(*place, both, since=since) == [number, other]


async def test_nobody_elses_message_is_taken_for_it(scene: Scene) -> None:
    acts, place = acts_of(scene), (scene.guild_id, scene.world.channel.id)
    await scene.captain.send(scene.world.channel, "Hello, *you*")
    since = scene.world.clock.now() - timedelta(days=1)
    assert await acts.find(*place, {acts.fingerprint(PLAIN)}, since=since) == []


async def test_a_direct_message_is_found_redrawn_and_taken_back(scene: Scene) -> None:
    acts, otter = acts_of(scene), scene.otter.id
    since = scene.world.clock.now() - timedelta(days=1)
    number = await acts.tell(otter, CARD)
    assert await acts.find_told(otter, {acts.fingerprint(CARD)}, since=since) == [number]
    await acts.retell(otter, number, Post(text="Something else"))
    known = {acts.fingerprint(Post(text="Something else"))}
    assert await acts.find_told(otter, known, since=since) == [number]
    await acts.untell(otter, number)
    assert await acts.find_told(otter, known, since=since) == []
    with pytest.raises(Gone):
        await acts.retell(otter, number, CARD)


async def test_a_deleted_entry_of_the_log_comes_back_with_the_next_change(scene: Scene) -> None:
    await scene.does("warn", user=scene.otter, reason="Spam")
    (entry,) = scene.cards()
    await scene.captain.delete(entry)
    await scene.does("case edit", number=1, reason="Advertising")
    (anew,) = scene.cards()
    assert anew.id != entry.id
