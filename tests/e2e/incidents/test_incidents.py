"""The protections' log, panels and `/incidents` as staff see them, before and after a restart."""

from simcord.actors import MemberActor

from tests.e2e.cases.scene import answer, said
from tests.e2e.incidents.scene import IncidentScene
from tests.support.messages import labels, read


async def asks(scene: IncidentScene, command: str, by: MemberActor | None = None) -> str:
    """A command of `/incidents`, answered to whoever asks alone."""
    name, _space, option = command.partition(" ")
    options = {"incident": int(option)} if option else {}
    person = by or scene.moderator
    result = await person.slash(scene.world.channel, f"incidents {name}", **options)
    assert answer(result).ephemeral
    return said(result)


async def test_old_buttons_answer_after_a_restart(scene: IncidentScene) -> None:
    otter = scene.world.member
    await scene.stumbles(otter, wires=1)
    before = scene.roles_of(otter)
    assert "was put in quarantine (case 1)" in scene.shown()
    assert labels(scene.entry()) == ["Undo", "Why?"]
    await scene.world.restart()

    why = await scene.pilot.click(scene.entry(), label="Why?")
    assert answer(why).ephemeral
    assert "Whoever stumbles" in said(why)
    assert "Wires: **1 of 0**" in said(why)
    assert "role Acrobats" in said(why)
    refused = await scene.world.manager.click(scene.entry(), label="Undo")
    assert "Timeout Members" in said(refused)
    undone = await scene.moderator.click(scene.entry(), label="Undo")
    assert answer(undone).ephemeral
    assert "I undo these 2 things" in said(undone)
    again = await scene.moderator.click(scene.entry(), label="Undo")
    assert "Somebody else undoes that already" in said(again)
    await scene.settled(6)
    assert f"Undone for <@{scene.moderator.id}>" in scene.shown()
    assert labels(scene.entry()) == ["Why?"]
    assert scene.roles_of(otter) != before
    told = await scene.world.told(scene.receiver)
    cases = [(data["type"], data["moderator_id"]) for kind, data in told if kind == "case.created"]
    assert cases[1] == ("unmute", str(scene.moderator.id))
    undid = [data for _kind, data in told if data.get("event_type") == "incident.undone"]
    assert [(one["actor_name"], one["context"]["measures"]) for one in undid] == [("moderator", 2)]
    assert scene.world.errors() == []  # refusals are answers


async def test_a_panel_switches_on_and_off_and_into_shadow(scene: IncidentScene) -> None:
    manager = scene.world.manager
    panel = answer(await manager.slash(scene.world.channel, "tripwire"))
    assert "🟢 It is on" in read(panel)
    assert "I lack" not in read(panel)
    assert "Cut wires: 0" in read(panel)
    theirs = answer(await scene.moderator.slash(scene.world.channel, "tripwire"))
    assert "Manage Server" in said(await scene.moderator.click(theirs, label="Switch off"))
    await manager.click(panel, label="Switch off")
    assert "⚪ It is switched off" in read(panel)
    await scene.world.restart()
    await manager.click(panel, label="Switch on")
    await manager.select(panel, ["3"])
    assert "in shadow until" in read(panel)
    limits = await manager.click(panel, label="Limits and choices")
    assert "Settings: Tripwire" in said(limits)
    await scene.stumbles(scene.world.member, wires=1)
    assert "In shadow" in scene.shown()
    assert scene.tripwire.cut == []
    await manager.select(panel, ["end"])
    assert "🟢 It is on" in read(panel)


async def test_staff_look_incidents_up(scene: IncidentScene) -> None:
    assert "have found nothing yet" in await asks(scene, "list")
    await scene.stumbles(scene.world.member)
    await scene.stumbles(wires=12)
    listed = await asks(scene, "list")
    assert listed.index("**2** Tripwire") < listed.index("**1** Tripwire")
    assert "12 measures" in listed
    viewed = await scene.moderator.slash(scene.world.channel, "incidents view", incident=2)
    assert labels(answer(viewed)) == ["Undo", "Why?", "All 12"]
    every = answer(await scene.moderator.click(answer(viewed), label="All 12"))
    assert "wire 10 was cut" in read(every)
    await scene.moderator.click(every, label="Next")
    assert "wire 12 was cut" in read(every)
    assert "There is no incident 9" in await asks(scene, "view 9")
    await scene.world.allow(scene.world.manager, "incidents")
    assert "Timeout Members" in await asks(scene, "list", scene.world.manager)
    nothing = await scene.moderator.slash(
        scene.world.channel, "incidents list", protection="airbag"
    )
    assert "There is no protection “airbag”" in said(nothing)


async def test_whoever_it_is_about_does_not_undo_it(scene: IncidentScene) -> None:
    await scene.stumbles(scene.pilot)
    refused = await scene.pilot.click(scene.entry(), label="Undo")
    assert "Timeout Members" in said(refused) or "about yourself" in said(refused)
    assert labels(scene.entry()) == ["Undo", "Why?"]
