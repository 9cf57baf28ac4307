"""The form: whose it is, what it may hold, and that nothing typed is lost."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import text

from bot.features.appeals.model import MESSAGE_LIMIT
from bot.web.forms import VALID
from tests.integration.cases.cases_env import CasesEnv
from tests.integration.web.portal.portal_env import ORIGIN, PortalEnv, Visitor, opened

SORRY = "I did not know <the> rule & I am sorry."
URLENCODED = "application/x-www-form-urlencoded"
OLD_BROWSER = {"Sec_Fetch_Site": ""}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine will do: what is tested here never reaches it."""
    return sqlite_url


async def test_the_cookie_is_for_this_page_and_no_script(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    ((name, cookie),) = (await visitor.get(path)).cookies.items()
    assert name.startswith("form_")
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", path)
    assert int(cookie["max-age"]) == VALID.total_seconds()
    assert not cookie["secure"]


async def test_below_a_path_and_over_https(cases: CasesEnv) -> None:
    async with opened(cases, "https://herald.example/below") as portal:
        _case, path = await portal.punished()
        visitor = portal.visitor()
        answer = await visitor.get(path)
        (cookie,) = answer.cookies.values()
        assert (cookie["path"], bool(cookie["secure"])) == (f"/below{path}", True)
        hrefs = [str(about["href"]) for about in answer.page.all("link")]
        assert all(href.startswith("/below/static/") for href in hrefs)
        held = "; ".join(f"{name}=1" for name in answer.cookies)
        field = answer.page.all("input", name="form")[0]["value"]
        sent = await visitor.post(path, {"form": field, "message": SORRY}, Cookie=held)
        assert sent.status == 303
        assert sent.headers["Location"] == f"{path.rpartition('/')[2]}#standing"


@pytest.mark.parametrize("field", ["", "nonsense", None])
async def test_a_form_that_is_not_ours_is_sent_once_more(
    field: str | None, portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    await visitor.get(path)
    fields = {"message": SORRY} if field is None else {"message": SORRY, "form": field}
    refused = await visitor.post(path, fields)
    assert refused.status == 403
    assert refused.typed == "I did not know &lt;the&gt; rule &amp; I am sorry."
    assert "press the button once more" in refused.page.words
    assert refused.page.all("div", role="alert")
    assert await portal.of(case) == []
    again = refused.page.all("input", name="form")[0]["value"]
    assert (await visitor.post(path, {"message": SORRY, "form": again})).status == 303
    assert len(await portal.of(case)) == 1


async def test_a_form_of_another_link_is_refused(portal: PortalEnv, visitor: Visitor) -> None:
    case, path = await portal.punished()
    _other, elsewhere = await portal.punished()
    await visitor.fill(path)
    foreign = await visitor.fill(elsewhere)
    assert (await visitor.post(path, {**foreign, "message": SORRY})).status == 403
    assert await portal.of(case) == []


async def test_a_form_of_another_browser_is_refused(portal: PortalEnv, visitor: Visitor) -> None:
    case, path = await portal.punished()
    fields = await visitor.fill(path)
    stranger = portal.visitor()
    assert (await stranger.post(path, {**fields, "message": SORRY})).status == 403
    await stranger.get(path)  # with a cookie of its own
    assert (await stranger.post(path, {**fields, "message": SORRY})).status == 403
    assert await portal.of(case) == []


async def test_a_form_left_open_for_long_is_refused_and_kept(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    fields = await visitor.fill(path)
    portal.cases.clock.advance((VALID + timedelta(minutes=1)).total_seconds())
    refused = await visitor.post(path, {**fields, "message": "Slowly."})
    assert (refused.status, refused.typed) == (403, "Slowly.")
    assert await portal.of(case) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": ORIGIN},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "https://evil.example"},
        {**OLD_BROWSER, "Origin": "https://evil.example"},
        {**OLD_BROWSER, "Origin": f"{ORIGIN}.evil.example"},
    ],
)
async def test_another_site_sends_nothing_and_puts_no_words_into_the_form(
    headers: dict[str, str], portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    refused = await visitor.send(path, "I insult you all", **headers)
    assert refused.status == 403
    assert "I insult you all" not in refused.text
    assert "Another page tried to send something here" in refused.page.words
    assert await portal.of(case) == []


async def test_words_of_another_site_are_in_no_error_page_either(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    portal.cases.discord.is_connected = False
    answer = await visitor.post(path, {"message": "I insult you"}, Sec_Fetch_Site="cross-site")
    assert answer.status == 503
    assert "I insult you" not in answer.text


async def test_an_old_form_after_the_appeal_leads_to_the_appeal(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    fields = await visitor.fill(path)
    await visitor.send(path, SORRY)
    portal.cases.clock.advance((VALID + timedelta(minutes=1)).total_seconds())
    assert (await visitor.post(path, {**fields, "message": SORRY})).status == 303
    assert len(await portal.of(case)) == 1


@pytest.mark.parametrize(
    "headers",
    [{"Origin": ORIGIN}, {"Origin": "null"}, OLD_BROWSER, {**OLD_BROWSER, "Origin": "null"}],
)
async def test_our_own_page_is_heard_in_browsers_old_and_new(
    headers: dict[str, str], portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    assert (await visitor.send(path, SORRY, **headers)).status == 303


@pytest.mark.parametrize("message", ["", " \r\n \t ", "\u200b\u2060", "\x00\x07"])
async def test_nothing_to_read_is_nothing_to_send(
    message: str, portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    refused = await visitor.send(path, message)
    assert refused.status == 422
    page = refused.page
    (area,) = page.all("textarea", **{"aria-invalid": "true"})
    described = str(area["aria-describedby"]).split()
    assert described == ["hint", "problem"]
    assert page.all("p", id="problem")
    assert page.all("a", href="#message")
    assert "<title>\nNot sent:" in refused.text or "<title>Not sent:" in refused.text
    assert await portal.of(case) == []


async def test_a_line_break_is_one_character(portal: PortalEnv, visitor: Visitor) -> None:
    case, path = await portal.punished()
    fits = "\r\n".join(["x" * 99] * 20) + "y"  # 20 lines with 19 breaks, and one letter more
    assert len(fits.replace("\r\n", "\n")) == MESSAGE_LIMIT
    refused = await visitor.send(path, fits + "z")
    assert refused.status == 422
    assert f"{MESSAGE_LIMIT + 1}" in refused.page.words.replace(",", "")
    assert refused.typed == (fits + "z").replace("\r\n", "\n")
    assert (await visitor.send(path, fits)).status == 303
    assert [len(one.message) for one in await portal.of(case)] == [MESSAGE_LIMIT]


@pytest.mark.parametrize("begins", ["\n", "\n\n"])
async def test_empty_lines_at_the_beginning_are_kept_for_correcting(
    begins: str, portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    long = f"{begins}{'x' * (MESSAGE_LIMIT + 1)}"
    assert (await visitor.send(path, long)).typed == long


async def test_emoji_count_as_a_browser_lets_them_be_typed(
    portal: PortalEnv, visitor: Visitor
) -> None:
    """A browser's maxlength counts UTF-16, in which nothing is shorter than it is here."""
    _case, path = await portal.punished()
    assert (await visitor.send(path, "🦦" * (MESSAGE_LIMIT // 2))).status == 303


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{}", "application/json", 415),
        ("message=x", "text/plain", 415),
        ("--b\r\n\r\n--b--", "multipart/form-data; boundary=b", 415),
        ("&".join(f"a{number}=1" for number in range(50)), URLENCODED, 400),
        ("message=" + "x" * 70_000, URLENCODED, 413),
        ("message=" + quote("x" * 20_000) + "&form=", URLENCODED, 403),
        ("message=%ff%fe%00%zz&form=%ff", URLENCODED, 403),
        ("é=é".encode("latin-1"), URLENCODED, 403),
        ("", URLENCODED, 403),
        ("message=a&message=b", f"{URLENCODED}; charset=utf-16", 403),
    ],
)
async def test_a_damaged_form_is_answered_calmly(
    body: str | bytes, kind: str, status: int, portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    answer = await visitor.post(path, body, Content_Type=kind)
    assert answer.status == status
    assert len(answer.page.all("h1")) == 1
    assert await portal.of(case) == []


async def test_a_flood_on_one_link_is_held_up_and_gives_the_text_back(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    fields = await visitor.fill(path)
    for _time in range(40):
        answer = await visitor.post(path, {**fields, "message": "", "form": "x"})
        if answer.status == 429:
            break
    refused = await visitor.post(path, {**fields, "message": SORRY})
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "a little fast" in refused.page.words
    assert SORRY in refused.page.words
    portal.cases.clock.advance(120)
    assert (await visitor.post(path, {**fields, "message": SORRY})).status == 303
    assert len(await portal.of(case)) == 1


async def test_an_error_of_ours_names_itself_and_gives_the_text_back(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    fields = await visitor.fill(path)
    async with portal.cases.emitter.database.transaction() as tx:
        await tx.execute(text("UPDATE moderation_case SET state = 'damaged'"))
    answer = await visitor.post(path, {**fields, "message": SORRY})
    assert answer.status == 500
    words = answer.page.words
    assert "Something went wrong here" in words
    assert SORRY in words
    assert answer.headers["X-Request-Id"] in words
    assert "damaged" not in answer.text
    assert "ValueError" not in answer.text


async def test_without_discord_the_page_asks_to_come_back(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    fields = await visitor.fill(path)
    portal.cases.discord.is_connected = False
    assert (await visitor.get(path)).status == 503
    answer = await visitor.post(path, {**fields, "message": SORRY})
    assert answer.status == 503
    assert SORRY in answer.page.words
    portal.cases.discord.is_connected = True
    assert await portal.of(case) == []
