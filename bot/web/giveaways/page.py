"""Page of a giveaway: its sealed seed, and after the draw every lot, drawn again for each visitor.

Whoever has the link sees it; it says nothing of people but their ids.
"""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.errors import NotFound
from bot.features.giveaways.draw import Drum, Lot
from bot.features.giveaways.entry_store import DrawRecord
from bot.features.giveaways.model import Giveaway
from bot.features.giveaways.proof import ProofDraw, problems
from bot.features.giveaways.service import DrawBook, GiveawaysService
from bot.features.giveaways.terms_words import WHY
from bot.private_links import LinkForged
from bot.texts import _
from bot.web.guards import POST_COST, spend
from bot.web.parts import PARTS

LOTS_SHOWN = 100  # of one draw
ENTRIES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class LotShown:
    """A lot, and what came of it."""

    lot: Lot
    verdict: str
    wins: bool


@dataclass(frozen=True, slots=True)
class DrawShown:
    """A draw, lot by lot; `more` is how many lots are not shown."""

    record: DrawRecord
    winners: list[str]
    lots: list[LotShown]
    more: int


@dataclass(frozen=True, slots=True)
class Recount:
    """Recount of all draws from the proof, made for one visit."""

    problems: list[str]
    draws: list[DrawShown]
    digest: str
    total: int


class LotsPage:
    """Shows it, and hands out the proof."""

    def __init__(self, giveaways: GiveawaysService) -> None:
        self._giveaways = giveaways

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/giveaways/{token}", self._show, allow_head=False),
            web.get("/giveaways/{token}/proof.json", self._proof, allow_head=False),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        giveaway, book = await self._linked(request)
        values: dict[str, Any] = {"giveaway": giveaway, "book": book, "recount": None}
        if book is not None:
            values["recount"] = await asyncio.to_thread(recounted, book)
            values["entries"] = book.proof.entries[:ENTRIES_SHOWN]
        values["proof"] = f"{request.rel_url.raw_name}/proof.json"  # relative, for any prefix
        accepted = request.headers.get("Accept-Language", "")
        page = request.app[PARTS].pages.draw("giveaways/draw.html", accepted, **values)
        return web.Response(text=page, content_type="text/html")

    async def _proof(self, request: web.Request) -> web.Response:
        giveaway, book = await self._linked(request)
        if book is None:
            raise web.HTTPNotFound
        disposition = f'attachment; filename="giveaway-{giveaway.id}.json"'
        return web.Response(
            body=book.proof.model_dump_json(indent=1).encode(),
            content_type="application/json",
            headers={"Content-Disposition": disposition},
        )

    async def _linked(self, request: web.Request) -> tuple[Giveaway, DrawBook | None]:
        token = request.match_info["token"]
        # It takes more of us than an ordinary page.
        spend(request, token, POST_COST)
        with _links():
            return await self._giveaways.linked(token)


def recounted(book: DrawBook) -> Recount:
    """Everything drawn again, as a visitor's own program would."""
    proof, drum = book.proof, book.proof.drum()
    draws, won = list[DrawShown](), dict[int, int]()
    for draw, record in zip(proof.draws, book.draws, strict=True):
        draws.append(_draw(drum, draw, record, won))
        won |= {int(user_id): 0 for user_id in draw.winners}
    return Recount(problems(proof), draws, drum.digest, drum.total)


def _draw(drum: Drum, draw: ProofDraw, record: DrawRecord, won: dict[int, int]) -> DrawShown:
    shown = list(_lots(drum, draw, record, won))
    return DrawShown(record, draw.winners, shown[:LOTS_SHOWN], max(len(shown) - LOTS_SHOWN, 0))


def _lots(
    drum: Drum, draw: ProofDraw, record: DrawRecord, won: dict[int, int]
) -> Iterator[LotShown]:
    """Up to the lot by which the last of its winners won."""
    found = set[int]()
    if not draw.winners:
        return
    for lot in drum.lots():
        if lot.user_id in found:
            yield LotShown(lot, _("has won already"), wins=False)
        elif lot.user_id in won:
            yield LotShown(lot, _("won in an earlier draw"), wins=False)
        elif lot.place >= record.places.get(lot.user_id, drum.weights[lot.user_id]):
            reasons = [_(WHY[one]) for one in record.reasons.get(lot.user_id, ())]
            text = ", ".join(reasons) or _("does not have that entry any more")
            yield LotShown(lot, text, wins=False)
        else:
            found.add(lot.user_id)
            yield LotShown(lot, _("wins"), wins=True)
            if len(found) == len(draw.winners):
                return


@contextmanager
def _links() -> Generator[None]:
    """A link that is none and one to what is gone look the same from outside."""
    try:
        yield
    except (LinkForged, NotFound):
        raise web.HTTPNotFound from None
