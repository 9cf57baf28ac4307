"""From the card to the decision: what Discord shows, what the receiver is told."""

import re

from bot.acts import Outcome
from bot.features.appeals.messages import DIRECT
from bot.features.appeals.model import AppealState
from bot.features.cases import model as cases
from tests.e2e.appeals.scene import AppealsScene, data_of
from tests.e2e.cases.scene import answer, came_of, pinged, said
from tests.support.messages import buttons, read, texts_of

MARK = re.compile(r"(?<!\\)[*_~`|<>\[\]()#]")
HOSTILE = (
    "@everyone <@&1> **bold** [x](https://evil.example)\n# Head\n> quote `code` ||hidden||\n"
    "\u202edesrever\u202c\u2066x\u2069 <#1>\x07"
)


async def test_the_card_shows_what_was_written_as_it_was_written(appeals: AppealsScene) -> None:
    appeal = await appeals.banned(HOSTILE)
    card = appeals.card()
    text = read(card)
    assert card.content == ""
    assert pinged(appeals.scene, card) == []
    assert {one.id for one in card.mentions} == {appeals.scene.otter.id}
    assert not card.mention_everyone
    assert MARK.search(texts_of(card)[0].partition("\n")[2]) is None
    assert not {"\u202e", "\u202c", "\u2066", "\u2069", "\x07"} & set(text)
    for words in ("bold", "desrever", "Spam", "case 1", str(appeals.scene.otter.id)):
        assert words in text
    assert buttons(card) == [f"appeal:approve:{appeal.id}", f"appeal:deny:{appeal.id}"]


async def test_approving_lifts_the_ban_and_tells_of_it_once_in_order(appeals: AppealsScene) -> None:
    appeal = await appeals.banned()
    done = await appeals.presses("Approve", "Welcome back")
    assert "approved, and the punishment is lifted" in said(done)
    assert answer(done).ephemeral
    assert not appeals.scene.is_banned(appeals.scene.otter)
    await appeals.sweep()
    told = await appeals.events()
    assert [kind for kind, _data in told] == [
        "case.appealed",
        "case.updated",
        "member.unbanned",
        "case.appeal_decided",
    ]
    moderator = str(appeals.scene.moderator.id)
    assert data_of(told, "case.updated")["status"] == "revoked"
    assert data_of(told, "member.unbanned")["moderator_id"] == moderator
    decided = data_of(told, "case.appeal_decided")
    assert (decided["appeal_id"], decided["decision"]) == (appeal.id, "approved")
    assert (decided["decided_by_id"], decided["reason"]) == (moderator, "Welcome back")
    assert decided["punishment_lifted"] is True
    assert (await appeals.scene.case(1)).state is cases.CaseState.REVOKED


async def test_the_card_is_redrawn_without_buttons_and_says_who_and_why(
    appeals: AppealsScene,
) -> None:
    await appeals.banned()
    await appeals.presses("Approve", "Welcome *back*")
    await appeals.sweep()
    card = appeals.card()
    assert buttons(card) == []
    assert f"<@{appeals.scene.moderator.id}>" in read(card)
    assert "Welcome \\*back\\*" in read(card)
    assert "pproved" in read(card)


async def test_the_person_is_told_of_an_approval(appeals: AppealsScene) -> None:
    await appeals.scene.does("mute", user=appeals.scene.otter, reason="Loud")
    await appeals.files()
    await appeals.presses("Approve", "Be calm")
    await appeals.sweep()
    assert appeals.scene.muted.id not in appeals.scene.roles_of(appeals.scene.otter)
    letter = read(appeals.scene.letters(appeals.scene.otter)[-1])
    assert "approved" in letter
    assert "Be calm" in letter
    assert await came_of(appeals.scene, DIRECT) == [Outcome.SENT]


async def test_an_approval_needs_no_reason(appeals: AppealsScene) -> None:
    await appeals.scene.does("timeout", user=appeals.scene.otter, duration="1h", reason="Loud")
    await appeals.files()
    done = await appeals.presses("Approve")
    assert "approved" in said(done)
    assert appeals.scene.timed_out_until(appeals.scene.otter) is None
    assert data_of(await appeals.events(), "case.appeal_decided")["reason"] is None


async def test_whoever_takes_no_message_is_not_told_and_the_decision_stands(
    appeals: AppealsScene,
) -> None:
    await appeals.scene.does("mute", user=appeals.scene.otter, reason="Loud")
    await appeals.files()
    appeals.scene.world.env.inject_error(
        "POST", "/users/@me/channels", status=403, code=50007, message="Cannot send messages"
    )
    appeals.scene.world.env.inject_error(
        "POST", "/channels/*/messages", status=403, code=50007, message="Cannot send messages"
    )
    await appeals.presses("Deny", "No")
    await appeals.sweep()
    appeal = await appeals.newest()
    assert appeal.state is AppealState.DENIED
    assert await came_of(appeals.scene, DIRECT) == [Outcome.REFUSED]


async def test_a_denial_asks_for_a_reason_and_leaves_the_ban(appeals: AppealsScene) -> None:
    appeal = await appeals.banned()
    asked = await appeals.scene.moderator.click(appeals.card(), label="Deny")
    assert asked.modal is not None
    assert asked.modal["title"] == "Deny the appeal of case 1"
    assert asked.modal["components"][0]["component"]["required"] is True
    # Discord lets nobody leave it empty; a space is left to us.
    refused = await appeals.scene.moderator.submit_modal(asked, {"reason": " "})
    appeals.scene.refused(refused, "Say why the appeal is denied: the person reads it.")
    assert (await appeals.newest()).state is AppealState.OPEN
    done = await appeals.presses("Deny", "Third time this week")
    assert "denied; the punishment stays" in said(done)
    await appeals.sweep()
    assert appeals.scene.is_banned(appeals.scene.otter)
    told = await appeals.events()
    assert [kind for kind, _data in told] == ["case.appealed", "case.appeal_decided"]
    decided = data_of(told, "case.appeal_decided")
    assert (decided["appeal_id"], decided["decision"]) == (appeal.id, "denied")
    assert decided["punishment_lifted"] is False
    assert buttons(appeals.card()) == []
    assert "Third time this week" in read(appeals.card())


async def test_a_punishment_that_ended_by_itself_leaves_nothing_to_decide(
    appeals: AppealsScene,
) -> None:
    await appeals.banned()
    asked = await appeals.scene.moderator.click(appeals.card(), label="Approve")
    appeals.scene.world.env.backend.remove_ban(appeals.scene.guild_id, appeals.scene.otter.id)
    await appeals.scene.world.env.settle()
    done = await appeals.scene.moderator.submit_modal(asked, {"reason": ""})
    assert "has ended already: nothing was decided" in said(done)
    late = await appeals.scene.moderator.click(appeals.card(), label="Deny")
    appeals.scene.refused(late, "The punishment has ended by itself: there is nothing to decide.")
    await appeals.sweep()
    assert buttons(appeals.card()) == []
    assert (await appeals.newest()).state is AppealState.CLOSED
    assert "case.appeal_decided" not in [kind for kind, _data in await appeals.events()]


async def test_a_case_that_is_deleted_takes_its_appeal_along(appeals: AppealsScene) -> None:
    await appeals.scene.does("ban", user=appeals.scene.otter, reason="Spam")
    await appeals.files()
    asked = answer(await appeals.scene.does("case delete", number=1))
    await appeals.scene.moderator.click(asked, label="Delete it")
    appeals.scene.refused(
        await appeals.scene.moderator.click(appeals.card(), label="Approve"),
        "There is no such appeal",
    )
    await appeals.sweep(61)  # the claim of the card's first drawing has to end
    assert buttons(appeals.card()) == []
