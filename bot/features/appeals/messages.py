"""What people read of an appeal: the card for the staff, the letter to the person."""

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.appeals.model import Appeal, AppealState
from bot.features.appeals.ports import CaseSeen
from bot.texts import N_, _, stamp
from bot.user_text import escaped

APPROVE = ControlId("appeal:approve", appeal=NUMBER)
DENY = ControlId("appeal:deny", appeal=NUMBER)
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

FAILURE_SHOWN = 200


def card(appeal: Appeal, case: CaseSeen) -> Post:
    """The card on which the staff decide; without its buttons once they have."""
    fields = [
        (_("Person"), f"<@{appeal.user_id}> `{appeal.user_id}`"),
        (_("Decision"), _(KINDS[appeal.case_type])),
        (_("Reason"), escaped(case.reason or _("none given"))),
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
        once=f"appeal:{appeal.id}",
    )


def deleted_card(case_number: int) -> Post:
    """What is left of a card whose case was deleted."""
    return Post(
        title=_("Appeal of case {number}").format(number=case_number),
        text=_("The case was deleted, and the appeal with it."),
    )


def letter(appeal: Appeal, guild_name: str, url: str | None) -> Post:
    """What came of it; `url` leads to the page, where there may be a next attempt."""
    sentences = {
        AppealState.APPROVED: _("Your appeal in {guild} was approved."),
        AppealState.DENIED: _("Your appeal in {guild} was denied."),
        AppealState.CLOSED: _("Your appeal in {guild} is closed: what you appealed has ended."),
    }
    fields = ((_("Reason"), escaped(appeal.reason)),) if appeal.reason else ()
    buttons = (Button(_("Your appeal"), url=url),) if url else ()
    return Post(
        title=escaped(guild_name),
        text=sentences[appeal.state].format(guild=escaped(guild_name)),
        fields=fields,
        tone=TONES[appeal.state],
        buttons=buttons,
        once=f"answer:{appeal.id}",
    )


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
        return [(_("State"), state), *given]
    if not appeal.failure:
        return []
    return [(_("I cannot lift it"), escaped(appeal.failure[:FAILURE_SHOWN]))]


def _buttons(appeal: Appeal) -> tuple[Button, ...]:
    if appeal.state not in (AppealState.OPEN, AppealState.APPROVING):
        return ()
    return (
        Button(_("Approve"), custom_id=APPROVE.of(appeal=appeal.id), tone=Tone.GOOD),
        Button(_("Deny"), custom_id=DENY.of(appeal=appeal.id), tone=Tone.BAD),
    )
