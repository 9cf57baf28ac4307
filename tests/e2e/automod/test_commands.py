"""Every command of `/automod` and every button: who may, what they read, what changes."""

import json
from typing import Any

import pytest

from bot.features.automod.import_file import read_rules
from tests.e2e.automod.scene import AutomodScene
from tests.e2e.cases.scene import answer, said

NEEDS_MANAGE_SERVER = "You need the permission **Manage Server** for that."


async def test_a_rule_is_made_shown_changed_and_deleted(automod: AutomodScene) -> None:
    world = automod.world
    made = await automod.add(
        actions="delete, timeout 10m, alert",
        channels=world.channel.mention,
        exempt=automod.moderators.mention,
    )
    assert made == (
        "Rule 1 (No scams) is made: delete the message, time out for 10 minutes, call the staff."
    )
    shown = await automod.does("rule show", rule=1)
    for part in ("free nitro", f"only in <#{world.channel.id}>", automod.moderators.mention):
        assert part in shown
    assert "is changed" in await automod.does("rule edit", rule=1, actions="warn", channels="none")
    assert "everywhere" in await automod.does("rule show", rule=1)
    form = await automod.uses("rule edit", rule=1)
    changed = await world.manager.submit_modal(
        form, {"words": "boats, ships", "allow": "boats of joy", "patterns": "", "how": "leet"}
    )
    assert "is changed" in said(changed)
    assert "boats, ships" in await automod.does("rule show", rule=1)
    listed = await automod.does("rule list")
    assert "No scams · keywords · warn · on" in listed
    assert "rests until" in await automod.does("rule disable", rule=1)
    assert "acts from now on" in await automod.does("rule enable", rule=1)
    asked = answer(await automod.uses("rule delete", rule=1))
    await world.manager.click(asked, label="Delete it")
    assert "is deleted" in said(asked)
    assert "There is no rule 1" in await automod.does("rule show", rule=1)
    assert "No rule yet" in await automod.does("rule list")


async def test_a_text_is_tested_and_nothing_is_done(automod: AutomodScene) -> None:
    await automod.add(actions="delete, ban")
    await automod.add("text_style", {"zalgo": "yes", "caps_letters": "10"}, name="Style")
    await automod.add("spam", {"messages": "5", "seconds": "10"}, name="Spam")
    found = await automod.does("test", text="fr\u200bee  nìtro")
    assert "**1** No scams" in found
    assert "→ delete the message, ban" in found
    assert "Nothing is found by: 2, 3" in found
    assert "No rule finds anything" in await automod.does("test", text="hello")
    await automod.does("rule edit", rule=1, exempt=automod.moderators.mention)
    other = automod.world.guild.add_member(
        automod.world.env.create_user("mod"), roles=[automod.moderators]
    )
    await automod.world.env.settle()
    spared = await automod.does("test", text="free nitro", member=other)
    assert "but spared: they have the exempt role" in spared
    await automod.settle()
    assert await automod.told() == []


async def test_a_text_is_tested_where_it_would_stand(automod: AutomodScene) -> None:
    world = automod.world
    harbour = world.guild.create_category("harbour")
    quay = world.guild.create_text_channel("quay", category=harbour)
    cabin = world.guild.create_voice_channel("cabin", category=harbour)
    world.env.backend.create_thread(quay.id, "Nets", world.member.id)
    await world.env.settle()
    await automod.add(channels=harbour.mention, scope="include")
    assert "spared: the channel is not one" in await automod.does("test", text="free nitro")
    for channel in (quay, cabin, *quay.threads):
        found = await automod.does("test", text="free nitro", channel=channel)
        assert "**1** No scams" in found
        assert "spared" not in found


REFUSED: list[tuple[dict[str, Any], dict[str, str], str]] = [
    ({"actions": "explode"}, {}, "“explode” is no action"),
    ({"actions": ","}, {}, "Write one to 6 actions"),
    ({"channels": "general"}, {}, "Name the channels"),
    ({"channels": "<#77>"}, {}, "That channel is not in this server"),
    ({"exempt": "<@&77>"}, {}, "That role is not in this server"),
    ({}, {"words": "", "patterns": "(?=a)b"}, "invalid perl operator"),
    ({}, {"words": "", "patterns": "."}, "something in every message"),
    ({}, {"words": ""}, "looks for nothing"),
    ({"scope": "include"}, {"words": "boat"}, "Name the channels, or let"),
]


@pytest.mark.parametrize(("options", "fields", "why"), REFUSED)
async def test_what_is_wrong_is_said(
    automod: AutomodScene, options: dict[str, Any], fields: dict[str, str], why: str
) -> None:
    opened = await automod.uses("rule add", category="keywords", name="Wrong", **options)
    if fields:
        opened = await automod.world.manager.submit_modal(opened, fields)
    assert why in said(opened)
    assert "No rule yet" in await automod.does("rule list")


async def test_rules_come_from_a_file_whole_or_not_at_all(automod: AutomodScene) -> None:
    rule = {"name": "Boats", "terms": {"category": "keywords", "words": ["boat"]}}
    right = json.dumps({"version": 1, "rules": [rule, rule]}).encode()
    wrong = json.dumps([rule, {**rule, "actions": ["explode"]}], indent=1).encode()
    told = await automod.does("import", file=("rules.json", right), dry_run=True)
    assert "2 rules could be taken over" in told
    assert "Line " in await automod.does("import", file=("rules.json", wrong))
    assert "No rule yet" in await automod.does("rule list")
    assert "2 rules were taken over" in await automod.does("import", file=("rules.json", right))
    exported = answer(await automod.uses("export"))
    (file,) = exported.attachments
    assert len(read_rules(await file.read()).drafts) == 2


async def test_the_panel_says_how_things_are(automod: AutomodScene) -> None:
    assert "None yet" in await automod.does("panel")
    await automod.add()
    panel = await automod.does("panel")
    assert "1 of 1 rule is on" in panel


async def test_rules_that_name_what_is_gone_say_so_and_stay_harmless(
    automod: AutomodScene,
) -> None:
    world = automod.world
    gone = world.guild.create_text_channel("gone")
    role = world.guild.create_role("Gone")
    await world.env.settle()
    await automod.add(channels=gone.mention, scope="exclude", exempt=role.mention)
    world.env.backend.delete_channel(gone.id)
    world.env.backend.delete_role(world.guild.id, role.id)
    await world.env.settle()
    assert "It names 2 roles or channels that are gone" in await automod.does("rule show", rule=1)
    await world.member.send(world.channel, "free nitro")
    await automod.settle()
    assert len(await automod.told()) == 1


async def test_who_may_not_manage_the_server_may_not_use_it(automod: AutomodScene) -> None:
    world = automod.world
    await automod.add()
    asked = answer(await automod.uses("rule delete", rule=1))
    await world.allow(world.member, "automod")
    for command, options in (
        ("panel", {}),
        ("rule list", {}),
        ("rule disable", {"rule": 1}),
        ("test", {"text": "free nitro"}),
        ("export", {}),
    ):
        refused = await world.member.slash(world.channel, f"automod {command}", **options)
        assert NEEDS_MANAGE_SERVER in said(refused)
    assert asked.ephemeral


async def test_without_the_intent_rules_about_texts_are_refused(automod: AutomodScene) -> None:
    automod.service.ports.may_read = False
    assert "discord.message_content" in await automod.add()
    assert "is made" in await automod.add("spam", {"messages": "5", "seconds": "10"})
