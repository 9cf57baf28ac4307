"""Links and sessions of the dashboard: who comes in, for how long, and how it ends."""

import asyncio

import pytest

from bot.acts import Actor
from bot.errors import UserError
from bot.features.dashboard import DASHBOARD
from bot.features.dashboard.model import IDLE, LINK_LASTS, LONGEST, MOST_SESSIONS
from bot.features.dashboard.service import DashboardService
from tests.integration.web.dashboard.dashboard_env import ADMIN, MANAGER, DashboardEnv
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault

GONE = "used already"


async def test_a_look_at_a_link_uses_nothing_up_and_the_button_works_once(
    dash: DashboardEnv,
) -> None:
    path, visitor = await dash.link(), dash.visitor()
    for _scanner in range(3):
        shown = await dash.visitor().get(path)
        assert shown.status == 200
        assert [one["type"] for one in shown.page.all("button")] == ["submit"]
    assert (await dash.rows("dashboard_session")) == []
    form = await visitor.fill(path)
    opened = await visitor.post(path, form)
    assert opened.status == 303
    cookie = opened.cookies["herald"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert "harbour_keeper" in (await visitor.get("/dashboard")).page.words
    (row,) = await dash.rows("dashboard_session")
    assert cookie.value.encode() not in bytes(row["token"])
    assert len(bytes(row["token"])) == 32
    for again in (await visitor.get(path), await visitor.post(path, form)):
        assert again.status == 410
        assert GONE in again.page.words
    assert await dash.entries() == [("dashboard.opened", "dashboard", MANAGER)]


async def test_a_server_that_another_process_hears_of_is_asked_for(dash: DashboardEnv) -> None:
    path, visitor = await dash.link(), dash.visitor()
    dash.discord.is_known = False
    assert (await visitor.get(path)).status == 200
    dash.discord.is_known = False
    assert (await visitor.post(path, await visitor.fill(path))).status == 303
    dash.discord.faults["know"] = Fault.LOST
    assert (await visitor.get("/dashboard")).status == 503
    assert len(await dash.rows("dashboard_session")) == 1  # nobody is signed out by that


async def test_of_two_presses_at_once_one_gets_in(dash: DashboardEnv) -> None:
    path = await dash.link()
    visitors = [dash.visitor() for _browser in range(4)]
    forms = [await one.fill(path) for one in visitors]
    answers = await asyncio.gather(
        *(one.post(path, form) for one, form in zip(visitors, forms, strict=True))
    )
    assert sorted(one.status for one in answers) == [303, 410, 410, 410]
    assert len(await dash.rows("dashboard_session")) == 1


async def test_a_link_is_good_for_15_minutes_and_one_for_a_made_up_token_never(
    dash: DashboardEnv,
) -> None:
    path = await dash.link()
    dash.clock.advance(LINK_LASTS.total_seconds())
    for one in (path, "/dashboard/open/nothing", f"/dashboard/open/{'x' * 300}"):
        answer = await dash.visitor().get(one)
        assert (answer.status, GONE in answer.page.words) == (410, True)


async def test_a_form_of_another_page_opens_nothing(dash: DashboardEnv) -> None:
    path, visitor = await dash.link(), dash.visitor()
    form = await visitor.fill(path)
    assert (await visitor.post(path, form, Sec_Fetch_Site="cross-site")).status == 403
    assert (await dash.visitor().post(path, form)).status == 403  # another browser's
    assert (await visitor.post(path, form)).status == 303


@pytest.mark.parametrize("how", ["demoted", "left", "bot left"])
async def test_whoever_lost_their_rights_is_refused_at_the_next_request(
    how: str, dash: DashboardEnv
) -> None:
    visitor, link = await dash.signed_in(), await dash.link()
    assert (await visitor.get("/dashboard")).status == 200
    if how == "demoted":
        dash.discord.people[MANAGER].permissions = frozenset({"manage_roles"})
    elif how == "left":
        del dash.discord.people[MANAGER]
    else:
        dash.discord.is_there = False
    endpoint = await dash.endpoint()
    refused = await visitor.get(f"/dashboard/endpoints/{endpoint.id}")
    assert refused.status == 403
    assert "backend" not in refused.text
    words = {"demoted": "Manage Server", "left": "member", "bot left": "The bot is not in"}
    assert words[how] in refused.page.words
    # Nor does a link that is still unused, and nothing comes back with the rights.
    assert (await dash.visitor().get(link)).status in (403, 410, 503)
    dash.discord.is_there = True
    dash.discord.enter(MANAGER, "harbour_keeper", permissions=frozenset({"administrator"}))
    assert (await visitor.get("/dashboard")).status == 401
    assert await dash.rows("dashboard_session") == []


async def test_a_link_passed_on_opens_nothing_once_its_person_lost_their_rights(
    dash: DashboardEnv,
) -> None:
    path, visitor = await dash.link(), dash.visitor()
    form = await visitor.fill(path)
    dash.discord.people[MANAGER].permissions = frozenset()
    assert (await visitor.post(path, form)).status == 403
    assert await dash.rows("dashboard_session") == []


async def test_locked_commands_lock_the_page_too(dash: DashboardEnv) -> None:
    visitor = await dash.signed_in()
    dash.parts[DASHBOARD].rights.locks.append(lambda _guild, _user: "My commands are locked.")
    refused = await visitor.get("/dashboard")
    assert (refused.status, "locked" in refused.page.words) == (403, True)


async def test_a_session_ends_idle_after_8_hours_and_after_24_in_any_case(
    dash: DashboardEnv,
) -> None:
    idle = await dash.signed_in()
    dash.clock.advance(IDLE.total_seconds())
    assert (await idle.get("/dashboard")).status == 401
    busy, hours = await dash.signed_in(), int(LONGEST.total_seconds()) // 3600
    for _hour in range(hours - 1):
        dash.clock.advance(3600)
        assert (await busy.get("/dashboard")).status == 200
    dash.clock.advance(3600)
    assert (await busy.get("/dashboard")).status == 401
    prunes = dash.parts[DASHBOARD].prunes["dashboard"]
    assert [gone async for gone in prunes.prune(dash.clock.now())] == [2]
    assert await dash.rows("dashboard_link") == await dash.rows("dashboard_session") == []


async def test_a_page_that_asks_by_itself_keeps_no_session_from_ending(dash: DashboardEnv) -> None:
    visitor = await dash.signed_in()
    for asked in ({"X_Live": "1"}, {"Accept": "text/event-stream"}):  # our script, and its stream
        assert (await visitor.get("/dashboard", **asked)).status == 200
        dash.clock.advance(IDLE.total_seconds() / 2)
    assert (await visitor.get("/dashboard")).status == 401


async def test_signing_out_ends_one_session_or_all(dash: DashboardEnv) -> None:
    here, there = await dash.signed_in(), await dash.signed_in()
    waiting = await dash.link()
    form = (await here.fill("/dashboard"))["form"]
    assert (await there.post("/dashboard/sign-out", {"form": form})).status == 303
    assert (await there.get("/dashboard")).status == 200  # it was another session's form
    left = await here.post("/dashboard/sign-out", {"form": form})
    assert left.headers["Location"] == "/dashboard/signed-out"
    assert left.cookies["herald"].value == ""
    assert (await here.get("/dashboard")).status == 401
    assert (await there.get("/dashboard")).status == 200
    here = await dash.signed_in()
    form = (await here.fill("/dashboard"))["form"]
    await here.post("/dashboard/sign-out", {"form": form, "everywhere": "1"})
    assert (await there.get("/dashboard")).status == 401
    assert (await dash.visitor().get(waiting)).status == 410


async def test_a_person_has_so_many_sessions_and_the_oldest_ends(dash: DashboardEnv) -> None:
    service = dash.parts[DASHBOARD].service
    tokens = list[str]()
    for _one in range(MOST_SESSIONS + 1):
        link = await dash.link()
        tokens.append(await service.open(link.rpartition("/")[2], ADMIN))
    assert len(await dash.rows("dashboard_session")) == MOST_SESSIONS
    with pytest.raises(UserError):
        await service.session(tokens[0])
    assert (await service.session(tokens[1])).user_id == MANAGER


async def test_without_a_public_address_the_setting_is_named(dash: DashboardEnv) -> None:
    core = dash.parts.core
    service = DashboardService(core.database, core.audit, clock=core.clock, public_url=None)
    with pytest.raises(UserError, match=r"web\.public_url"):
        await service.issue(Actor(GUILD, MANAGER, "harbour_keeper"))
