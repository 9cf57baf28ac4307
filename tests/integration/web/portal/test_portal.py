"""The portal over a real socket: what it shows in each state, and that one appeal is one appeal."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from bot.catalogue.cases import CaseType
from bot.features.appeals.model import MESSAGE_LIMIT, AppealState
from bot.features.cases.store import table as moderation_case
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.web.portal.portal_env import PortalEnv, Visitor
from tests.support.fake_acts import Fault

DAY = timedelta(days=1)
SORRY = "I did not know the rule.\n\nI have read it now."


async def test_the_page_tells_what_was_decided_and_who_decides(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished("ban", reason="Advertising & <noise>")
    answer = await visitor.get(path)
    page = answer.page
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    for words in (
        "The *Harbour*",
        f"Case {case.number}",
        "Appeal your ban",
        "You were banned from The *Harbour*.",
        "Advertising & <noise>",
        "24 May 2026 at 11:32 UTC",
        "No end was set.",
        "The staff of The *Harbour* decide, not Herald and not Discord.",
        "It works until 23 June 2026 at 11:32 UTC.",
        "You have 3 attempts left, this one included.",
        f"There is room for {MESSAGE_LIMIT:,} characters.".replace(",", " "),
    ):
        assert words in page.words
    assert page.all("html", lang="en")
    assert len(page.all("h1")) == 1
    title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
    assert title is not None
    assert title[1].strip() == "Appeal your ban · Case 1 · \u2068The *Harbour*\u2069"
    (area,) = page.all("textarea")
    assert (area["maxlength"], area["name"]) == (str(MESSAGE_LIMIT), "message")
    assert page.all("label", **{"for": str(area["id"])})
    described = {str(about.get("id")) for _tag, about in page.tags}
    assert set(str(area["aria-describedby"]).split()) <= described


async def test_the_page_has_the_styles_of_all_pages_and_its_own(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    links = [str(link["href"]) for link in (await visitor.get(path)).page.all("link")]
    assert [re.sub(r"\?.*", "", link) for link in links[1:]] == [
        "/static/portal.css",
        "/static/appeals.css",
    ]
    assert [(await visitor.get(link)).status for link in links] == [200, 200, 200]


async def test_an_appeal_is_sent_once_and_leads_back_to_the_page(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    sent = await visitor.send(path, SORRY.replace("\n", "\r\n"))
    assert sent.status == 303
    assert sent.headers["Location"].endswith("#standing")
    (appeal,) = await portal.of(case)
    assert (appeal.state, appeal.message) == (AppealState.OPEN, SORRY)
    shown = await visitor.get(path)
    assert "Your appeal is with the staff" in shown.page.words
    assert SORRY in shown.text
    assert shown.page.all("section", role="status", id="standing")
    assert "<form" not in shown.text


@pytest.mark.parametrize(
    ("kind", "about", "words"),
    [
        ("ban", {}, "The ban was lifted."),
        ("tempban", {"duration": DAY}, "The ban was lifted."),
        ("timeout", {"duration": DAY}, "The timeout was lifted."),
        ("mute", {}, "The mute was lifted."),
    ],
)
async def test_approval_is_read_on_the_page(
    kind: CaseType, about: dict[str, Any], words: str, portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished(kind, **about)
    await visitor.send(path, SORRY)
    await portal.decide(case, "approved", "Welcome <back>")
    page = (await visitor.get(path)).page
    for part in ("Your appeal was approved", words, "Welcome <back>", "Decided on 24 May 2026"):
        assert part in page.words


async def test_what_ended_before_the_approval_was_not_lifted_by_it(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished("timeout", duration=DAY)
    await visitor.send(path, SORRY)
    portal.cases.clock.advance(DAY.total_seconds() + 1)
    await portal.decide(case, "approved")
    page = (await visitor.get(path)).page
    assert "Your appeal was closed" in page.words
    assert "Your timeout in The *Harbour* is over." in page.words
    assert "before anybody decided" in page.words


async def test_a_denial_tells_why_and_when_to_come_back(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    await visitor.send(path, SORRY)
    await portal.decide(case, "denied", "Not yet.")
    page = (await visitor.get(path)).page
    for part in (
        "Your appeal was denied",
        "Not yet.",
        "appeal again from 23 June 2026 at 11:32 UTC",
    ):
        assert part in page.words
    assert "You have 2 attempts left." in page.words
    assert page.all("textarea") == []
    portal.cases.clock.advance(30 * DAY.total_seconds())
    again = await visitor.get(path)
    assert "Your earlier appeal was denied" in again.page.words
    assert "Not yet." in again.page.words
    assert "You have 2 attempts left, this one included." in again.page.words
    assert (await visitor.send(path, "Once more.")).status == 303
    assert [one.message for one in await portal.of(case)] == [SORRY, "Once more."]


async def test_the_last_attempt_is_announced_and_final(portal: PortalEnv, visitor: Visitor) -> None:
    await portal.choose(attempts=1)
    case, path = await portal.punished()
    assert "This is the last attempt" in (await visitor.get(path)).page.words
    await visitor.send(path, SORRY)
    await portal.decide(case, "denied", "No.")
    words = (await visitor.get(path)).page.words
    assert "this decision cannot be appealed again" in words
    assert "attempts left" not in words


async def test_appeals_that_are_switched_off_say_so(portal: PortalEnv, visitor: Visitor) -> None:
    denied, path = await portal.punished()
    await visitor.send(path, SORRY)
    await portal.decide(denied, "denied", "No.")
    _case, other = await portal.punished()
    fields = await visitor.fill(other)
    await portal.choose(enabled=False)
    assert "Appeals are switched off" in (await visitor.get(other)).page.words
    assert (await visitor.post(other, {**fields, "message": SORRY})).status == 303
    assert await portal.of(_case) == []
    assert "takes no more appeals at present" in (await visitor.get(path)).page.words


async def test_a_case_that_is_over_leaves_nothing_to_appeal(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished("mute", duration=DAY)
    portal.cases.clock.advance(DAY.total_seconds() + 1)
    page = (await visitor.get(path)).page
    assert "This is already over" in page.words
    assert "You are no longer muted in The *Harbour*." in page.words
    assert page.all("form") == []


async def test_a_ban_lifted_by_hand_is_noticed_when_the_form_comes(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    del portal.cases.discord.banned[case.user_id]
    answer = await visitor.send(path, SORRY)
    assert answer.status == 422
    assert "What you want to appeal has ended already." in answer.page.words
    assert answer.typed == SORRY
    assert "aria-invalid" not in answer.text
    assert await portal.of(case) == []


async def test_discord_that_does_not_answer_keeps_nobody_from_appealing(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    portal.cases.discord.faults["ban_reason"] = Fault.LOST
    assert (await visitor.send(path, SORRY)).status == 303
    assert len(await portal.of(case)) == 1


async def test_the_button_pressed_twice_and_two_tabs_make_one_appeal(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    first, second = await visitor.fill(path), await visitor.fill(path)
    answers = await asyncio.gather(
        *(visitor.post(path, {**first, "message": SORRY}) for _press in range(3)),
        visitor.post(path, {**second, "message": "From the second tab."}),
    )
    assert [answer.status for answer in answers] == [303] * 4
    assert len(await portal.of(case)) == 1
    late = await visitor.post(path, {**first, "message": SORRY})
    assert late.status == 303
    assert len(await portal.of(case)) == 1


async def test_a_tab_opened_later_from_discord_does_not_spoil_the_first(
    portal: PortalEnv, visitor: Visitor
) -> None:
    """Strict cookies stay behind when somebody comes from another site."""
    case, path = await portal.punished()
    first = await visitor.get(path)
    hidden = first.page.all("input", name="form")[0]["value"]
    elsewhere = portal.visitor()  # no cookie goes along
    second = await elsewhere.get(path, Sec_Fetch_Site="cross-site")
    assert set(first.cookies) != set(second.cookies)
    both = "; ".join(f"{name}=1" for name in (*second.cookies, *first.cookies))
    third = portal.visitor()
    answer = await third.post(path, {"form": hidden, "message": SORRY}, Cookie=both)
    assert answer.status == 303
    assert len(await portal.of(case)) == 1


async def test_a_link_ends_and_lasts_longer_for_whoever_used_it(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _unused, gone = await portal.punished()
    case, path = await portal.punished()
    await visitor.send(path, SORRY)
    portal.cases.clock.advance(30 * DAY.total_seconds())
    expired = await visitor.get(gone)
    assert expired.status == 410
    assert "This link has expired" in expired.page.words
    assert "Harbour" not in expired.text
    await portal.decide(case, "denied", "No.")
    assert (await visitor.get(path)).status == 200


async def test_a_deleted_case_looks_like_no_case(portal: PortalEnv, visitor: Visitor) -> None:
    case, path = await portal.punished()
    async with portal.cases.emitter.database.transaction() as tx:
        await tx.execute(delete(moderation_case).where(moderation_case.c.id == case.id))
    forged = await visitor.get("/appeals/nonsense")
    gone = await visitor.get(path)
    assert (gone.status, gone.text) == (forged.status, forged.text)
    assert gone.status == 404


async def test_only_the_person_of_the_case_is_appealed_for(
    portal: PortalEnv, visitor: Visitor
) -> None:
    """The link's case, guild and person belong together; each case has its own link."""
    one, path = await portal.punished()
    other, _path = await portal.punished()
    await visitor.send(path, SORRY)
    assert (len(await portal.of(one)), await portal.of(other)) == (1, [])


async def test_a_language_that_we_lack_is_answered_in_english(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    answer = await visitor.get(path, Accept_Language="tlh, qya;q=0.8")
    assert answer.page.all("html", lang="en", dir="ltr")


async def test_settings_decide_what_the_page_says(portal: PortalEnv, visitor: Visitor) -> None:
    await portal.choose(link_days=2, attempts=2)
    case, path = await portal.punished()
    words = (await visitor.get(path)).page.words
    assert "It works until 26 May 2026" in words
    assert "You have 2 attempts left, this one included." in words
    assert HARBOUR_MASTER.name not in words
    assert case.moderator_name not in words
