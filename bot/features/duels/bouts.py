"""Bouts: hidden moves, the round that both have moved in, and the time that is over."""

from bot.acts import Actor, is_deaf
from bot.errors import UserError
from bot.features.duels import store
from bot.features.duels.endings import DuelEndings
from bot.features.duels.game import DuelMove, dice_code, rolled
from bot.features.duels.messages import BOUT, STANCES
from bot.features.duels.model import AFTER_START, Duel, DuelState
from bot.features.duels.ports import DuelsPorts
from bot.features.duels.store import SIDES
from bot.storage.database import Transaction
from bot.texts import _


class DuelBouts:
    """Each move is one transaction; the second of a round decides it, and perhaps the duel."""

    def __init__(self, ports: DuelsPorts, endings: DuelEndings) -> None:
        self._ports = ports
        self._endings = endings

    async def move(self, actor: Actor, duel_id: int, number: int, move: DuelMove) -> Duel:
        """Make a move in the round of that number; nobody sees it before both have moved."""
        async with self._ports.database.transaction() as tx:
            seen = await store.known(tx, actor.guild_id, duel_id, locks=True)
            side = seen.side_of(actor.user_id)
            self._refuse_late(seen, number)
            _refuse(seen, side, move)
            others = seen.sides[1 - side].move
            if others is not None:
                moves = (move, others) if side == 0 else (others, move)
                return await self._decided(tx, seen, moves)
            moved = await store.change(tx, seen, **{f"{SIDES[side]}_move": move.code})
            await self._ports.posts.redraw(tx, BOUT, seen.id)
            return moved

    async def time_out(self, duel: Duel) -> None:
        """End one whose time is over: whoever has moved wins, where the other has not.

        Not where nobody hears what they press.
        """
        if is_deaf(self._ports.acts, duel.guild_id):
            return
        async with self._ports.database.transaction() as tx:
            seen = await store.by_id(tx, duel.id, locks=True)
            if seen is None or seen.state.has_ended or seen.expires_at > self._ports.clock.now():
                return
            moved = [side for side, one in enumerate(seen.sides) if one.move is not None]
            if seen.state is DuelState.CHALLENGED:
                await self._endings.given_up(tx, seen, DuelState.EXPIRED)
            elif moved:
                state = DuelState.FORFEITED
                await self._endings.won(tx, seen, moved[0], state=state, bout=seen.bout)
            else:
                await self._endings.drawn(tx, seen, state=DuelState.SILENT, bout=seen.bout)

    async def postpone(self) -> None:
        """Whoever could not move while the bot was not connected has a little time."""
        async with self._ports.database.transaction() as tx:
            await store.postpone(tx, self._ports.clock.now() + AFTER_START)

    def _refuse_late(self, seen: Duel, number: int) -> None:
        if seen.is_over_at(self._ports.clock.now()):
            raise UserError(_("Too late: the time of this round is over."))
        if seen.state is not DuelState.PLAYING or seen.bout.number != number:
            raise UserError(_("That round is over: look at the message as it is now."))

    async def _decided(self, tx: Transaction, seen: Duel, moves: tuple[DuelMove, DuelMove]) -> Duel:
        """Both have moved: the next round begins, or the duel is over."""
        seed = self._ports.seed_of(seen)
        if seed is None or seen.dice is None:
            return await self._endings.given_up(tx, seen, DuelState.VOID)
        bout = seen.bout.after(seen.dice, moves)
        if bout.is_over and bout.leader is not None:
            state = DuelState.WON
            return await self._endings.won(tx, seen, bout.leader, state=state, bout=bout)
        if bout.is_over:
            return await self._endings.drawn(tx, seen, state=DuelState.DRAWN, bout=bout)
        begun = await store.change(
            tx,
            seen,
            bout=bout.code,
            dice=dice_code(rolled(seed, seen.id, bout.number)),
            challenger_move=None,
            opponent_move=None,
            expires_at=self._ports.clock.now() + seen.turn,
        )
        await self._ports.posts.redraw(tx, BOUT, seen.id)
        return begun


def _refuse(seen: Duel, side: int, move: DuelMove) -> None:
    """A UserError for who has moved already, or cannot move so."""
    if seen.sides[side].move is not None:
        raise UserError(_("You have chosen already: now it is the other's turn."))
    if move.stance is seen.bout.barred(side):
        text = _("{stance} was your stance in the round before: choose another.")
        raise UserError(text.format(stance=_(STANCES[move.stance])))
    if not seen.bout.allows(side, move):
        raise UserError(_("You have no focus left: choose a stance without it."))
