"""Words of the dashboard: states of endpoints and deliveries, and what came of an action."""

from bot.features.endpoints.doctor_grades import Grade
from bot.texts import N_, _, ngettext

ENDPOINT_STATES = {
    "active": N_("active"),
    "paused": N_("paused"),
    "disabled": N_("switched off"),
    "auto_disabled": N_("switched off after too many failures"),
}
TONES = {
    "active": "good",
    "paused": "wait",
    "disabled": "off",
    "auto_disabled": "bad",
    "delivered": "good",
    "failed": "bad",
    "missed": "bad",
    "held": "wait",
    "pending": "wait",
    "delivering": "wait",
}
DELIVERY_STATES = {
    "pending": N_("pending"),
    "delivering": N_("delivering"),
    "delivered": N_("delivered"),
    "failed": N_("failed"),
    "held": N_("held"),
    "missed": N_("missed"),
}
GRADES = {
    Grade.PASS: N_("passed"),
    Grade.WARN: N_("warning"),
    Grade.FAIL: N_("failed"),
    Grade.SKIPPED: N_("skipped"),
}
GRADE_TONES = {Grade.PASS: "good", Grade.WARN: "wait", Grade.FAIL: "bad", Grade.SKIPPED: "off"}
VERDICTS = {
    Grade.PASS: N_("“{name}” is well."),
    Grade.WARN: N_("“{name}” works; look at the warnings."),
    Grade.FAIL: N_("“{name}” needs mending."),
    Grade.SKIPPED: N_("“{name}” could not be examined."),
}
CHANGED = {
    "pause": N_("“{name}” is paused: events are held until you resume it."),
    "resume": N_("“{name}” receives again; what was held goes out now, oldest first."),
    "enable": N_("“{name}” is switched on; what was queued goes out now."),
    "disable": N_("“{name}” is switched off: nothing is sent until you enable it."),
}
OLD_FORM = N_("This page was open for a long time. Nothing was done yet: press the button again.")
FOREIGN = N_("Another page tried to do something here in your name. It was stopped.")


def again(name: str, count: int) -> str:
    """What goes out again."""
    text = ngettext(
        "{count} delivery goes out again to “{name}”.",
        "{count} deliveries go out again to “{name}”.",
        count,
    )
    return text.format(name=name, count=count)


def tested(name: str, types: list[str]) -> str:
    """What was sent to try it."""
    text = _("A test is on its way to “{name}”: {events}.")
    return text.format(name=name, events=", ".join(types))
