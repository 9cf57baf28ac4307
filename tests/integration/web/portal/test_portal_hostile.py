"""What people typed does nothing on the page, and a link that is none tells nothing."""

import re
from datetime import timedelta

import pytest

from bot.features.appeals.links import PURPOSE, LinkClaims, Links
from bot.storage.vault import derive, new_key
from tests.integration.web.portal.portal_env import ORIGIN, PortalEnv, Visitor

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onfocus=alert(3) {{7*7}} ${7*7}"
TEXTAREA = "</textarea></form><form action=https://evil.example><input name=form>"
TURNED = "abc\u202egnp.exe\u2066\u2067\u061c"
ZALGO = "Z" + "\u0335\u0321\u0352\u036b" * 60 + "algo"
FORMULA = '=HYPERLINK("https://evil.example","x")'
LONG = "W" * 1500
HOSTILE = [SCRIPT, TEXTAREA, TURNED, ZALGO, FORMULA, LONG, "a\x00b\x1b[31mc", "%s %n {0} {guild}"]
TURNING = re.compile("[\u202a-\u202e\u2066\u2067]")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine will do: what is tested here never reaches it."""
    return sqlite_url


def harmless(text: str) -> None:
    assert "evil.example>" not in text
    assert not re.search(r"<script|<img(?! class=)|\son(?:error|focus)=alert\(\d\)(?![^<]*<)", text)
    assert not TURNING.search(text)
    assert "\x00" not in text
    assert "\x1b" not in text


async def test_a_message_is_shown_and_does_nothing(portal: PortalEnv, visitor: Visitor) -> None:
    for typed in HOSTILE:
        case, path = await portal.punished()
        assert (await visitor.send(path, typed)).status == 303
        answer = await visitor.get(path)
        (appeal,) = await portal.of(case)
        assert " ".join(appeal.message.split()) in answer.page.words
        harmless(answer.text)
        assert answer.page.all("form") == []


async def test_a_message_given_back_stays_in_its_field(portal: PortalEnv, visitor: Visitor) -> None:
    for typed in HOSTILE:
        _case, path = await portal.punished()
        answer = await visitor.post(path, {"message": typed})
        assert answer.status == 403
        page = answer.page
        assert [about.get("action") for about in page.all("form")] == [None]
        assert len(page.all("textarea")) == 1
        assert "<script" not in answer.text
        assert "\x00" not in answer.text
        assert "\x1b" not in answer.text


@pytest.mark.thorough("every hostile text; that of a message stays")
async def test_a_reason_is_shown_and_does_nothing(portal: PortalEnv, visitor: Visitor) -> None:
    for typed in HOSTILE:
        case, path = await portal.punished(reason=typed[:400])
        answer = await visitor.get(path)
        assert case.reason is not None
        assert " ".join(case.reason.split()) in answer.page.words
        harmless(answer.text)
        await visitor.send(path, "Sorry.")
        await portal.decide(case, "denied", typed[:400])
        denied = await visitor.get(path)
        assert denied.page.words.count(" ".join(case.reason.split())) == 2
        harmless(denied.text)
        portal.cases.clock.advance(60)  # within what one address may ask


async def test_a_servers_name_is_shown_and_does_nothing(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    for typed in [*HOSTILE, "", "\u202e\u202e", "שלום"]:
        portal.cases.discord.name = typed
        answer = await visitor.get(path)
        harmless(answer.text)
        title = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
        assert title is not None
        assert title[1].count("\u2068") == title[1].count("\u2069") == 1
        assert len(answer.page.all("bdi")) >= 3
        assert "You were banned from ." not in answer.page.words


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://cdn.discordapp.com/icons/1/abc.png?size=128", True),
        ("https://evil.example/icon.png", False),
        ('https://cdn.discordapp.com/"onerror=alert(1)', True),
        (None, False),
    ],
)
async def test_the_servers_picture(
    url: str | None, *, shown: bool, portal: PortalEnv, visitor: Visitor
) -> None:
    portal.cases.discord.icon_url = url
    _case, path = await portal.punished()
    page = (await visitor.get(path)).page
    pictures = page.all("img")
    assert [about["src"] for about in pictures] == ([url] if shown else [])
    known = {"class", "src", "alt", "width", "height", "referrerpolicy"}
    assert all(set(about) == known for about in pictures)
    assert shown or "TH" in page.words


async def test_links_that_are_none_look_all_the_same(portal: PortalEnv, visitor: Visitor) -> None:
    case, path = await portal.punished()
    token = path.rpartition("/")[2]
    ends_at = portal.cases.clock.now() + timedelta(days=1)
    foreign = Links(derive([new_key()], PURPOSE), ORIGIN)
    right = LinkClaims(case.id, case.guild_id, case.user_id, ends_at)
    tokens = [
        "x",
        "x" * 3000,
        token[:-1],
        token + "x",
        token.swapcase(),
        token.replace(".", "..", 1),
        token.rpartition(".")[0],
        foreign.token(right),
        portal.links.token(LinkClaims(case.id, case.guild_id + 1, case.user_id, ends_at)),
        portal.links.token(LinkClaims(case.id, case.guild_id, case.user_id + 1, ends_at)),
        portal.links.token(LinkClaims(case.id + 999, case.guild_id, case.user_id, ends_at)),
        "%00",
        "%F0%9F%A6%A6",
        "%22%3E%3Cscript%3E",
        "..%2f..%2fetc%2fpasswd",
    ]
    answers = [await visitor.get(f"/appeals/{token}") for token in tokens]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert all(answer.cookies == {} for answer in answers)
    assert "Harbour" not in answers[0].text
    portal.cases.clock.advance(300)
    sent = [await visitor.post(f"/appeals/{token}", {"message": "x"}) for token in tokens[:8]]
    assert {answer.status for answer in sent} == {404}
    assert portal.links.token(right)
    assert (await visitor.get(f"/appeals/{portal.links.token(right)}")).status == 200


async def test_the_page_is_asked_for_and_sent_to_and_nothing_else(
    portal: PortalEnv, visitor: Visitor
) -> None:
    case, path = await portal.punished()
    fields = await visitor.fill(path)
    got = await visitor.get(f"{path}?message=Sorry&form={fields['form']}")
    assert got.status == 200
    assert got.typed == ""
    assert await portal.of(case) == []
    for below in ("/appeals/", f"{path}/", f"{path}/more"):
        assert (await visitor.get(below)).status == 404


async def test_no_page_holds_a_script_or_a_style_of_its_own(
    portal: PortalEnv, visitor: Visitor
) -> None:
    _case, path = await portal.punished()
    for answer in (
        await visitor.get(path),
        await visitor.post(path, {"message": "x"}),
        await visitor.get("/appeals/x"),
    ):
        assert re.findall(r"<script|<style|\sstyle=|javascript:", answer.text) == []
        handlers = [name for _tag, about in answer.page.tags for name in about if name[:2] == "on"]
        assert handlers == []
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
