"""Pages and buttons of the dashboard: what they show, what they do, and of whose webhooks."""

import pytest
from sqlalchemy import text

from bot.outbox.tables import DeliveryState
from tests.integration.web.dashboard.dashboard_env import MANAGER, DashboardEnv, said
from tests.support.emitter_setup import GUILD
from tests.support.receiver import status

HOSTILE = '<script>alert(1)</script>\u202e"&'


async def states(dash: DashboardEnv) -> list[str]:
    return [DeliveryState(row["state"]).name for row in await dash.rows("delivery")]


async def test_each_change_is_stored_audited_and_told(dash: DashboardEnv) -> None:
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    path = f"/dashboard/endpoints/{endpoint.id}"
    seen = list[str]()
    for do, word in (("pause", "paused"), ("resume", "receives again"), ("disable", "off")):
        page = await dash.press(visitor, path, do)
        assert word in said(page)
        assert 'role="status"' in page.text
        seen.append((await dash.rows("endpoint"))[0]["state"])
    page = await dash.press(visitor, path, "disable")  # pressed in a second tab
    assert 'role="alert"' in page.text
    assert said(page) == "“backend” is switched off already."
    assert said(await visitor.get(path)) == ""
    await dash.press(visitor, path, "enable")
    seen.append((await dash.rows("endpoint"))[0]["state"])
    assert seen == ["paused", "active", "disabled", "active"]
    kinds = ["dashboard.opened", *(f"endpoint.{one}d" for one in ("pause", "resume", "disable"))]
    kinds.append("endpoint.enabled")
    assert await dash.entries() == [(kind, "dashboard", MANAGER) for kind in kinds]


async def test_a_test_arrives_and_is_an_entry(dash: DashboardEnv) -> None:
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    page = await dash.press(visitor, f"/dashboard/endpoints/{endpoint.id}", "test")
    assert said(page) == "A test is on its way to “backend”: test.ping."
    await dash.emitter.worker.idle()
    (got,) = dash.receiver.requests
    assert got.json["data"]["sent_by_user_id"] == str(MANAGER)
    assert (await dash.entries())[-1] == ("endpoint.tested", "dashboard", MANAGER)


async def test_failed_deliveries_are_shown_and_go_out_again(dash: DashboardEnv) -> None:
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    path = f"/dashboard/endpoints/{endpoint.id}"
    dash.receiver.behave = status(400)
    await dash.happens(4)
    async with dash.emitter.database.transaction() as tx:
        await tx.execute(text("UPDATE delivery SET state = 3, settled_at = due_at"))
        await tx.execute(text("UPDATE attempt SET answer = :answer"), {"answer": HOSTILE.encode()})
    page = await visitor.get(path)
    assert page.text.count('name="delivery"') == 4
    assert "HTTP 400" in page.page.words
    shown = await visitor.get(f"{path}/deliveries/1")
    assert "<script>alert" not in shown.text
    assert '<script>alert(1)</script>\\u202e"&' in shown.page.words
    assert '"username": "otter_7"' in shown.page.words  # the body
    dash.receiver.behave = status(200)
    page = await dash.press(visitor, f"{path}/deliveries/1", "redeliver", delivery="1")
    assert said(page) == "1 delivery goes out again to “backend”."
    form = (await visitor.fill(path))["form"]
    ticked = [("form", form), ("do", "redeliver"), ("delivery", "2"), ("delivery", "3")]
    assert (await visitor.post(path, ticked)).status == 303
    assert said(await visitor.get(path)) == "2 deliveries go out again to “backend”."
    await dash.emitter.worker.idle()
    assert await states(dash) == ["DELIVERED"] * 3 + ["FAILED"]
    page = await dash.press(visitor, f"{path}?state=failed&page=0", "redeliver")  # nothing ticked
    assert said(page).startswith("Tick at least one")
    page = await dash.press(visitor, path, "redeliver_since", since="soon")
    assert 'role="alert"' in page.text
    await dash.press(visitor, path, "redeliver_since", since="1h", delivered_too="1")
    await dash.emitter.worker.idle()
    assert await states(dash) == ["DELIVERED"] * 4
    page = await dash.press(visitor, path, "redeliver_failed")
    assert said(page) == "There is nothing to send again to “backend”."
    assert len(dash.receiver.requests) == 4 + 3 + 4
    entries = await dash.entries()
    assert [one for one in entries if one[0] == "endpoint.redelivered"] == [
        ("endpoint.redelivered", "dashboard", MANAGER)
    ] * 3


async def test_deliveries_are_filtered_and_turned_by_page(dash: DashboardEnv) -> None:
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    path = f"/dashboard/endpoints/{endpoint.id}"
    await dash.happens(30)

    async def shown(query: str) -> list[int]:
        answer = await visitor.get(f"{path}?{query}")
        assert answer.status == 200
        links = [str(one.get("href")) for one in answer.page.all("a")]
        start = f"{path}/deliveries/"
        return [int(one.removeprefix(start)) for one in links if one.startswith(start)]

    assert await shown("") == list(range(30, 5, -1))
    assert await shown("page=1") == [5, 4, 3, 2, 1]
    assert await shown("state=delivered&page=1") == [5, 4, 3, 2, 1]
    assert await shown("state=failed") == []
    assert await shown("type=member.joined&number=%2317") == [17]
    assert await shown("type=member.left") == []
    assert await shown("type=%00member.joined") == await shown("type=%ED%A0%80") == []
    assert await shown("number=31") == []
    assert len(await shown("page=-1&number=x&span=year")) == 25
    assert (await visitor.get(f"{path}?state=nonsense")).status == 400


async def test_charts_count_and_say_the_same_in_words(dash: DashboardEnv) -> None:
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    await dash.happens(3)
    for span in ("day", "week"):
        answer = await visitor.get(f"/dashboard/endpoints/{endpoint.id}?span={span}&number=2")
        (other,) = {"day", "week"} - {span}
        assert f'href="?span={other}&amp;number=2#lately"' in answer.text
        assert "3 delivered, 0 failed" in answer.page.words
        assert len(answer.page.all("rect", **{"class": "delivered"})) == 1
        assert [bool(one["aria-label"]) for one in answer.page.all("svg")] == [True, True]
    overview = (await visitor.get("/dashboard")).page.words
    assert "100.0 % of the last 3 that ended" in overview


async def test_another_guilds_ids_are_not_found(dash: DashboardEnv) -> None:
    visitor = await dash.signed_in()
    theirs = await dash.endpoint("theirs", guild_id=GUILD + 1)
    own = await dash.endpoint("ours", patterns=("member.*",))
    path, ours = f"/dashboard/endpoints/{theirs.id}", f"/dashboard/endpoints/{own.id}"
    await dash.happens()
    form = (await visitor.fill("/dashboard"))["form"]
    assert "theirs" not in (await visitor.get("/dashboard")).text
    assert (await visitor.get(path)).status == 404
    assert (await visitor.get(f"{path}/deliveries/1")).status == 404
    for do in ("pause", "test", "redeliver_failed", "doctor"):
        assert (await visitor.post(path, {"form": form, "do": do})).status == 404
    dash.clock.advance(30)
    # Our endpoint with a delivery that it does not have.
    assert (await visitor.get(f"{ours}/deliveries/99")).status == 404
    await visitor.post(ours, {"form": form, "do": "redeliver", "delivery": "99"})
    assert "has no delivery 99" in said(await visitor.get(ours))
    assert {row["state"] for row in await dash.rows("endpoint")} == {"active"}


async def test_forms_that_are_not_ours_do_nothing(dash: DashboardEnv) -> None:
    visitor, other = await dash.signed_in(), await dash.signed_in()
    endpoint = await dash.endpoint(patterns=("member.*",))
    path = f"/dashboard/endpoints/{endpoint.id}"
    form = (await visitor.fill(path))["form"]
    await visitor.post(path, {"do": "pause"})
    assert 'role="alert"' in (await visitor.get(path)).text
    await other.fill(path)
    await other.post(path, {"do": "pause", "form": form})  # of another session
    await visitor.post(path, {"do": "pause", "form": form}, Sec_Fetch_Site="cross-site")
    assert "Another page" in said(await visitor.get(path))
    await visitor.post(path, {"do": "explode", "form": form})
    assert said(await visitor.get(path)) == "There is no such button."
    assert (await dash.visitor().post(path, {"do": "pause", "form": form})).status == 401
    assert (await dash.rows("endpoint"))[0]["state"] == "active"
    assert {kind for kind, _source, _who in await dash.entries()} == {"dashboard.opened"}


async def test_rights_are_asked_of_discord_before_each_act(
    dash: DashboardEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where memory, which the gateway feeds, has not heard of it yet."""
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    path = f"/dashboard/endpoints/{endpoint.id}"
    form = (await visitor.fill(path))["form"]
    before = dash.discord.standing(GUILD, MANAGER)
    dash.discord.people[MANAGER].permissions = frozenset()
    now = dash.discord.standing(GUILD, MANAGER)

    async def standing_now(_guild_id: int, _user_id: int) -> object:
        return now

    def standing(_guild_id: int, _user_id: int) -> object:
        return before

    monkeypatch.setattr(dash.discord, "standing", standing)
    monkeypatch.setattr(dash.discord, "standing_now", standing_now)
    assert (await visitor.get(path)).status == 200  # asked less than ten seconds ago
    assert (await visitor.post(path, {"do": "pause", "form": form})).status == 403
    assert (await dash.rows("endpoint"))[0]["state"] == "active"
    assert (await visitor.get(path)).status == 401


async def test_the_doctor_examines_and_the_page_keeps_what_it_found(dash: DashboardEnv) -> None:
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    path = f"/dashboard/endpoints/{endpoint.id}"
    page = await dash.press(visitor, path, "doctor")
    assert said(page).startswith("“backend” ")
    assert "The last examination" in page.page.words
    page = await dash.press(visitor, path, "doctor")
    assert "was examined just now" in said(page)
    assert "The last examination" in page.page.words
    assert "signed event" in page.page.words
    german = (await visitor.get(path, **{"Accept-Language": "de"})).page.words
    assert "signiertes Ereignis" in german
    assert "signed event" not in german
    assert ("endpoint.examined", "dashboard", MANAGER) in await dash.entries()
    dash.receiver.refused.clear()  # the doctor's bad requests


async def test_too_many_requests_are_refused(dash: DashboardEnv) -> None:
    visitor = await dash.signed_in()
    answers = [(await visitor.get("/dashboard")).status for _look in range(40)]
    assert set(answers) == {200, 429}


async def test_pages_left_open_use_up_nobodys_clicks(dash: DashboardEnv) -> None:
    """Those of the session, and those of its address."""
    visitor = await dash.signed_in()
    open_tab = [(await visitor.get("/dashboard", X_Live="1")).status for _look in range(70)]
    assert set(open_tab) == {200, 429}
    assert (await visitor.get("/dashboard")).status == 200
