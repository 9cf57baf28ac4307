"""From the card to the decision: what Discord shows, what the receiver is told."""

import re

from bot.features.appeals.model import AppealState, Told
from bot.features.cases import model as cases
from tests.e2e.appeals.scene import Court, data_of
from tests.e2e.cases.scene import answer, pinged, said
from tests.support.messages import buttons, read, texts_of

MARK = re.compile(r"(?<!\\)[*_~`|<>\[\]()#]")
HOSTILE = (
    "@everyone <@&1> **bold** [x](https://evil.example)\n# Head\n> quote `code` ||hidden||\n"
    "\u202edesrever\u202c\u2066x\u2069 <#1>\x07"
)


async def test_the_card_shows_what_was_written_as_it_was_written(court: Court) -> None:
    appeal = await court.banned(HOSTILE)
    card = court.card()
    text = read(card)
    assert card.content == ""
    assert pinged(court.scene, card) == []
    assert {one.id for one in card.mentions} == {court.scene.otter.id}
    assert not card.mention_everyone
    assert MARK.search(texts_of(card)[0].partition("\n")[2]) is None
    assert not {"\u202e", "\u202c", "\u2066", "\u2069", "\x07"} & set(text)
    for words in ("bold", "desrever", "Spam", "case 1", str(court.scene.otter.id)):
        assert words in text
    assert buttons(card) == [f"appeal:approve:{appeal.id}", f"appeal:deny:{appeal.id}"]


async def test_approving_lifts_the_ban_and_tells_of_it_once_in_order(court: Court) -> None:
    appeal = await court.banned()
    done = await court.presses("Approve", "Welcome back")
    assert "approved, and the punishment is lifted" in said(done)
    assert answer(done).ephemeral
    assert not court.scene.is_banned(court.scene.otter)
    await court.sweep()
    told = await court.events()
    assert [kind for kind, _data in told] == [
        "case.appealed",
        "case.updated",
        "member.unbanned",
        "case.appeal_decided",
    ]
    moderator = str(court.scene.moderator.id)
    assert data_of(told, "case.updated")["status"] == "revoked"
    assert data_of(told, "member.unbanned")["moderator_id"] == moderator
    decided = data_of(told, "case.appeal_decided")
    assert (decided["appeal_id"], decided["decision"]) == (appeal.id, "approved")
    assert (decided["decided_by_id"], decided["reason"]) == (moderator, "Welcome back")
    assert decided["punishment_lifted"] is True
    assert (await court.scene.case(1)).state is cases.CaseState.REVOKED


async def test_the_card_is_redrawn_without_buttons_and_says_who_and_why(court: Court) -> None:
    await court.banned()
    await court.presses("Approve", "Welcome *back*")
    await court.sweep()
    card = court.card()
    assert buttons(card) == []
    assert f"<@{court.scene.moderator.id}>" in read(card)
    assert "Welcome \\*back\\*" in read(card)
    assert "pproved" in read(card)


async def test_the_person_is_told_of_an_approval(court: Court) -> None:
    await court.scene.does("mute", user=court.scene.otter, reason="Loud")
    await court.files()
    await court.presses("Approve", "Be calm")
    await court.sweep()
    assert court.scene.muted.id not in court.scene.roles_of(court.scene.otter)
    letter = read(court.scene.letters(court.scene.otter)[-1])
    assert "approved" in letter
    assert "Be calm" in letter
    assert (await court.newest()).told is Told.SENT


async def test_an_approval_needs_no_reason(court: Court) -> None:
    await court.scene.does("timeout", user=court.scene.otter, duration="1h", reason="Loud")
    await court.files()
    done = await court.presses("Approve")
    assert "approved" in said(done)
    assert court.scene.timed_out_until(court.scene.otter) is None
    assert data_of(await court.events(), "case.appeal_decided")["reason"] is None


async def test_whoever_takes_no_message_is_not_told_and_the_decision_stands(court: Court) -> None:
    await court.scene.does("mute", user=court.scene.otter, reason="Loud")
    await court.files()
    court.scene.world.env.inject_error(
        "POST", "/users/@me/channels", status=403, code=50007, message="Cannot send messages"
    )
    court.scene.world.env.inject_error(
        "POST", "/channels/*/messages", status=403, code=50007, message="Cannot send messages"
    )
    await court.presses("Deny", "No")
    await court.sweep()
    appeal = await court.newest()
    assert (appeal.state, appeal.told) == (AppealState.DENIED, Told.CLOSED)


async def test_a_denial_asks_for_a_reason_and_leaves_the_ban(court: Court) -> None:
    appeal = await court.banned()
    asked = await court.scene.moderator.click(court.card(), label="Deny")
    assert asked.modal is not None
    assert asked.modal["title"] == "Deny the appeal of case 1"
    assert asked.modal["components"][0]["component"]["required"] is True
    # Discord lets nobody leave it empty; a space is left to us.
    refused = await court.scene.moderator.submit_modal(asked, {"reason": " "})
    court.scene.refused(refused, "Say why the appeal is denied: the person reads it.")
    assert (await court.newest()).state is AppealState.OPEN
    done = await court.presses("Deny", "Third time this week")
    assert "denied; the punishment stays" in said(done)
    await court.sweep()
    assert court.scene.is_banned(court.scene.otter)
    told = await court.events()
    assert [kind for kind, _data in told] == ["case.appealed", "case.appeal_decided"]
    decided = data_of(told, "case.appeal_decided")
    assert (decided["appeal_id"], decided["decision"]) == (appeal.id, "denied")
    assert decided["punishment_lifted"] is False
    assert buttons(court.card()) == []
    assert "Third time this week" in read(court.card())


async def test_a_punishment_that_ended_by_itself_leaves_nothing_to_decide(court: Court) -> None:
    await court.banned()
    asked = await court.scene.moderator.click(court.card(), label="Approve")
    court.scene.world.env.backend.remove_ban(court.scene.guild_id, court.scene.otter.id)
    await court.scene.world.env.settle()
    done = await court.scene.moderator.submit_modal(asked, {"reason": ""})
    assert "has ended already: nothing was decided" in said(done)
    late = await court.scene.moderator.click(court.card(), label="Deny")
    court.scene.refused(late, "The punishment has ended by itself: there is nothing to decide.")
    await court.sweep()
    assert buttons(court.card()) == []
    assert (await court.newest()).state is AppealState.CLOSED
    assert "case.appeal_decided" not in [kind for kind, _data in await court.events()]


async def test_a_case_that_is_deleted_takes_its_appeal_along(court: Court) -> None:
    await court.scene.does("ban", user=court.scene.otter, reason="Spam")
    await court.files()
    asked = answer(await court.scene.does("case delete", number=1))
    await court.scene.moderator.click(asked, label="Delete it")
    court.scene.refused(
        await court.scene.moderator.click(court.card(), label="Approve"), "There is no such appeal"
    )
    await court.sweep(61)  # the claim of the card's first drawing has to end
    assert buttons(court.card()) == []
