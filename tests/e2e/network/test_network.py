"""`/network` as staff, reviewers and the person it is about see it, before and after a restart."""

from simcord.actors import MemberActor

from bot.features.network import NETWORK
from tests.e2e.cases.scene import answer, said
from tests.e2e.network.scene import REPORT, NetworkScene
from tests.support.messages import labels, read

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


async def test_from_two_reports_to_a_hit_and_nothing_names_the_servers(
    scene: NetworkScene,
) -> None:
    otter = scene.world.member
    await scene.reported(otter.user, file=("proof.png", PNG))
    cards = scene.cards.history()
    assert [labels(one) for one in cards] == [["Approve", "Refuse", "File"]] * 2
    assert "They sell \\*cheap\\* boats." in read(cards[0])
    await scene.world.restart()

    ann, ben = scene.reviewers
    handed = answer(await ann.click(cards[0], label="File"))
    (file,) = handed.attachments
    assert (file.filename, await file.read(), handed.ephemeral) == ("proof.png", PNG, True)
    assert "is approved" in said(await ann.click(cards[0], label="Approve"))
    assert "already decided by ann" in said(await ben.click(cards[0], label="Approve"))
    assert "is approved" in said(await ben.click(cards[1], label="Approve"))
    await scene.settled(6)

    assert "was reported by 2 servers of the network: Scam, High" in scene.logged()
    told = await scene.world.told(scene.receiver)
    hit = {
        "user_id": str(otter.id),
        "trust_score": 30,
        "approved_report_count": 2,
        "top_category": "scam",
        "top_severity": "high",
        "summary": "2 approved reports, most of them for scam.",
    }
    assert told == [("network.hit", hit)]
    everything = " ".join([scene.logged(), *map(read, scene.cards.history()), repr(told)])
    for one in scene.reporters:
        for secret in (one.guild.name, str(one.guild.id), str(one.admiral.id), one.admiral.name):
            assert secret not in everything
    why = await scene.admiral.click(scene.log.history()[-1], label="Why?")
    assert "Trust score: **30 of 100**" in said(why)
    assert "Tier: **severe: 0 to 30**" in said(why)


async def test_a_ban_has_a_link_before_it_and_is_undone_from_the_log(scene: NetworkScene) -> None:
    await scene.choose("network", severe="ban")
    otter = scene.world.member
    await scene.approved(otter.user)
    assert scene.world.guild.get_ban(otter) is not None
    first = otter.user.dm_channel.history(viewer=otter.user)[0]
    assert "2 servers have reported you" in read(first)
    assert labels(first) == ["Your page"]
    assert "was banned (case 1)" in scene.logged()
    kinds = [kind for kind, _data in await scene.world.told(scene.receiver)]
    assert sorted(kinds) == ["case.created", "network.hit"]
    refused = await scene.admiral.click(scene.log.history()[-1], label="Undo")
    assert "I undo that" in said(refused)
    await scene.settled(6)
    assert "it takes" in scene.logged() or "permission" in scene.logged()  # to lift a ban


async def test_refused_is_told_to_the_server_that_reported(scene: NetworkScene) -> None:
    (reporter, _other), (ann, _ben) = scene.reporters, scene.reviewers
    await scene.choose("general", reporter.guild.id, notice_channel_id=reporter.channel.id)
    await scene.reported(scene.world.member.user)
    form = await ann.click(scene.cards.history()[0], label="Refuse")
    told = await ann.submit_modal(form, {"reason": "The picture is missing."})
    assert "Report 1 is refused" in said(told)
    await scene.settled(6)
    assert labels(scene.cards.history()[0]) == []
    assert "The picture is missing." in read(reporter.channel.history()[-1])
    seen = said(await reporter.does("view", report=1))
    assert "refused" in seen
    assert "ann" not in seen
    assert str(ann.id) not in seen


async def test_the_commands_of_a_server_s_own(scene: NetworkScene) -> None:
    otter, (reporter, other) = scene.world.member, scene.reporters
    await scene.approved(otter.user)
    assert "30 / 100" in said(await scene.does("status", user=otter.user))
    assert "Fewer than two" in said(await scene.does("status", user=scene.world.manager.user))
    assert "Hits in 30 days: 1" in said(await scene.does("status")).replace("**", "")
    assert "has reported nobody" in said(await scene.does("list"))
    assert "There is no report 1" in said(await scene.does("view", report=1))
    assert "There is no report 1" in said(await other.does("withdraw", report=1))
    assert "reported them already" in said(await reporter.does("report", user=otter.user, **REPORT))
    assert "counts no more" in said(await reporter.does("withdraw", report=1))
    listed = said(await reporter.does("list"))
    assert "withdrawn" in listed
    assert "Fewer than two" in said(await scene.does("status", user=otter.user))
    panel = said(await scene.does("panel"))
    assert "It is on, and acts" in panel
    assert "Hits in 30 days" in panel


async def test_who_may_not(scene: NetworkScene) -> None:
    otter = scene.world.member
    for command, options in (
        ("panel", {}),
        ("report", {"user": scene.admiral.user, **REPORT}),
        ("withdraw", {"report": 1}),
        ("list", {}),
        ("view", {"report": 1}),
        ("status", {}),
    ):
        told = said(await scene.does(command, otter, **options))
        assert "You need the permission" in told, (command, told)
    assert "Nothing that counts" in said(await scene.does("appeal", otter))
    await scene.reported(otter.user)
    office = scene.reviewers[0].guild
    stranger: MemberActor = office.add_member(scene.world.env.create_user("stranger"))
    await scene.world.env.settle()
    for label in ("Approve", "Refuse"):
        assert "Only the reviewers" in said(await stranger.click(scene.card(), label=label))


async def test_an_appeal_after_a_restart(scene: NetworkScene) -> None:
    await scene.choose("network", severe="kick")
    otter = scene.world.member
    await scene.approved(otter.user)
    elsewhere = scene.reporters[0]
    back = elsewhere.guild.add_member(otter.user)
    await scene.world.env.settle()
    link = await scene.appeal_link(back, elsewhere.channel)
    network = scene.world.app.parts[NETWORK]
    await network.objections.submit(link.rpartition("/")[2], "It was *not* me.")
    await scene.settled()
    assert labels(scene.card()) == ["Approve", "Deny"]
    assert "It was \\*not\\* me." in read(scene.card())
    await scene.world.restart()

    ann, ben = scene.reviewers
    form = await ann.click(scene.card(), label="Approve")
    late = await ben.click(scene.card(), label="Deny")
    told = said(await ann.submit_modal(form, {"reason": "You are right."}))
    assert "its reports are void" in told
    told = said(await ben.submit_modal(late, {"reason": "No."}))
    assert "already decided by ann" in told
    await scene.settled(6)
    await scene.settled(6)
    assert "the reports about" in scene.logged()
    assert "Case 1 stays" in scene.logged()
    assert labels(scene.card()) == []
