"""Views of the guided panel, and of what the check has found, in pages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.controls import WORD, Button, ControlId, Option, Post, Select, Tone
from bot.features.setup.model import DONE, FEATURES, Model
from bot.features.setup.survey import Checkup
from bot.permission_names import permission_name
from bot.texts import _, ngettext
from bot.user_text import clip

GO = ControlId("setup:go", step=WORD, way="back|next")
AGAIN = ControlId("setup:again")
HERE = ControlId("setup:here")
CHECK = ControlId("setup:check", page="[0-9]{1,3}", way="back|next|look")

PAGE_LENGTH = 2800  # characters of a page, beside its title and what stands below
LINE_LENGTH = 700
SUMMED_UP = 5  # defects on the last step


@dataclass(frozen=True, slots=True)
class CheckPage:
    """One page of what was found; pages count from 1."""

    number: int
    has_more: bool
    text: str
    checkup: Checkup
    grant_url: str | None = None


def features(models: Sequence[Model], on: Mapping[str, bool], custom_id: str) -> Post:
    """The first step: what is to be on."""
    options = tuple(
        Option(
            _(one.title), one.feature, one.meaning("enabled"), is_chosen=on.get(one.feature, False)
        )
        for one in models
    )
    text = _(
        "Pick everything that this server is to have: what you do not pick is switched off. Then "
        "come the channels and roles of each, and whatever you skip keeps its default. Nothing is "
        "lost when you stop: /setup goes on where you were."
    )
    select = Select(custom_id, options, _("Pick features"), least=0, most=len(options))
    buttons = (_turn(_("Keep them as they are"), FEATURES, "next"), _look())
    return Post(_("Set-up"), text, selects=(select,), buttons=buttons)


def with_turns(post: Post, step: str) -> Post:
    """A step's settings with the way on and back."""
    turns = (
        _turn(_("Back"), step, "back"),
        replace(_turn(_("Next"), step, "next"), tone=Tone.NEXT),
    )
    footer = _("“Next” goes on, also where nothing is chosen. Everything else: /settings.")
    first, *more = turns
    return replace(
        post, buttons=(*post.buttons, replace(first, begins_row=True), *more), footer=footer
    )


def done(checkup: Checkup, *, has_endpoint: bool) -> Post:
    """The last step: what is on, what is missing, what to do next."""
    on = ", ".join(one.title for one in checkup.checks)
    fields = [(_("On"), on or _("nothing"))]
    if checkup.off:
        fields.append((_("Off"), ", ".join(checkup.off)))
    found = [one.sentence for check in checkup.broken for one in check.defects if not one.is_note]
    lines = [f"⚠️ {clip(one, LINE_LENGTH)}" for one in found[:SUMMED_UP]]
    if more := len(found) - SUMMED_UP if len(found) > SUMMED_UP else 0:
        text = ngettext(
            "{count} more thing is missing: press “Check”.",
            "{count} more things are missing: press “Check”.",
            more,
        )
        lines.append(text.format(count=more))
    missing = "\n".join(lines) or _("✅ Nothing is missing.")
    return Post(
        _("Set-up is done"),
        fields=tuple(fields),
        below=(missing, _next(has_endpoint=has_endpoint)),
        tone=Tone.WARNING if found else Tone.GOOD,
        buttons=(
            _turn(_("Back"), DONE, "back"),
            _look(),
            Button(_("Begin again"), custom_id=AGAIN.of()),
        ),
    )


def page_of(checkup: Checkup, number: int) -> CheckPage:
    """That page, or the last one."""
    texts = list(_pages(checkup))
    number = min(max(number, 1), len(texts))
    return CheckPage(number, number < len(texts), texts[number - 1], checkup)


def checked(page: CheckPage) -> Post:
    """What the check found, and the link that gives what is missing."""
    back = Button(_("Back to the set-up"), custom_id=HERE.of())
    post = Post(_("Check of this server"), page.text, tone=Tone.GOOD, buttons=(back,))
    if not page.checkup.broken:
        return replace(post, footer=_("Everything works."))
    names = ", ".join(sorted(permission_name(one) for one in page.checkup.missing))
    post = replace(post, tone=Tone.WARNING)
    if page.grant_url is None:
        return post
    text = _("The button gives my role {names}, and nothing else.")
    grant = Button(_("Give what is missing"), url=page.grant_url)
    return replace(post, below=(text.format(names=names),), buttons=(grant, back))


def _pages(checkup: Checkup) -> Iterator[str]:
    """Lines under the name of their feature, as many as fit; the name again on the next page."""
    page = list[str]()
    for title, line in _lines(checkup):
        head = [] if f"**{title}**" in page or not title else [f"**{title}**"]
        if page and len("\n".join([*page, *head, line])) > PAGE_LENGTH:
            yield "\n".join(page)
            page, head = [], [f"**{title}**"] if title else []
        page += [*head, line]
    yield "\n".join(page)


def _lines(checkup: Checkup) -> Iterator[tuple[str, str]]:
    for check in checkup.checks:
        for mend in dict.fromkeys(one.mend for one in check.defects):
            for one in check.defects:
                if one.mend == mend:
                    mark = "📝" if one.is_note else "⚠️"
                    yield check.title, f"{mark} {clip(one.text, LINE_LENGTH)}"
            if mend:
                yield check.title, f"-# → {mend}"
    well = ", ".join(one.title for one in checkup.checks if not one.is_broken)
    if well:
        yield "", _("✅ Works: {names}").format(names=well)
    if checkup.off:
        yield "", _("⚪ Off: {names}").format(names=", ".join(checkup.off))


def _next(*, has_endpoint: bool) -> str:
    lines = [_("Change anything later: /settings"), _("See whether I am well: /status")]
    if not has_endpoint:
        lines.insert(0, _("Send what happens here to your own program: /webhook create"))
    return _("**Next**") + "".join(f"\n- {one}" for one in lines)


def _turn(label: str, step: str, way: str) -> Button:
    return Button(label, custom_id=GO.of(step=step, way=way))


def _look() -> Button:
    return Button(_("Check"), custom_id=CHECK.of(page=1, way="look"))
