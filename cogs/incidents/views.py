"""Views of incidents: lists of them, and of what was done in one."""

from bot.controls import NUMBER, ControlId, Post
from bot.features.incidents.drawings import entry, line
from bot.features.incidents.store import IncidentPage, MeasurePage
from bot.texts import _
from bot.user_text import visible

LIST = ControlId("incident:list", feature=r"\w{0,40}", page=NUMBER, way="back|next")
MEASURES = ControlId("incident:measures", incident=NUMBER, page=NUMBER, way="back|next")

Titles = dict[str, str]


def listed(page: IncidentPage, titles: Titles) -> Post:
    """Incidents, the newest first."""
    lines = [entry(one, titles.get(one.feature, one.feature)) for one in page.rows]
    return Post(
        title=_("Incidents"),
        text="\n".join(lines) or _("The protections have found nothing yet."),
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )


def measured(page: MeasurePage, incident_id: int) -> Post:
    """What was done in one, in order."""
    return Post(
        title=_("What was done in incident {number}").format(number=incident_id),
        text="\n".join(map(line, page.rows)) or _("Nothing was done."),
        footer=_("Page {number} of {pages}").format(number=page.number, pages=page.pages),
    )


def named(number: int, title: str, said: str) -> str:
    """One as it is suggested while a number is typed; plain text."""
    return visible(f"{number}: {title}, {' '.join(said.split())}")
