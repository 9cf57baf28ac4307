"""Corrections by the staff: points given, taken, set or reset, each in the audit log."""

from collections.abc import Callable

from bot.acts import Actor
from bot.errors import UserError
from bot.features.levels import store
from bot.features.levels.ledger import Awarded, AwardEntry, XpLedger
from bot.features.levels.model import MOST_XP, rise
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.roles import LevelRoles
from bot.features.levels.store import Award
from bot.numbers import shown_number
from bot.snapshots import Account
from bot.texts import _

Reckon = Callable[[int], int]
"""From what somebody has to what they are to have."""


class XpCorrections:
    """Changes what somebody has; a rise is told and announced as any other."""

    def __init__(self, ports: LevelsPorts, ledger: XpLedger, *, roles: LevelRoles) -> None:
        self._ports = ports
        self._ledger = ledger
        self._roles = roles

    async def give(self, actor: Actor, to: Account, xp: int, channel_id: int | None) -> Awarded:
        """So many more; UserError where that is more than there can be."""
        _refuse_bot(to)
        entry = AwardEntry(Award(actor.guild_id, to.user_id, xp), channel_id)
        choices = await self._ledger.choices([entry])
        async with self._ports.database.transaction() as tx:
            (made,) = await self._ledger.write(tx, [entry], choices)
            if made is None:
                most = shown_number(MOST_XP)
                raise UserError(_("Nobody can have more than {most} XP.").format(most=most))
            done = f"gave {xp} XP to {to.username}"
            await self._ports.audited(
                tx, actor, "xp_given", target=("member", to.user_id), done=done
            )
        return made

    async def take(self, actor: Actor, of: Account, xp: int) -> Awarded:
        """So many less, nought at least."""
        done = f"took {xp} XP from {of.username}"
        return await self._change(
            actor, of, lambda before: max(before - xp, 0), what=("xp_taken", done), channel_id=None
        )

    async def set(self, actor: Actor, of: Account, xp: int, channel_id: int | None) -> Awarded:
        """Just so many, whatever they had."""
        _refuse_bot(of)
        done = f"set the XP of {of.username} to {xp}"
        return await self._change(
            actor, of, lambda _before: xp, what=("xp_set", done), channel_id=channel_id
        )

    async def reset(self, actor: Actor, of: Account) -> int:
        """Take everything from somebody; what they had."""
        async with self._ports.database.transaction() as tx:
            seen = await store.locked(tx, actor.guild_id, of.user_id)
            if seen is None or not seen.xp:
                text = _("{name} has no XP here: there is nothing to reset.")
                raise UserError(text.format(name=f"<@{of.user_id}>"))
            await store.reset(tx, actor.guild_id, of.user_id, self._ports.clock.now())
            tx.on_commit(self._roles.sweep.wake)
            done = f"reset the {seen.xp} XP of {of.username}"
            await self._ports.audited(
                tx, actor, "xp_reset", target=("member", of.user_id), done=done
            )
        return seen.xp

    async def reset_all(self, actor: Actor) -> int:
        """Take everything from everybody; how many had something."""
        async with self._ports.database.transaction() as tx:
            count = await store.reset(tx, actor.guild_id, None, self._ports.clock.now())
            tx.on_commit(self._roles.sweep.wake)
            done = f"reset the XP of all {count} members"
            await self._ports.audited(tx, actor, "xp_reset", target=("server", None), done=done)
        return count

    async def _change(
        self,
        actor: Actor,
        of: Account,
        reckon: Reckon,
        *,
        what: tuple[str, str],
        channel_id: int | None,
    ) -> Awarded:
        choices = await self._ports.choices(actor.guild_id)
        kind, done = what
        async with self._ports.database.transaction() as tx:
            seen = await store.locked(tx, actor.guild_id, of.user_id)
            before = 0 if seen is None else seen.xp
            after = reckon(before)
            await store.put(tx, actor.guild_id, {of.user_id: after}, self._ports.clock.now())
            tx.on_commit(self._roles.sweep.wake)
            up = rise(before, after)
            if up is not None:
                await self._ledger.tell(
                    tx, (actor.guild_id, of.user_id), up, channel_id, choices=choices
                )
            await self._ports.audited(tx, actor, kind, target=("member", of.user_id), done=done)
        return Awarded(after, up)


def _refuse_bot(account: Account) -> None:
    if account.is_bot:
        raise UserError(_("Bots earn no XP: name a person."))
