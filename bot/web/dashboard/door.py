"""Door of the dashboard: a link opens it with one press of a button, and signing out shuts it."""

from aiohttp import web

from bot.acts import Actor
from bot.features.dashboard.model import DashboardLink, LinkSpent
from bot.features.dashboard.service import DashboardService
from bot.texts import _
from bot.user_text import clean_line
from bot.web.dashboard.visits import VisitRefused, Visits, drawn, refuse_foreign
from bot.web.forms import FormRefused, fields_of
from bot.web.guards import POST_COST, spend
from bot.web.pages import icon
from bot.web.parts import FORMS
from bot.web.private_pages import token_of


class Door:
    """A look at the link's page uses nothing up: previews and scanners of mail look at it too."""

    def __init__(self, service: DashboardService, visits: Visits) -> None:
        self._service = service
        self._visits = visits

    async def show(self, request: web.Request) -> web.Response:
        """One button."""
        spend(request, token_of(request))
        return await self._button(request)

    async def open(self, request: web.Request) -> web.Response:
        """Use the link up and begin a session."""
        fields = await fields_of(request)
        token, forms = token_of(request), request.app[FORMS]
        spend(request, token, POST_COST)
        if not forms.came_from_us(request.headers):
            return await self._button(request, _("Another page tried to open this. Press again."))
        try:
            forms.take(token, fields.get("form", ""), request.cookies)
        except FormRefused:
            text = _("Your browser blocks cookies, without which nobody stays signed in.")
            return await self._button(request, text)
        link = await self._linked(token)
        standing = await self._visits.standing(link.guild_id, link.user_id, anew=True)
        actor = Actor(link.guild_id, link.user_id, standing.account.username, source="dashboard")
        try:
            session = await self._service.open(token, actor)
        except LinkSpent as refusal:
            raise VisitRefused(410, refusal, ends=False) from None
        response = web.Response(status=303, headers={"Location": self._visits.href()})
        self._visits.keep(response, session)
        return response

    async def sign_out(self, request: web.Request) -> web.Response:
        """End this session, or all of the person's."""
        fields = await fields_of(request)
        visit = await self._visits.admit(request)
        if refuse_foreign(request, visit, fields.get("form", "")):
            raise web.HTTPSeeOther(self._visits.href())
        if "everywhere" in fields:
            await self._service.end_all(visit.session.user_id)
        else:
            await self._service.sign_out(self._visits.token(request))
        response = web.Response(status=303, headers={"Location": self._visits.href("/signed-out")})
        self._visits.forget(response)
        return response

    async def signed_out(self, request: web.Request) -> web.Response:
        """What is seen after it."""
        text = _("You are signed out. Use /webhook dashboard in your server for a new link.")
        return drawn(request, "closed.html", heading=_("Signed out"), text=text)

    async def _linked(self, token: str) -> DashboardLink:
        try:
            return await self._service.look(token)
        except LinkSpent as refusal:
            raise VisitRefused(410, refusal, ends=False) from None

    async def _button(self, request: web.Request, problem: str = "") -> web.Response:
        link = await self._linked(token_of(request))
        guild = await self._visits.guild(link.guild_id)
        given = web.Response()
        form = request.app[FORMS].hand_out(request, given, token_of(request))
        page = drawn(
            request,
            "open.html",
            status=403 if problem else 200,
            form=form,
            problem=problem,
            guild_name=clean_line(guild.name) or "?",
            icon=icon(guild.icon_url),
        )
        page.cookies.update(given.cookies)
        return page
