"""Messages of an appeal: the card for the staff, one to the person, a line for each in a list."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.catalogue.security import AuditDraft
from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.appeals import store
from bot.features.appeals.links import Issuing
from bot.features.appeals.model import Appeal, AppealState
from bot.features.appeals.ports import AppealsPorts
from bot.features.appeals.settings import AppealsSettings
from bot.posts.payment import PostKind
from bot.posts.store import PostRecord
from bot.snapshots import CaseSeen, GuildSeen
from bot.storage.database import Transaction
from bot.texts import N_, _, ago, stamp
from bot.user_text import escaped, inline

APPROVE = ControlId("appeal:approve", appeal=NUMBER)
DENY = ControlId("appeal:deny", appeal=NUMBER)
CARD, DIRECT = "appeals.card", "appeals.letter"
FRESH = timedelta(days=1)  # what could not be sent for so long is given up
KINDS = {
    "ban": N_("Ban"),
    "tempban": N_("Ban for a time"),
    "timeout": N_("Timeout"),
    "mute": N_("Mute"),
}
TONES = {
    AppealState.OPEN: Tone.WARNING,
    AppealState.APPROVING: Tone.WARNING,
    AppealState.APPROVED: Tone.GOOD,
    AppealState.DENIED: Tone.BAD,
    AppealState.CLOSED: Tone.PLAIN,
}

STATES = {
    AppealState.OPEN: N_("waits for a decision"),
    AppealState.APPROVING: N_("is being approved by {name}"),
    AppealState.APPROVED: N_("approved by {name}"),
    AppealState.DENIED: N_("denied by {name}"),
    AppealState.CLOSED: N_("closed: the punishment had ended before"),
}

NO_CARD = (
    "The appeal of case {number} cannot be shown to the staff: {failure}. "
    "Choose a channel in the settings of appeals; it is tried again for a day."
)
FAILURE_SHOWN = 200
NAME_SHOWN = 40
REASON_SHOWN = 100  # characters of an earlier appeal's line
HISTORY_SHOWN = 1024  # characters, beside all else that a card says


class AppealMessages:
    """Two posts of each appeal; the card is drawn anew with each change, and says a deletion."""

    def __init__(self, ports: AppealsPorts, issuing: Issuing) -> None:
        self._ports = ports
        self._issuing = issuing
        ports.posts.kind(
            PostKind(
                CARD,
                self._card,
                FRESH,
                settled=self._card_settled,
                last=deleted_card,
                channel=self._channel,
            )
        )
        ports.posts.kind(PostKind(DIRECT, self._direct, FRESH))

    async def _card(self, guild: GuildSeen, appeal_id: int) -> Post | None:
        appeal, case = await self._found(guild, appeal_id)
        return None if appeal is None or case is None else card(appeal, case)

    async def _direct(self, guild: GuildSeen, appeal_id: int) -> Post | None:
        """After a denial the page says what can be done; otherwise there is nothing to do."""
        appeal, case = await self._found(guild, appeal_id)
        if appeal is None:
            return None
        may_again = case if appeal.state is AppealState.DENIED else None
        url = None if may_again is None else await self._issuing.link(may_again)
        return direct_message(appeal, guild.name, url)

    async def _found(
        self, guild: GuildSeen, appeal_id: int
    ) -> tuple[Appeal | None, CaseSeen | None]:
        async with self._ports.database.reading() as reading:
            appeal = await store.by_id(reading, guild.guild_id, appeal_id)
            punishment = appeal and await self._ports.cases.find(reading, appeal.case_id)
        return appeal, punishment.case if punishment else None

    async def _channel(self, guild_id: int) -> int | None:
        return (await self._ports.settings.get(guild_id, AppealsSettings)).channel_id

    async def _card_settled(self, tx: Transaction, record: PostRecord) -> None:
        """That the staff see no card is never silent; each reason is said once."""
        appeal = await store.by_id(tx, record.guild_id, record.subject_id)
        if appeal is not None and record.failure is not None and record.message_id is None:
            entry = warning(appeal, "card_not_sent", NO_CARD, record.failure)
            await self._ports.audit.write(tx, entry)


def warning(appeal: Appeal, done: str, summary: str, failure: str) -> AuditDraft:
    """Entry for what could not be done about an appeal."""
    return AuditDraft(
        guild_id=appeal.guild_id,
        event_type=f"appeal.{done}",
        severity="warn",
        source="system",
        summary=summary.format(number=appeal.case_number, failure=failure),
        target_type="appeal",
        target_id=str(appeal.id),
        context={"case_number": appeal.case_number, "error": failure},
    )


def card(appeal: Appeal, case: CaseSeen) -> Post:
    """The card on which the staff decide; without its buttons once they have."""
    fields = [
        (_("Person"), f"<@{appeal.user_id}> `{appeal.user_id}`"),
        (_("Decision"), _(KINDS[appeal.case_type])),
        (_("Reason"), escaped(case.said or _("none given"))),
        (_("Since"), stamp(case.created_at)),
    ]
    if case.expires_at is not None:
        fields.append((_("Ends"), stamp(case.expires_at)))
    fields.append((_("Attempt"), str(appeal.attempt)))
    fields += _outcome(appeal)
    title = _("Appeal of case {number}: {name}")
    return Post(
        title=title.format(number=appeal.case_number, name=escaped(appeal.username)),
        text=escaped(appeal.message),
        fields=tuple(fields),
        tone=TONES[appeal.state],
        buttons=_buttons(appeal),
        at=appeal.created_at,
    )


def deleted_card(about: Mapping[str, Any]) -> Post:
    """What is left of a card whose case was deleted."""
    return Post(
        title=_("Appeal of case {number}").format(number=about["number"]),
        text=_("The case was deleted, and the appeal with it."),
    )


def history(appeals: Sequence[Appeal]) -> str:
    """A case's appeals, one a line, oldest first; as many of the newest as there is room for."""
    lines = [_attempt(appeal) for appeal in appeals]
    while len("\n".join(lines)) > HISTORY_SHOWN:
        lines.pop(0)
    return "\n".join(lines) or "…"


def direct_message(appeal: Appeal, guild_name: str, url: str | None) -> Post:
    """What came of it; `url` leads to the page, where there may be a next attempt."""
    sentences = {
        AppealState.APPROVED: _("Your appeal in {guild} was approved."),
        AppealState.DENIED: _("Your appeal in {guild} was denied."),
        AppealState.CLOSED: _("Your appeal in {guild} is closed: what you appealed has ended."),
    }
    fields = ((_("Reason"), escaped(appeal.reason)),) if appeal.reason else ()
    links = ((_("Your appeal"), url), (_("Come back"), appeal.invite_url))
    buttons = tuple(Button(label, url=one) for label, one in links if one)
    return Post(
        title=escaped(guild_name),
        text=sentences[appeal.state].format(guild=escaped(guild_name)),
        fields=fields,
        tone=TONES[appeal.state],
        buttons=buttons,
    )


def _attempt(appeal: Appeal) -> str:
    name = inline(appeal.decided_by_name or "?", NAME_SHOWN)
    parts = [
        f"**{appeal.attempt}** {_(STATES[appeal.state]).format(name=name)}",
        ago(appeal.decided_at or appeal.created_at),
        inline(appeal.reason, REASON_SHOWN) if appeal.reason else "",
    ]
    return " · ".join(part for part in parts if part)


def _outcome(appeal: Appeal) -> list[tuple[str, str]]:
    if appeal.state is AppealState.CLOSED:
        return [(_("State"), _("closed: it ended before anybody decided"))]
    if appeal.state in (AppealState.APPROVED, AppealState.DENIED):
        words = {
            AppealState.APPROVED: _("approved by {person}"),
            AppealState.DENIED: _("denied by {person}"),
        }
        state = words[appeal.state].format(person=f"<@{appeal.decided_by_id}>")
        given = [(_("Answer"), escaped(appeal.reason))] if appeal.reason else []
        return [(_("State"), state), *given, *_invite(appeal)]
    if not appeal.failure:
        return []
    return [(_("I cannot lift it"), escaped(appeal.failure[:FAILURE_SHOWN]))]


def _invite(appeal: Appeal) -> list[tuple[str, str]]:
    if appeal.invite_url:
        return [(_("Invite"), _("made, for the person alone"))]
    if not appeal.failure:
        return []
    failure = escaped(appeal.failure[:FAILURE_SHOWN])
    text = _("could not be made, send one yourself: {failure}")
    return [(_("Invite"), text.format(failure=failure))]


def _buttons(appeal: Appeal) -> tuple[Button, ...]:
    if appeal.state not in (AppealState.OPEN, AppealState.APPROVING):
        return ()
    return (
        Button(_("Approve"), custom_id=APPROVE.of(appeal=appeal.id), tone=Tone.GOOD),
        Button(_("Deny"), custom_id=DENY.of(appeal=appeal.id), tone=Tone.BAD),
    )
