"""Visits of the dashboard: whose request it is, and whether they may see that guild now."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.acts import ActFailed, Actor, Acts
from bot.errors import UserError
from bot.features.dashboard import Dashboard
from bot.features.dashboard.model import LONGEST, AccessLost, DashboardSession, SignedOut
from bot.snapshots import GuildSeen, Standing
from bot.user_text import clean_line
from bot.web.forms import FormRefused
from bot.web.guards import asks_by_itself, spend
from bot.web.headers import POLICY, SAFE
from bot.web.pages import icon
from bot.web.parts import FORMS, PARTS

UNDER = "/dashboard"
ACT_COST = 2  # somebody who mends five webhooks presses five buttons

SCRIPTED = SAFE[POLICY] + "; script-src 'self'; connect-src 'self'"


class VisitRefused(Exception):
    """Refusal of a request before anything was done, in a sentence of `refusal`."""

    def __init__(self, status: int, refusal: UserError, *, ends: bool = True) -> None:
        super().__init__(str(refusal))
        self.status = status
        self.refusal = refusal
        self.ends = ends  # whether the browser forgets its session


@dataclass(frozen=True, slots=True)
class Visit:
    """Visit of somebody who may see that guild's dashboard."""

    session: DashboardSession
    guild: GuildSeen
    standing: Standing

    @property
    def actor(self) -> Actor:
        account = self.standing.account
        return Actor(self.session.guild_id, account.user_id, account.username, source="dashboard")

    @property
    def page(self) -> str:
        """What this session's forms are of."""
        return f"dashboard {self.session.id}"


class Visits:
    """Lets people in by their cookie; `root` is the path under which the public address begins."""

    def __init__(self, dashboard: Dashboard, acts: Acts, *, public_url: str) -> None:
        public = urlsplit(public_url)
        self.root = public.path.rstrip("/")
        self._is_https = public.scheme == "https"
        self._cookie = "__Host-herald" if self._is_https else "herald"
        self._dashboard = dashboard
        self._acts = acts

    def href(self, path: str = "") -> str:
        """The address of a page of the dashboard."""
        return f"{self.root}{UNDER}{path}"

    def token(self, request: web.Request) -> str:
        return request.cookies.get(self._cookie, "")

    def keep(self, response: web.StreamResponse, token: str) -> None:
        """Let the browser keep a session; Lax, as people come back from links in Discord."""
        response.set_cookie(
            self._cookie,
            token,
            path="/",
            max_age=int(LONGEST.total_seconds()),
            secure=self._is_https,
            httponly=True,
            samesite="Lax",
        )

    def forget(self, response: web.StreamResponse) -> None:
        """Let the browser forget it."""
        response.del_cookie(self._cookie, path="/", secure=self._is_https, httponly=True)

    async def admit(self, request: web.Request, *, acts: bool = False) -> Visit:
        """Whose request it is; Refused in words. Before an act Discord is asked anew."""
        token = self.token(request)
        if token:
            spend(request, token, ACT_COST if acts else 1)
        return await self.look(token, acts=acts, is_used=not asks_by_itself(request))

    async def look(self, token: str, *, acts: bool = False, is_used: bool = False) -> Visit:
        """The same for whoever has that token."""
        try:
            session = await self._dashboard.service.session(token, is_used=is_used)
        except SignedOut as refusal:
            raise VisitRefused(401, refusal) from None
        guild_id, user_id = session.guild_id, session.user_id
        standing = await self.standing(guild_id, user_id, anew=acts)
        return Visit(session, await self.guild(guild_id), standing)

    async def standing(self, guild_id: int, user_id: int, *, anew: bool) -> Standing:
        """Their standing; refused where they may not, and then their sessions there end."""
        try:
            return await self._dashboard.rights.require(guild_id, user_id, anew=anew)
        except AccessLost as refusal:
            await self._dashboard.service.end_all(user_id, guild_id)
            raise VisitRefused(403, refusal) from None
        except ActFailed:
            raise web.HTTPServiceUnavailable from None

    async def guild(self, guild_id: int) -> GuildSeen:
        """The guild as it presents itself; ActUnknown where nobody can tell."""
        await self._acts.know(guild_id)
        seen = self._acts.guild(guild_id)
        if seen is None:  # it left since it was looked at
            raise web.HTTPServiceUnavailable
        return seen


def refuse_foreign(request: web.Request, visit: Visit, field: str) -> str | None:
    """Why a form is not one that we gave to this browser, in this session; None where it is."""
    forms = request.app[FORMS]
    if not forms.came_from_us(request.headers):
        return "foreign"
    try:
        forms.take(visit.page, field, request.cookies)
    except FormRefused:
        return "old"
    return None


def drawn(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """A page of the dashboard's, which may run our script."""
    accepted = request.headers.get("Accept-Language", "")
    text = request.app[PARTS].pages.draw(f"dashboard/{template}", accepted, **values)
    response = web.Response(status=status, text=text, content_type="text/html")
    response.headers[POLICY] = SCRIPTED
    return response


def about(visit: Visit, visits: Visits) -> dict[str, Any]:
    """What every page shows of the guild and of whoever looks."""
    return {
        "guild_name": clean_line(visit.guild.name) or "?",
        "icon": icon(visit.guild.icon_url),
        "person": visit.standing.account.username,
        "href": visits.href,
    }
