"""Giveaways service: the one way in for commands, buttons and the page, and its sweep."""

import asyncio
from dataclasses import dataclass, replace

from bot.acts import ActFailed, Actor, Outcome
from bot.errors import UserError
from bot.features.giveaways import entry_store, store
from bot.features.giveaways.draws import Draws
from bot.features.giveaways.entries import Entries
from bot.features.giveaways.entry_store import DrawRecord, Winner
from bot.features.giveaways.messages import ANNOUNCEMENT, CARD, LETTER, GiveawayMessages
from bot.features.giveaways.model import Giveaway, Terms
from bot.features.giveaways.plans import GiveawayPlan
from bot.features.giveaways.ports import GiveawaysPorts
from bot.features.giveaways.proof import Proof, problems, proof_of
from bot.features.giveaways.schedule import GiveawaySchedule
from bot.features.giveaways.transitions import GiveawayTransitions
from bot.logs import get_logger
from bot.storage.database import Reading
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _

_log = get_logger("herald.giveaways")


@dataclass(frozen=True, slots=True)
class GiveawayOverview:
    """All that is known of one: who won and was told, and what came of its messages."""

    giveaway: Giveaway
    people: int
    winners: list[Winner]
    told: dict[int, Outcome | None]  # by the winner's row
    card: Outcome | None
    announcement: Outcome | None


@dataclass(frozen=True, slots=True)
class DrawBook:
    """Draws of a giveaway with their proof, for whoever checks them."""

    giveaway: Giveaway
    draws: list[DrawRecord]
    proof: Proof

    async def problems(self) -> list[str]:
        """What does not agree when all is drawn again; off the event loop, for it may be long."""
        return await asyncio.to_thread(problems, self.proof)


@dataclass(eq=False)
class GiveawaysService:
    """Giveaways by their number; what changes one is done by its parts."""

    ports: GiveawaysPorts

    def __post_init__(self) -> None:
        ports = self.ports
        GiveawayMessages(ports)
        self.schedule = GiveawaySchedule(ports)
        self.transitions = GiveawayTransitions(ports)
        self.entries = Entries(ports)
        self._draws = Draws(ports, self.schedule)
        self.reroll = self._draws.reroll
        self.sweep = Sweep(
            "giveaways",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            locks=ports.locks,
        )
        ports.wake = self.sweep.wake
        for name, due, next_at, deal in (
            ("beginning", store.beginning, store.next_beginning, self.schedule.begin),
            ("over", store.over, store.next_over, self.transitions.close),
            ("undrawn", store.undrawn, None, self._finish),
        ):
            self.sweep.rows(
                DueRows(
                    name,
                    store.table,
                    due,
                    store.giveaway_of,
                    deal,
                    key=lambda one: one.key,
                    still=self._still,
                    next_at=next_at,
                )
            )

    async def end(self, actor: Actor, giveaway_id: int) -> GiveawayOverview:
        """End it before its time, and draw; where Discord gives no answer it is drawn later."""
        async with self.ports.locks.hold((actor.guild_id, giveaway_id)):
            closed = await self.transitions.end(actor, giveaway_id)
            try:
                await self._draws.draw(closed)
            except ActFailed as error:
                text = _(
                    "It is over. Discord gives no answer now ({error}): it is drawn in a minute."
                )
                raise UserError(text.format(error=error)) from error
        return await self.overview(actor.guild_id, giveaway_id)

    async def create(
        self, actor: Actor, plan: GiveawayPlan, terms: Terms | None = None
    ) -> Giveaway:
        """Set one up, with these terms where there are any."""
        return await self.schedule.create(actor, replace(plan, terms=terms or plan.terms))

    def url(self, book: DrawBook) -> str | None:
        """The page of a draw; None where there is no public address."""
        return self.ports.links.url(book.giveaway.id)

    async def shown(self, giveaway: Giveaway) -> Outcome | None:
        """Send its card now; what came of it."""
        return await self.ports.posts.pay(CARD, giveaway.id)

    async def known(self, guild_id: int, giveaway_id: int) -> Giveaway:
        """The guild's giveaway; NotFound without one."""
        async with self.ports.database.reading() as reading:
            return await store.known(reading, guild_id, giveaway_id)

    async def page(self, guild_id: int, number: int, *, is_whole: bool) -> store.GiveawayPage:
        """The guild's giveaways that have not ended, or all, newest first."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, number, is_whole=is_whole)

    async def suggested(self, guild_id: int, typed: str) -> list[Giveaway]:
        """While a number or a prize is typed: what fits, newest first."""
        async with self.ports.database.reading() as reading:
            return await store.suggested(reading, guild_id, typed)

    async def overview(self, guild_id: int, giveaway_id: int) -> GiveawayOverview:
        """All that is known of the guild's giveaway; NotFound without one."""
        posts = self.ports.posts
        async with self.ports.database.reading() as reading:
            giveaway = await store.known(reading, guild_id, giveaway_id)
            winners = await entry_store.winners_of(reading, giveaway.id)
            draws = await entry_store.draws_of(reading, giveaway.id)
            told = {one.id: await posts.outcome(reading, LETTER, one.id) for one in winners}
            newest_id = draws[-1].id if draws else 0
            return GiveawayOverview(
                giveaway,
                await entry_store.entry_count(reading, giveaway.id),
                winners,
                told,
                await posts.outcome(reading, CARD, giveaway.id),
                await posts.outcome(reading, ANNOUNCEMENT, newest_id),
            )

    async def book(self, guild_id: int, giveaway_id: int) -> DrawBook:
        """The draws of the guild's giveaway with their proof; a UserError before the first."""
        async with self.ports.database.reading() as reading:
            giveaway = await store.known(reading, guild_id, giveaway_id)
            return await self._book(reading, giveaway)

    async def linked(self, token: str) -> tuple[Giveaway, DrawBook | None]:
        """The giveaway that a page's address stands for, and its draws where there are any.

        LinkForged where the address is none of ours; NotFound where the giveaway is gone.
        """
        (giveaway_id,) = self.ports.links.read(token)
        async with self.ports.database.reading() as reading:
            found = await store.found(reading, giveaway_id)
            return found, await self._book(reading, found) if found.has_ended else None

    async def _book(self, reading: Reading, giveaway: Giveaway) -> DrawBook:
        if giveaway.seed is None:
            text = _("Giveaway {number} was not drawn yet.")
            raise UserError(text.format(number=giveaway.id))
        draws = await entry_store.draws_of(reading, giveaway.id)
        winners = await entry_store.winners_of(reading, giveaway.id)
        weights = await entry_store.weights(reading, giveaway.id)
        return DrawBook(giveaway, draws, proof_of(giveaway, weights, draws, winners))

    async def _still(self, reading: Reading, seen: Giveaway) -> Giveaway | None:
        """As it is now, unless it has taken a step since."""
        found = await store.by_id(reading, seen.id)
        return found if found is not None and found.state is seen.state else None

    async def _finish(self, giveaway: Giveaway) -> None:
        """A guild that the bot left, or cannot see now, is looked at again later."""
        if self.ports.acts.own_standing(giveaway.guild_id) is None:
            return
        try:
            await self._draws.draw(giveaway)
        except ActFailed as error:
            _log.warning("giveaway.not_drawn", giveaway=giveaway.id, error=str(error))
