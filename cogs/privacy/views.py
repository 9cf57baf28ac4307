"""Views of somebody's own data: what there is, what goes at their wish, what stays and why."""

from collections.abc import Iterator
from dataclasses import replace

from bot.client.ui import confirm
from bot.controls import Button, ControlId, Picture, Post, Tone
from bot.features.privacy.service import DataHoldings, Deletion, secrecy
from bot.personal_data import DataFate
from bot.texts import _, ngettext

EXPORT = ControlId("mydata:export")
DELETE = ControlId("mydata:delete")
SURE = ControlId("mydata:sure")
KEEP = ControlId("mydata:keep")


def overview(found: DataHoldings) -> Post:
    """Each kind with its number, and what would become of it."""
    lines = [f"- {_(one.table.about)}: {one.count}" for one in found.kept]
    text = "\n".join(lines) or _("I keep nothing about you here.")
    secret = ", ".join(_(one.about) for one in found.secret)
    ask = Button(_("Delete what can be"), custom_id=DELETE.of(), tone=Tone.BAD)
    return Post(
        _("What I keep about you in this server"),
        text,
        below=(f"{secrecy()}\n-# {secret}",) if secret else (),
        buttons=(
            Button(_("Take it with you"), custom_id=EXPORT.of()),
            *((ask,) if found.can_go else ()),
        ),
    )


def exported(content: bytes, user_id: int) -> Post:
    """The file, for them alone."""
    text = _("All that I keep about you here, and what is left out and why. Only you see this.")
    return Post(text=text, picture=Picture(f"mydata-{user_id}.json", content), is_plain=True)


def question(found: DataHoldings) -> Post:
    """What goes, what stays and why; it is not lightly said yes to."""
    goes = [_(one.table.about) for one in found.kept if one.table.fate is not DataFate.STAYS]
    if not goes:
        return Post(text=_("There is nothing here that can be deleted."))
    stays = list(_left(found))
    parts = [_("**This goes, for good**"), *(f"- {one}" for one in goes)]
    if stays:
        parts += [_("**This stays**"), *stays]
    yes = Button(_("Delete it for good"), custom_id=SURE.of())
    asked = confirm("\n".join(parts), yes, Button(_("Keep it"), custom_id=KEEP.of()))
    return replace(asked, is_plain=False)  # what stays may take more room than plain text has


def deleted(done: Deletion) -> Post:
    """What became of the wish."""
    text = ngettext("It is deleted: {count} row.", "It is deleted: {count} rows.", done.count)
    if not done.count:
        text = _("Nothing was deleted.")
    lines = [text.format(count=done.count), *(f"⚠️ {one}" for one in done.problems)]
    return Post(text="\n".join(lines))


def kept() -> Post:
    """Nothing was done."""
    return Post(text=_("Everything stays as it is."))


def _left(found: DataHoldings) -> Iterator[str]:
    """A line for each reason why something stays, or is left of what goes."""
    reasons = dict.fromkeys(one.table.why for one in found.kept if one.table.why)
    for why in reasons:
        named = "; ".join(_(one.table.about) for one in found.kept if one.table.why == why)
        yield f"- {named}: {_(why)}"
