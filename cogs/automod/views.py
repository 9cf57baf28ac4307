"""Views of automod: what the staff are answered about rules, texts and files."""

from collections.abc import Collection, Sequence

from bot.client.ui import confirm
from bot.controls import NUMBER, Button, ControlId, Picture, Post, Tone
from bot.features.automod.form import FORMS, FieldKind, RuleField
from bot.features.automod.import_file import ImportedRules
from bot.features.automod.model import CATEGORIES, AutomodRule, RuleVerdict
from bot.features.automod.store import RulePage
from bot.features.automod.terms import RuleDraft, RuleScope, ScopeKind
from bot.texts import _, ago, ngettext
from bot.user_text import escaped, inline

PAGE = ControlId("automod:page", page=NUMBER, way="back|next")
DELETE = ControlId("automod:delete", rule=NUMBER)
KEEP = ControlId("automod:keep", rule=NUMBER)

NAME, VALUE, PROBLEM = 60, 400, 300  # characters
PROBLEMS = 10  # that are told one by one
VERDICTS = 25
FILE = "automod-rules.json"


def added(rule: AutomodRule, *, is_on: bool) -> str:
    text = _("Rule {number} ({name}) is made: {does}.")
    said = text.format(number=rule.id, name=_name(rule), does=_actions(rule))
    if not is_on:
        said += " " + _("Automod is switched off here: /automod panel switches it on.")
    return said


def changed(rule: AutomodRule) -> str:
    text = _("Rule {number} ({name}) is changed. /automod rule show shows all of it.")
    return text.format(number=rule.id, name=_name(rule))


def switched(rule: AutomodRule) -> str:
    on = _("Rule {number} ({name}) acts from now on.")
    off = _("Rule {number} ({name}) rests until /automod rule enable.")
    return (on if rule.enabled else off).format(number=rule.id, name=_name(rule))


def question(rule: AutomodRule) -> Post:
    text = _("Delete rule {number} ({name})? What it did stays in the log.")
    yes = Button(_("Delete it"), custom_id=DELETE.of(rule=rule.id))
    no = Button(_("Keep it"), custom_id=KEEP.of(rule=rule.id))
    return confirm(text.format(number=rule.id, name=_name(rule)), yes, no)


def deleted(rule: AutomodRule) -> str:
    said = _("Rule {number} ({name}) is deleted.").format(number=rule.id, name=_name(rule))
    if rule.native_id is not None:
        said += " " + _("At Discord it still stands: Server Settings, AutoMod.")
    return said


def pushed(rule: AutomodRule) -> str:
    text = _("Rule {number} ({name}) lies at Discord now: Server Settings, AutoMod shows it.")
    return text.format(number=rule.id, name=_name(rule))


def listed(page: RulePage, _query: None) -> Post:
    """Those of a server, one a line."""
    nothing = _("No rule yet. Make one with /automod rule add.")
    return Post(
        title=_("Rules of automod"),
        text="\n".join(map(_line, page.rows)) or nothing,
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )


def shown(rule: AutomodRule, gone: Collection[int]) -> Post:
    """All of a rule; what it names that is gone from the server is said."""
    draft = rule.draft
    fields = [(_("Does"), _actions(rule)), (_("Where"), "" if draft is None else _where(draft))]
    if draft is not None:
        fields += [
            (_(one.heading), _value(draft, one))
            for one in FORMS[rule.category]
            if _value(draft, one)
        ]
        if draft.scope.exempt_role_ids:
            roles = " ".join(f"<@&{one}>" for one in draft.scope.exempt_role_ids)
            fields.append((_("Not for"), roles))
    if gone:
        text = _("It names {count} roles or channels that are gone: /automod rule edit.")
        fields.append((_("Gone"), text.format(count=len(gone))))
    if rule.last_hit_at is not None:
        acted = ngettext("{count} time, {when}", "{count} times, last {when}", rule.hits)
        value = acted.format(count=rule.hits, when=ago(rule.last_hit_at))
        fields.append((_("It acted"), value))
    return Post(
        title=_("Rule {number}: {name}").format(number=rule.id, name=escaped(rule.name)),
        text=_(CATEGORIES[rule.category]),
        fields=tuple((name, value) for name, value in fields if value),
        tone=Tone.GOOD if rule.enabled else Tone.PLAIN,
        footer=_("on") if rule.enabled else _("off"),
    )


def tested(verdicts: Sequence[RuleVerdict]) -> Post:
    """What each rule says to a text."""
    lines = [_verdict(one) for one in verdicts if one.hit is not None]
    silent = [str(one.rule.id) for one in verdicts if one.hit is None]
    said = lines[:VERDICTS]
    if not verdicts:
        said = [_("No rule is on: /automod rule add makes one.")]
    elif not lines:
        said = [_("No rule finds anything in it.")]
    if silent and lines:
        said.append(_("Nothing is found by: {rules}").format(rules=", ".join(silent)))
    return Post(
        title=_("What the rules say"),
        text="\n".join(said),
        tone=Tone.BAD if lines else Tone.GOOD,
        footer=_("Nothing was done. How many messages come at once no text can show."),
    )


def imported(read: ImportedRules, made: Sequence[AutomodRule], *, is_dry: bool) -> Post:
    """What became of a file."""
    if not read.is_whole:
        shown = [inline(one, PROBLEM) for one in read.problems[:PROBLEMS]]
        more = len(read.problems) - len(shown)
        if more:
            shown.append(_("and {count} more").format(count=more))
        title = _("Nothing was taken over: mend the file first")
        return Post(title=title, text="\n".join(shown), tone=Tone.BAD)
    count = len(read.drafts)
    if is_dry:
        text = ngettext(
            "{count} rule could be taken over. Nothing was changed: leave out dry_run to do it.",
            "{count} rules could be taken over. Nothing was changed: leave out dry_run to do it.",
            count,
        )
    else:
        text = ngettext("{count} rule was taken over.", "{count} rules were taken over.", count)
    numbers = ", ".join(str(one.id) for one in made)
    return Post(text=text.format(count=count), footer=numbers, tone=Tone.GOOD)


def exported(content: bytes) -> Post:
    return Post(text=_("All rules of this server."), picture=Picture(FILE, content), is_plain=True)


def _verdict(one: RuleVerdict) -> str:
    hit = one.hit
    if hit is None:
        return ""
    counters = "".join(f" ({name}: {value})" for name, value in hit.counters)
    said = f"**{one.rule.id}** {_name(one.rule)}: {hit.why.said}{counters} → {_actions(one.rule)}"
    spared = _("but spared: {why}").format(why=one.spared)
    return f"{said}\n-# {spared}" if one.spared else said


def _line(rule: AutomodRule) -> str:
    state = _("on") if rule.enabled else _("off")
    parts = [f"**{rule.id}** {_name(rule)}", _(CATEGORIES[rule.category]), _actions(rule), state]
    return " · ".join(parts)


def _name(rule: AutomodRule) -> str:
    return inline(rule.name, NAME)


def _actions(rule: AutomodRule) -> str:
    return ", ".join(one.words for one in rule.draft.actions) if rule.draft else ""


def _where(draft: RuleDraft) -> str:
    scope: RuleScope = draft.scope
    channels = " ".join(f"<#{one}>" for one in scope.channel_ids)
    texts = {
        ScopeKind.ALL: _("everywhere"),
        ScopeKind.INCLUDE: _("only in {channels}"),
        ScopeKind.EXCLUDE: _("everywhere but in {channels}"),
    }
    said = texts[scope.kind].format(channels=channels)
    return _("{where}, for bots and webhooks too").format(where=said) if scope.bots else said


def _value(draft: RuleDraft, field: RuleField) -> str:
    """What stands in the rule, clipped: a thousand words are in the export."""
    if field.kind is FieldKind.FLAGS:
        return ", ".join(one for one in field.parts if getattr(draft.terms, one))
    value: object = getattr(draft.terms, field.name)
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, tuple):
        return inline(", ".join(map(str, value)), VALUE) if value else ""  # pyright: ignore[reportUnknownArgumentType] - of texts
    return "" if value is None else str(value)
