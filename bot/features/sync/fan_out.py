"""Fan-out of cases: owed in the transaction that made one, done by a sweep, told in the log.

A case that came by it is of the source `sync`, and is never owed to anybody: nothing goes round.
"""

from dataclasses import replace

from bot.acts import ActUnknown, spoken_in
from bot.errors import UserError
from bot.features.sync import share_store, store
from bot.features.sync.model import KIND_WORDS, Share, ShareState, shared_kind, takers
from bot.features.sync.ports import SyncPorts
from bot.incident import UNSEEN, Finding, Why
from bot.sanctions import CaseFact, OwnReason, Sanction, Sanctioned, measure_of
from bot.storage.database import Transaction
from bot.storage.sweep import DueRows, Sweep
from bot.texts import N_, _
from bot.user_text import clean_line, clip, inline

REASON = 380  # characters; a case takes 400
WAITS = "waits"


class CaseFanOut:
    """Carries cases from one guild to the others of its networks."""

    def __init__(self, ports: SyncPorts) -> None:
        self._ports = ports
        ready = ports.acts
        self.sweep = Sweep(
            "sync",
            ports.database,
            clock=ports.clock,
            ready=lambda: ready.is_connected,
            locks=ports.locks,
        )
        for name, due, deal, still in (
            ("owed", share_store.owed, self._deal, share_store.still_owed),
            ("lifts", share_store.lifts, self._lift, share_store.still_lifted),
        ):
            self.sweep.rows(
                DueRows(
                    name,
                    share_store.table,
                    due,
                    share_store.share_of,
                    deal,
                    key=lambda one: one.person,
                    still=still,
                )
            )

    async def on_made(self, tx: Transaction, fact: CaseFact) -> None:
        """A reaction: a case took effect; whoever takes such cases of that guild is owed it."""
        kind = shared_kind(fact.type)
        if kind is None or fact.source == "sync":
            return
        mine = [one for one in await store.of_guild(tx, fact.guild_id) if kind in one.sends]
        if not mine:
            return
        others = await store.of_networks(tx, [one.network_id for one in mine])
        owed = takers(mine, (one for one in others if one.guild_id != fact.guild_id), kind)
        if owed:
            await share_store.add(tx, fact, owed, self._ports.clock.now())
            tx.on_commit(self.sweep.wake)

    async def on_ended(self, tx: Transaction, case_id: int) -> None:
        """A reaction: a case has ended; what was done elsewhere because of it may be lifted."""
        if await share_store.ended(tx, case_id, self._ports.clock.now()):
            tx.on_commit(self.sweep.wake)

    async def _deal(self, share: Share) -> None:
        """One share; what Discord gives no answer to is due again in a minute."""
        with spoken_in(self._ports.acts, share.guild_id):
            why_not = await self._why_not(share)
            if why_not == WAITS:
                return
            if why_not is not None:
                await self._settled(share, Sanctioned(refusal=why_not))
                return
            is_shadow = await self._ports.incidents.is_shadow(share.guild_id, "sync")
            sanction = await self._sanction(share)
            came = None if is_shadow else await self._ports.sanctions.order(sanction)
            if came is not None and came.is_transient:
                return
            finding = replace(await self._finding(share), is_shadow=is_shadow)
            await self._settled(share, came, finding, sanction)

    async def _why_not(self, share: Share) -> str | None:
        """Why nothing is to be done about it; `WAITS` while the bot is not there."""
        if share.is_late(self._ports.clock.now()):
            return _("it came too late")
        if self._ports.acts.guild(share.guild_id) is None:
            return WAITS
        for guild_id in (share.guild_id, share.origin_guild_id):
            if not (await self._ports.chosen(guild_id)).enabled:
                return _("one of the two servers has switched it off")
        if not await self._is_ticked(share):
            return _("one of the two servers has unticked it")
        return None

    async def _is_ticked(self, share: Share) -> bool:
        """Whether the one still sends such cases and the other takes them, in any network."""
        async with self._ports.database.reading() as reading:
            mine = await store.of_guild(reading, share.origin_guild_id)
            others = await store.of_guild(reading, share.guild_id)
        return bool(takers(mine, others, share.type))

    async def _sanction(self, share: Share) -> Sanction:
        server = await self._ports.name_of(share.origin_guild_id)
        said = clip(clean_line(share.reason or ""), REASON - 120)
        text = N_("Shared by {server}: {reason}") if said else N_("Shared by {server}")
        reason = OwnReason.of(text, server=clip(clean_line(server), 100), reason=said)
        return Sanction(
            share.guild_id,
            share.user_id,
            share.type,
            reason.clipped(REASON),
            source="sync",
            duration=share.lasts(self._ports.clock.now()),
            key=share.key,
        )

    async def _finding(self, share: Share) -> Finding:
        server = inline(await self._ports.name_of(share.origin_guild_id), 80)
        title = _("{server} shares a punishment").format(server=server)
        rule = _("This server takes {kinds} of that network: /sync kinds changes it.")
        why = Why(rule.format(kinds=_(KIND_WORDS[share.type])))
        return Finding(
            guild_id=share.guild_id, feature="sync", title=title, why=why, user_id=share.user_id
        )

    async def _settled(
        self,
        share: Share,
        came: Sanctioned | None,
        finding: Finding | None = None,
        sanction: Sanction | None = None,
    ) -> None:
        """What came of it, with its incident; where its case ended meanwhile it is to be lifted."""
        async with self._ports.database.transaction() as tx:
            now = await share_store.by_id(tx, share.id, locks=True)
            if finding is not None and sanction is not None:
                incident_id = await self._ports.incidents.open(tx, finding)
                await self._ports.incidents.did(tx, incident_id, measure_of(sanction, came))
            if now is None:  # one of the two has left; what was done is the guild's own
                return
            number = None if came is None else came.number
            is_over = now.state is ShareState.CANCELLED
            state = ShareState.REFUSED if number is None else ShareState.DONE
            await share_store.change(
                tx,
                now,
                state=state.value,
                case_number=number,
                failure=None if came is None else came.refusal,
                is_lift_owed=is_over and number is not None,
                lift_owed_at=self._ports.clock.now() if is_over else None,
            )

    async def _lift(self, share: Share) -> None:
        """Lift what was taken over, where nothing took its place where it began."""
        me = self._ports.acts.own_standing(share.guild_id)
        if me is None:
            await self._give_up(share)
            return
        follows = (await self._ports.chosen(share.guild_id)).follows_lifts
        stands = await self._ports.sanctions.stands(
            share.origin_guild_id, share.user_id, share.type
        )
        failure = share.failure
        if follows and not stands and share.case_number is not None:
            reason = OwnReason.of(N_("Lifted where it was shared from"))
            try:
                await self._ports.sanctions.lift(
                    share.guild_id,
                    share.case_number,
                    by_id=me.account.user_id,
                    reason=reason,
                    source="sync",
                )
            except ActUnknown:
                return
            except UserError as error:
                failure = str(error)
        async with self._ports.database.transaction() as tx:
            now = await share_store.by_id(tx, share.id, locks=True)
            if now is not None:
                await share_store.change(tx, now, is_lift_owed=False, failure=failure)

    async def _give_up(self, share: Share) -> None:
        """Nobody lifts anything in a server that the bot has left."""
        owed_at = share.lift_owed_at or share.created_at
        is_old = self._ports.clock.now() - owed_at > UNSEEN
        if not is_old or self._ports.acts.guild(share.guild_id) is not None:
            return
        async with self._ports.database.transaction() as tx:
            now = await share_store.by_id(tx, share.id, locks=True)
            if now is not None:
                await share_store.change(tx, now, is_lift_owed=False)
