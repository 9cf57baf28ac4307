"""The portal on a real socket, with real cases and appeals behind it, and somebody who visits."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from bot.catalogue.cases import CaseType
from bot.config import Config, WebConfig
from bot.features.appeals import APPEALS
from bot.features.appeals.links import Links
from bot.features.appeals.model import Appeal
from bot.features.appeals.service import AppealsService
from bot.features.cases import CASES
from bot.features.cases.model import Case
from bot.features.settings import SETTINGS
from bot.features.settings.service import SettingsService
from bot.web.app import build
from bot.web.appeals.portal import Portal
from bot.web.forms import PURPOSE as FORMS
from bot.web.forms import Forms
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.server import Listening, Server
from tests.integration.cases.cases_env import HARBOUR_MASTER, CasesEnv
from tests.support.features import features_on

ORIGIN = "http://127.0.0.1:8080"
CARDS = 6  # the channel in which appeals are decided
VOID = frozenset({"input", "meta", "link", "img", "br"})
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin"}


class Read(HTMLParser):
    """What a page says and holds; it fails on a page that is not well formed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said = list[str]()
        self.tags = list[tuple[str, dict[str, str | None]]]()
        self._open = list[str]()
        self.feed(text)
        self.close()
        assert self._open == [], f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}: {names}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"{tag} closes something else"

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.said).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            about
            for name, about in self.tags
            if name == tag and all(about.get(key) == value for key, value in attributes.items())
        ]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the portal."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: Mapping[str, Any]

    @property
    def page(self) -> Read:
        return Read(self.text)

    @property
    def typed(self) -> str:
        """What stands in the form's field."""
        found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", self.text, re.DOTALL)
        return "" if found is None else found[1]


class Visitor:
    """A browser of its own, without scripts: it keeps cookies and fills in the form it got."""

    def __init__(self, base: URL) -> None:
        self._base = base
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def close(self) -> None:
        await self._session.close()

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._ask("GET", path, headers, None)

    async def post(self, path: str, fields: Any, **headers: str) -> Answer:
        """Send a form without following where the answer leads."""
        return await self._ask("POST", path, headers, fields)

    async def fill(self, path: str) -> dict[str, str]:
        """Open the page; the hidden fields of its form."""
        page = (await self.get(path)).page
        return {
            str(about["name"]): str(about["value"]) for about in page.all("input", type="hidden")
        }

    async def send(self, path: str, message: str, **headers: str) -> Answer:
        """Open the page and send the form with that message."""
        return await self.post(path, {**await self.fill(path), "message": message}, **headers)

    async def _ask(
        self, method: Literal["GET", "POST"], path: str, headers: Mapping[str, str], data: Any
    ) -> Answer:
        sent = {**BROWSER, **{name.replace("_", "-"): value for name, value in headers.items()}}
        sent = {name: value for name, value in sent.items() if value}
        url = self._base.join(URL(path, encoded=True))
        async with self._session.request(
            method, url, headers=sent, data=data, allow_redirects=False
        ) as answer:
            text = await answer.text()
            return Answer(answer.status, answer.headers.copy(), text, dict(answer.cookies))


@dataclass
class PortalEnv:
    """Punishes, appeals and decides; `path` is that of the private link."""

    cases: CasesEnv
    appeals: AppealsService
    settings: SettingsService
    links: Links
    base: URL
    visitors: list[Visitor] = field(default_factory=list[Visitor])

    def visitor(self) -> Visitor:
        """Another browser."""
        self.visitors.append(Visitor(self.base))
        return self.visitors[-1]

    async def choose(self, **choices: Any) -> None:
        for name, value in choices.items():
            await self.settings.change(HARBOUR_MASTER, "appeals", name, value)

    async def punished(
        self, kind: CaseType = "ban", reason: str = "Spam", **about: Any
    ) -> tuple[Case, str]:
        """Somebody new is punished; the case and the path of its link."""
        case = await self.cases.order(kind, self.cases.someone(), reason=reason, **about)
        return case, await self.path(case)

    async def path(self, case: Case) -> str:
        url = await self.appeals.issuing.link(case)
        assert url is not None
        return f"/appeals/{url.rpartition('/appeals/')[2]}"

    async def of(self, case: Case) -> list[Appeal]:
        return await self.appeals.of_case(case.guild_id, case.id)

    async def decide(
        self, case: Case, decision: Literal["approved", "denied"], reason: str | None = None
    ) -> None:
        appeal = (await self.of(case))[-1]
        await self.appeals.decide(HARBOUR_MASTER, appeal.id, decision, reason)


@asynccontextmanager
async def opened(cases: CasesEnv, public_url: str = ORIGIN) -> AsyncGenerator[PortalEnv]:
    """Everything joined as the composition root does, and served."""
    clock = cases.clock
    parts = features_on(cases.emitter, clock, acts=cases.discord, public_url=public_url)
    appeals, settings = parts[APPEALS], parts[SETTINGS].service
    # The cases are those of the process under test: a ban that it ends closes the appeal here.
    appeals.ports.cases = cases.process.parts[CASES].pardons
    cases.process.ports.on_ended.append(appeals.service.on_ended)
    forms = Forms(parts.core.keys(FORMS), clock, public_url=public_url)
    config = Config(web=WebConfig(port=0, public_url=public_url))
    routes = Portal(appeals.service).routes()
    web = WebParts(config, clock, Pages(urlsplit(public_url).path), Measures())
    app = build(web, probes={}, forms=forms, routes=routes)
    server = Server(app, Listening("127.0.0.1", 0), reading=10, grace=1)
    await server.bind()
    await server.start()
    portal = PortalEnv(
        cases, appeals.service, settings, appeals.links, URL(f"http://127.0.0.1:{server.port}")
    )
    try:
        await portal.choose(channel_id=CARDS, enabled=True)
        yield portal
    finally:
        for visitor in portal.visitors:
            await visitor.close()
        await server.stop()
