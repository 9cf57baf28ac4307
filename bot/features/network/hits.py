"""Hits: whoever enough servers have reported is found in a guild that takes part, and dealt with.

Three re-runnable steps: a search is owed with the join or the approval; in one transaction it
becomes a hit, with its event and its incident; then the guild's own reaction is carried out.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bot.acts import ActFailed, ActUnknown
from bot.errors import UserError
from bot.features.network import hit_store, store
from bot.features.network.hit_model import HitState, MemberHit, NetworkSearch, Presence
from bot.features.network.hit_words import event_of, finding_of
from bot.features.network.messages import PersonMessages
from bot.features.network.model import (
    TierReaction,
    assess,
)
from bot.features.network.ports import NetworkPorts
from bot.features.network.settings import NetworkSettings
from bot.features.network.tables import network_hit, network_search
from bot.incident import UNSEEN, Measure
from bot.sanctions import PERSON, OwnReason, Sanction, SanctionType, measure_of
from bot.snapshots import Standing
from bot.storage.database import Transaction
from bot.storage.sweep import LEASE, DueRows, Sweep
from bot.texts import N_, _, use

ACTS: dict[TierReaction, SanctionType] = {"quarantine": "quarantine", "kick": "kick", "ban": "ban"}


@dataclass(eq=False)
class Hits:
    """Each person is dealt with once in a guild for each set of approved reports."""

    ports: NetworkPorts
    messages: PersonMessages
    sweep: Sweep

    def __post_init__(self) -> None:
        self.sweep.rows(
            DueRows(
                "searches",
                network_search,
                hit_store.searches,
                hit_store.search_of,
                self.search,
                key=lambda one: one.key,
            )
        )
        for name, due, deal in (
            ("acting", hit_store.acting, self.act),
            ("void", hit_store.to_take_back, self.take_back),
        ):
            self.sweep.rows(
                DueRows(
                    name,
                    network_hit,
                    due,
                    hit_store.hit_of,
                    deal,
                    key=lambda one: one.key,
                    still=hit_store.still,
                )
            )

    async def on_joined(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        """A reaction of members: whoever enough servers have reported is looked at."""
        now = self.ports.clock.now()
        found = await store.flagged(tx, user_ids, now) if self.ports.review.is_ready else ()
        if found:
            await hit_store.add_searches(tx, [(guild_id, one) for one in found], now)
            tx.on_commit(self.sweep.wake)

    async def search(self, search: NetworkSearch) -> None:
        """Whether they are there, and what the guild does about it."""
        guild = self.ports.acts.guild(search.guild_id)
        if guild is None:
            await self._give_up(search)
            return
        try:
            presence = await self._presence(search)
        except ActFailed:
            return
        with use(guild.locale):
            async with self.ports.database.transaction() as tx:
                if not await hit_store.take_search(tx, search.id) or presence is None:
                    return
                hit = await self._made(tx, search, presence)
            if hit is not None and hit.state is HitState.ACTING:
                await self._carry_out(hit)

    async def act(self, hit: MemberHit) -> None:
        """A sweep's: what a process before this one began, or got no answer about."""
        guild = self.ports.acts.guild(hit.guild_id)
        if guild is None:
            await self._let_go(hit, HitState.DONE)
            return
        with use(guild.locale):
            await self._carry_out(hit)

    async def take_back(self, hit: MemberHit) -> None:
        """The reports are void: what the guild did because of them is lifted, and said."""
        guild = self.ports.acts.guild(hit.guild_id)
        me = self.ports.acts.own_standing(hit.guild_id)
        if guild is None or me is None:
            if guild is None:
                await self._let_go(hit, HitState.TAKEN_BACK)
            return
        with use(guild.locale):
            said = _("An appeal was approved: the reports about <@{user}> are void.")
            try:
                came = await self._lifted(hit, me.account.user_id)
            except ActUnknown:
                return
            label = " ".join([said.format(user=hit.user_id), *came])
            await self._settled(hit, HitState.TAKEN_BACK, Measure(PERSON, hit.user_id, label))

    async def _let_go(self, hit: MemberHit, to: HitState) -> None:
        """Nothing is done any more in a server that the bot has left."""
        if self.ports.clock.now() - (hit.void_at or hit.created_at) > UNSEEN:
            label = _("Nothing was done: I am not in this server any more.")
            await self._settled(hit, to, Measure(PERSON, hit.user_id, label))

    async def _lifted(self, hit: MemberHit, by_id: int) -> list[str]:
        """What came of lifting its case, in a sentence; nothing without one."""
        if hit.case_number is None:
            return []
        number, why = hit.case_number, N_("The reports to the network are void after an appeal")
        try:
            own = OwnReason.of(why)
            await self.ports.sanctions.lift(hit.guild_id, number, by_id=by_id, reason=own)
        except UserError as error:
            text = _("Case {number} stays: {reason}")
            return [text.format(number=number, reason=error)]
        return [_("Case {number} is lifted.").format(number=number)]

    async def _give_up(self, search: NetworkSearch) -> None:
        """Another process may see that guild; what nobody sees for a day is let go."""
        if self.ports.clock.now() - search.created_at > UNSEEN:
            async with self.ports.database.transaction() as tx:
                await hit_store.take_search(tx, search.id)

    async def _presence(self, search: NetworkSearch) -> Presence | None:
        """None where they are not there, or the guild takes no part."""
        chosen, acts = await self.ports.chosen(search.guild_id), self.ports.acts
        if not chosen.enabled or not self.ports.review.is_ready:
            return None
        await acts.meet(search.guild_id, search.user_id)
        standing = acts.standing(search.guild_id, search.user_id)
        if standing is None:
            return None
        member = await acts.member(search.guild_id, search.user_id)
        if member is None:
            return None
        is_exempt = bool(member.role_ids & {*chosen.exempt_role_ids})
        spared = _spared(standing, acts.own_standing(search.guild_id), is_exempt=is_exempt)
        is_shadow = await self.ports.incidents.is_shadow(search.guild_id, NetworkSettings.feature)
        return Presence(chosen, spared, is_shadow)

    async def _made(
        self, tx: Transaction, search: NetworkSearch, presence: Presence
    ) -> MemberHit | None:
        """The hit, where there is one that the guild has not heard of."""
        now = self.ports.clock.now()
        assessment = assess(await store.approved_about(tx, search.user_id), now)
        is_shadow = presence.is_shadow
        if assessment is None or await hit_store.is_known(
            tx, *search.key, assessment.key, is_shadow=is_shadow
        ):
            return None
        reaction = presence.chosen.reaction(assessment.tier)
        acts = reaction != "log" and presence.spared is None and not is_shadow
        idle = HitState.SHADOW if is_shadow else HitState.DONE
        incident_id = await self.ports.incidents.open(
            tx, finding_of(search, assessment, presence, reaction)
        )
        hit = await hit_store.add(
            tx,
            guild_id=search.guild_id,
            user_id=search.user_id,
            reports_key=assessment.key,
            trust_score=assessment.trust_score,
            report_count=assessment.count,
            top_category=assessment.top_category,
            top_severity=assessment.top_severity,
            tier=assessment.tier,
            reaction=reaction,
            state=(HitState.ACTING if acts else idle).value,
            incident_id=incident_id,
            created_at=now,
            look_at=now + LEASE if acts else None,
        )
        if acts:
            await self.messages.owe_warning(tx, hit)
        else:
            await self.ports.incidents.did(tx, incident_id, *_undone(hit, presence))
        if not presence.is_shadow:
            await self.ports.outbox.emit(tx, event_of(hit, assessment))
        return hit

    async def _carry_out(self, hit: MemberHit) -> None:
        """Done again after a crash it finds what it ordered before."""
        sanction = _sanction(hit)
        if hit.is_void:
            label = _("Nothing was done: an appeal was approved before.")
            await self._settled(hit, HitState.TAKEN_BACK, Measure(PERSON, hit.user_id, label))
            return
        await self.messages.pay_warning(hit)
        came = await self.ports.sanctions.order(sanction)
        if came.is_transient:
            return
        measure = measure_of(sanction, came)
        await self._settled(hit, HitState.DONE, measure, case_number=came.number)

    async def _settled(
        self, hit: MemberHit, to: HitState, measure: Measure, *, case_number: int | None = None
    ) -> None:
        number = hit.case_number if case_number is None else case_number
        async with self.ports.database.transaction() as tx:
            if await hit_store.move(tx, hit, to, case_number=number):
                await self.ports.incidents.did(tx, hit.incident_id, measure)
                tx.on_commit(self.sweep.wake)


def _spared(standing: Standing, me: Standing | None, *, is_exempt: bool) -> str | None:
    """Why nothing is ever done about somebody; they are not sent a message about it either."""
    if standing.is_owner:
        return _("they own this server")
    if me is not None and standing.rank >= me.rank:
        return _("a role of theirs is as high as mine, or higher")
    return _("a role of theirs is exempt") if is_exempt else None


def _sanction(hit: MemberHit) -> Sanction:
    text = N_("Network: reported by {count} servers, trust score {score}")
    said = OwnReason.of(text, count=hit.report_count, score=hit.trust_score)
    return Sanction(hit.guild_id, hit.user_id, ACTS[hit.reaction], said, key=f"network:{hit.id}")


def _undone(hit: MemberHit, presence: Presence) -> tuple[Measure, ...]:
    """What is said where nothing is done."""
    if hit.reaction == "log":
        return ()
    if presence.is_shadow and presence.spared is None:
        return (measure_of(_sanction(hit), None),)
    label = _("Nothing was done: {reason}.").format(reason=presence.spared)
    return (Measure(PERSON, hit.user_id, label),)
