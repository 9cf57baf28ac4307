"""Views of levels: cards and boards as messages, and what the staff read."""

from collections.abc import Collection, Mapping

from bot.client.interactions import Press
from bot.client.ui import confirm
from bot.controls import SNOWFLAKE, WORD, Button, ControlId, Picture, Post, Tone
from bot.features.levels.boards import BoardSpan
from bot.features.levels.ledger import Awarded
from bot.features.levels.model import FULL, LevelRole, level_of
from bot.features.levels.pictures import LevelPicture
from bot.features.levels.ports import LevelChoices
from bot.features.levels.role_failures import words_of
from bot.features.levels.transfers import ImportReport
from bot.numbers import shown_number
from bot.texts import _, ngettext

TURN = ControlId("levels:turn", span=WORD, user=SNOWFLAKE, page="[0-9]{1,7}", way="[a-z]{4}")
WHY = ControlId("levels:why")
RESET = ControlId("levels:reset")
KEEP = ControlId("levels:keep")

BoardQuery = tuple[BoardSpan, int]
"""Of which time, and whose row stands out."""


def groups_of(query: BoardQuery) -> Mapping[str, object]:
    """What stands in a button's id."""
    span, user_id = query
    return {"span": span.value, "user": user_id}


def query_of(press: Press) -> BoardQuery:
    """The board that a button turns."""
    known = {one.value: one for one in BoardSpan}
    return known.get(press["span"], BoardSpan.ALL), int(press["user"])


def card(drawn: LevelPicture) -> Post:
    """A rank card, and a way to ask why nothing was earned."""
    why = Button(_("Why do I get no XP?"), custom_id=WHY.of())
    picture = Picture("rank.png", drawn.image, drawn.words)
    return Post(picture=picture, buttons=(why,), is_plain=True)


def board(drawn: LevelPicture, _query: BoardQuery) -> Post:
    """A page of a board."""
    return Post(picture=Picture("leaderboard.png", drawn.image, drawn.words), is_plain=True)


def changed(user_id: int, awarded: Awarded) -> str:
    """What somebody has now."""
    text = _("{who} has {xp} XP now: level {level}.")
    level = level_of(awarded.total_xp)
    return text.format(who=f"<@{user_id}>", xp=shown_number(awarded.total_xp), level=level)


def ask_reset() -> Post:
    """The question before everything is gone."""
    return confirm(
        _(
            "Take all XP from **everybody** in this server? Level roles go with it, and nothing "
            "brings it back. `/levels export` saves a table first."
        ),
        Button(_("Reset everybody"), custom_id=RESET.of()),
        Button(_("Keep it"), custom_id=KEEP.of()),
    )


def was_reset(count: int) -> str:
    text = ngettext("{count} member begins anew.", "{count} members begin anew.", count)
    return text.format(count=count)


def rules(choices: LevelChoices, gone: Collection[int]) -> Post:
    """Level roles and multipliers as they are; `gone` are roles and channels that are no more."""
    found, chosen = choices.rules, choices.settings
    roles = [f"{one.level} → <@&{one.role_id}>{_wrong(one, gone)}" for one in found.roles]
    multipliers = [
        *(
            f"<#{one}> {_times(percent)}{_gone(one, gone)}"
            for one, percent in found.channels.items()
        ),
        *(
            f"<@&{one}> {_times(percent)}{_gone(one, gone)}"
            for one, percent in found.by_role.items()
        ),
    ]
    if chosen.percent != FULL:
        everybody = _("everybody")
        multipliers.append(f"{everybody} {_times(chosen.percent)}")
    nothing = _("none yet")
    state = (
        _("Levels are on.") if chosen.enabled else _("Levels are off: `/settings` has a switch.")
    )
    fields = (
        (_("Roles by level"), "\n".join(roles) or nothing),
        (_("Multipliers"), "\n".join(multipliers) or nothing),
    )
    tone = Tone.GOOD if chosen.enabled else Tone.WARNING
    return Post(title=_("Levels"), text=state, fields=fields, tone=tone)


def multiplied(what: str, percent: int) -> str:
    """What a channel or a role does from now on."""
    if not percent:
        return _("{what} is ignored now: nothing is earned there.").format(what=what)
    if percent == FULL:
        return _("{what} changes nothing any more.").format(what=what)
    return _("{what} multiplies XP by {times} now.").format(
        what=what, times=shown_number(percent, 2)
    )


def imported(report: ImportReport) -> str:
    """What a file would change, or did."""
    file = report.file
    lines = [
        _("Members in the file: {count}.").format(count=len(file.totals)),
        _("New here: {new}. Changed: {changed}. Left as they are: {same}.").format(
            new=report.new, changed=report.changed, same=report.same
        ),
    ]
    if file.repeated:
        text = _("Named more than once: {count}; the last line counts.")
        lines.append(text.format(count=file.repeated))
    if file.unread:
        lines.append(_("Lines that cannot be read: {count}.").format(count=file.unread))
        lines += [f"-# {one}" for one in file.problems]
    lines.append(
        _("Done. Level roles follow within minutes; nobody is told of levels.")
        if report.is_done
        else _("Nothing was changed yet: use the command again with `dry_run: False` to do it.")
    )
    return "\n".join(lines)


def exported(part: bytes | bytearray, count: int) -> Post:
    """One of the files that hold everybody's XP."""
    text = _("Part {count} of the table.").format(count=count)
    return Post(text=text, picture=Picture(f"xp-{count}.csv", bytes(part)), is_plain=True)


def _wrong(role: LevelRole, gone: Collection[int]) -> str:
    """What is wrong with a level role, if anything is."""
    if role.failure is None or role.role_id in gone:
        return _gone(role.role_id, gone)
    return " · " + _("⚠️ out of my reach: {why}").format(why=words_of(role.failure))


def _gone(one: int, gone: Collection[int]) -> str:
    return " · " + _("⚠️ is gone ({id})").format(id=one) if one in gone else ""


def _times(percent: int) -> str:
    return _("earns nothing") if not percent else f"×{shown_number(percent, 2)}"  # noqa: RUF001 - the sign that people read
