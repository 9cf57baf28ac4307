"""Messages of a case: one to the person, the entry in the moderation log."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.acts import ActFailed, ActRefused, Gone, Outcome
from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.durations import in_words
from bot.features.cases import queries, store
from bot.features.cases.model import Case, CaseState, When
from bot.features.cases.ports import CasesPorts
from bot.features.cases.settings import CasesSettings
from bot.kept_texts import worded
from bot.logs import get_logger
from bot.posts.payment import PostKind
from bot.posts.store import Addressee, PostRecord
from bot.snapshots import GuildSeen
from bot.storage.database import Transaction
from bot.texts import N_, _, ngettext, stamp, use
from bot.user_text import escaped

REASON = ControlId("case:reason", number=NUMBER)
DIRECT, LOG, BATCH = "cases.letter", "cases.log", "cases.batch"
LETTER_SECONDS = 3.0  # of real time that Discord may take for one before an act
LETTER_FRESH = timedelta(hours=1)  # later than this it would only confuse
LOG_FRESH = timedelta(days=1)
PEOPLE_SHOWN = 40  # of a mass ban

TONES = {
    **dict.fromkeys(("ban", "tempban", "softban", "kick"), Tone.BAD),
    **dict.fromkeys(("warn", "timeout", "mute"), Tone.WARNING),
    **dict.fromkeys(("unban", "untimeout", "unmute"), Tone.GOOD),
}

_log = get_logger("herald.cases")


@dataclass(frozen=True, slots=True)
class EarlyMessage:
    """Letter written before an act that takes the person out of reach: a plain call."""

    outcome: Outcome
    message_id: int | None = None


class CaseMessages:
    """Two posts of each case; who is removed is written to before, by a plain call."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports
        self._posts = ports.posts
        self._posts.kind(
            PostKind(
                DIRECT,
                self._direct,
                LETTER_FRESH,
                settled=self._direct_settled,
                last=corrected,
                members_only=True,
            )
        )
        self._posts.kind(
            PostKind(LOG, self._entry, LOG_FRESH, last=struck, channel=self._log_channel)
        )
        self._posts.kind(PostKind(BATCH, self._batch, LOG_FRESH, channel=self._log_channel))

    async def before(self, case: Case, settings: CasesSettings) -> EarlyMessage | None:
        """Write to the person, in three seconds at most; None where nothing is to be written."""
        guild = self._ports.acts.guild(case.guild_id)
        if not _is_wanted(case, settings, "before"):
            return None
        if guild is None:
            return EarlyMessage(Outcome.LATE)
        if self._ports.acts.standing(case.guild_id, case.user_id) is None:
            return EarlyMessage(Outcome.REFUSED)  # no server is shared, as far as the bot can know
        try:
            async with asyncio.timeout(LETTER_SECONDS):
                url = await self._ports.appeal_link(case)
                with use(guild.locale):
                    post = direct_message(case, guild.name, url)
                await self._begin(case, post)
                message_id = await self._ports.acts.tell(case.user_id, post)
        except ActRefused:
            return EarlyMessage(Outcome.REFUSED)
        except (TimeoutError, ActFailed):
            return EarlyMessage(Outcome.LATE)
        return EarlyMessage(Outcome.SENT, message_id)

    async def _begin(self, case: Case, post: Post) -> None:
        """Written down before: whoever finds the act undone must find the letter, too."""
        fingerprint = self._ports.acts.fingerprint(post)
        async with self._ports.database.transaction() as tx:
            await self._posts.keep(
                tx, DIRECT, case.id, _person(case), tries=1, fingerprint=fingerprint
            )

    async def take_back(self, case: Case, early: EarlyMessage | None) -> None:
        """The act was refused: the letter is deleted; one that cannot be is corrected after."""
        if early is None:
            return
        is_gone = early.outcome is Outcome.REFUSED
        try:
            if early.message_id is not None:
                await self._ports.acts.untell(case.user_id, early.message_id)
                is_gone = True
        except ActFailed as error:
            is_gone = isinstance(error, Gone)
            _log.warning("case.letter_not_taken_back", case=case.id, error=str(error))
        async with self._ports.database.transaction() as tx:
            if is_gone:
                await self._posts.drop(tx, DIRECT, case.id)
            elif early.message_id is not None:
                await self.keep(tx, case, early)

    async def correct(self, tx: Transaction, case: Case) -> None:
        """The act did not come about: what a letter said before it is not true."""
        guild = self._ports.acts.guild(case.guild_id)
        about = {"guild": "" if guild is None else guild.name}
        await self._posts.drop(tx, DIRECT, case.id, about, soon=False)

    async def owe(
        self, tx: Transaction, case: Case, settings: CasesSettings, early: EarlyMessage | None
    ) -> None:
        """What a case that was carried out owes; the caller pays it."""
        if early is not None:
            await self.keep(tx, case, early)
        elif _is_wanted(case, settings, "after"):
            await self._posts.owe(tx, DIRECT, case.id, _person(case), soon=False)
        if settings.log_channel_id is not None and case.details.batch is not None:
            first = await queries.first_of(tx, case)
            await self._posts.owe(tx, BATCH, first, Addressee(case.guild_id))
        elif settings.log_channel_id is not None:
            await self._posts.owe(tx, LOG, case.id, Addressee(case.guild_id), soon=False)

    async def keep(self, tx: Transaction, case: Case, early: EarlyMessage) -> None:
        """What came of the letter before the act."""
        came = {"outcome": early.outcome, "message_id": early.message_id, "tries": 0}
        await self._posts.keep(tx, DIRECT, case.id, _person(case), **came)

    async def pay(self, case: Case) -> tuple[Outcome | None, Outcome | None]:
        """The letter first: the entry in the log says what became of it."""
        told = await self._posts.pay(DIRECT, case.id)
        return told, await self._posts.pay(LOG, case.id)

    async def _direct(self, guild: GuildSeen, case_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            case = await store.by_id(reading, guild.guild_id, case_id)
        return case and direct_message(case, guild.name, await self._ports.appeal_link(case))

    async def _entry(self, guild: GuildSeen, case_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            case = await store.by_id(reading, guild.guild_id, case_id)
            told = await self._posts.outcome(reading, DIRECT, case_id)
        return case and entry(case, told)

    async def _batch(self, guild: GuildSeen, case_id: int) -> Post | None:
        async with self._ports.database.reading() as reading:
            cases = await queries.batch(reading, guild.guild_id, case_id)
        return batch_entry(cases) if cases else None

    async def _direct_settled(self, tx: Transaction, record: PostRecord) -> None:
        await self._posts.redraw(tx, LOG, record.subject_id, soon=None)

    async def _log_channel(self, guild_id: int) -> int | None:
        return (await self._ports.settings.get(guild_id, CasesSettings)).log_channel_id


def _is_wanted(case: Case, settings: CasesSettings, when: When) -> bool:
    if not settings.letters or case.details.is_silent:
        return False
    if settings.silent_kinds and case.type in settings.untold:
        return False
    return case.kind.tells == when and not case.details.is_bot


def _person(case: Case) -> Addressee:
    return Addressee(case.guild_id, user_id=case.user_id)


def title(case: Case) -> str:
    """The case's headline: "Case 12: quiet_otter was warned"."""
    text = _("Case {number}: {name} {done}")
    return text.format(number=case.number, name=escaped(case.username), done=_(case.kind.done))


def direct_message(case: Case, guild_name: str, appeal_url: str | None) -> Post:
    """The direct message; it names the server, the reason and the end, and the way to appeal."""
    sentences = {
        "ban": _("You were banned from {guild}."),
        "tempban": _("You were banned from {guild} for a time."),
        "kick": _("You were removed from {guild}. You may come back."),
        "softban": _(
            "You were removed from {guild} with what you wrote there lately. You may come back."
        ),
        "warn": _("You were warned in {guild}."),
        "timeout": _("You cannot write or speak in {guild} for a time."),
        "mute": _("You were muted in {guild}."),
        "untimeout": _("You may write and speak again in {guild}."),
        "unmute": _("You are no longer muted in {guild}."),
    }
    fields: list[tuple[str, str]] = []
    if case.said:
        fields.append((_("Reason"), escaped(case.said)))
    if case.expires_at is not None:
        fields.append((_("Ends"), stamp(case.expires_at)))
    buttons = (Button(_("Appeal"), url=appeal_url),) if appeal_url else ()
    return Post(
        title=escaped(guild_name),
        text=sentences[case.type].format(guild=escaped(guild_name)),
        fields=tuple(fields),
        tone=TONES.get(case.type, Tone.PLAIN),
        buttons=buttons,
    )


def entry(case: Case, told: Outcome | None) -> Post:
    """The line in the moderation log."""
    fields = [
        (_("Person"), f"<@{case.user_id}> `{case.user_id}`"),
        (_("Moderator"), f"<@{case.moderator_id}>"),
        (_("Reason"), escaped(case.said or _("none given"))),
    ]
    if case.expires_at is not None:
        lasts = in_words(case.expires_at - case.created_at)
        fields.append((_("Ends"), f"{stamp(case.expires_at)} ({lasts})"))
    if case.state in (CaseState.EXPIRED, CaseState.REVOKED):
        ended = _("over") if case.state is CaseState.EXPIRED else _("lifted")
        fields.append((_("State"), ended))
    if case.failure and case.state in (CaseState.ACTIVE, CaseState.REVOKED):
        fields.append((_(_trouble(case)), escaped(worded(case.failure))))
    if case.state is CaseState.REVOKED and case.details.lost:
        fields.append((_("Roles that were not given back"), escaped(", ".join(case.details.lost))))
    if case.details.is_silent:
        fields.append((_("Direct message"), _("none, as was asked for")))
    if told in (Outcome.REFUSED, Outcome.LATE):
        fields.append((_("Direct message"), _("could not be delivered")))
    return Post(
        title=title(case),
        fields=tuple(fields),
        tone=TONES.get(case.type, Tone.PLAIN),
        buttons=(Button(_("Edit reason"), custom_id=REASON.of(number=case.number)),),
        at=case.created_at,
    )


def _trouble(case: Case) -> str:
    """What the failure of a case is about."""
    if case.state is CaseState.REVOKED and case.type != "timeout":
        return N_("Why")
    return N_("I cannot apply it") if case.repeats else N_("I cannot lift it")


def corrected(about: Mapping[str, Any]) -> Post:
    """What a letter becomes whose act did not come about."""
    text = _("What I wrote here did not happen: nothing has changed for you.")
    return Post(title=escaped(about["guild"]), text=text)


def batch_entry(cases: Sequence[Case]) -> Post:
    """The one line in the moderation log about all that a mass ban banned."""
    first, last, count = cases[0], cases[-1], len(cases)
    text = ngettext(
        "Case {first}: {count} person was banned",
        "Cases {first} to {last}: {count} people were banned",
        count,
    )
    some = ", ".join(f"<@{case.user_id}>" for case in cases[:PEOPLE_SHOWN])
    more = count - PEOPLE_SHOWN
    if more > 0:
        some = _("{names} and {count} more").format(names=some, count=more)
    return Post(
        title=text.format(first=first.number, last=last.number, count=count),
        fields=(
            (_("People"), some),
            (_("Moderator"), f"<@{first.moderator_id}>"),
            (_("Reason"), escaped(first.said or _("none given"))),
        ),
        tone=Tone.BAD,
        at=first.created_at,
    )


def struck(about: Mapping[str, Any]) -> Post:
    """What the entry in the moderation log becomes once its case is deleted."""
    text = _("Case {number} is deleted").format(number=about["number"])
    return Post(title=text, fields=((_("Moderator"), f"<@{about['by_id']}>"),))
