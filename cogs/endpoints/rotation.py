"""What people read about a change of secret, and the buttons that decide."""

import discord
from discord import ui

from bot.client.interactions import still
from bot.clock import to_ms
from bot.dialects import build_dialects
from bot.features.endpoints.edits import Rotated, Rotation
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from cogs.endpoints.views import ago, bold

_DIALECTS = build_dialects()


def question(endpoint: Endpoint) -> str:
    """What can be done about its secret now."""
    if endpoint.next_secret_at is not None:
        text = _("{name} has a new secret since {when}; {signed}.")
        return text.format(
            name=bold(endpoint), when=ago(endpoint.next_secret_at), signed=signed(endpoint)
        )
    text = _(
        "A new secret for {name}: from when on should it sign? If the program behind the address "
        "cannot be changed in the same moment, keep the old one until you switch."
    )
    return text.format(name=bold(endpoint))


def signed(endpoint: Endpoint) -> str:
    """With which secrets requests are signed while a new one waits."""
    if _DIALECTS[endpoint.dialect].signs_twice:
        return _("requests are signed with both until you switch")
    return _("requests are signed with the old one")


def choices(endpoint: Endpoint) -> ui.View:
    """When a new secret begins to sign; or what becomes of the one that waits."""
    if endpoint.next_secret_at is not None:
        return waiting(endpoint)
    view = ui.View(timeout=None)
    for rotation, label in (
        (Rotation.AT_ONCE, _("Switch at once")),
        (Rotation.KEEP_OLD, _("Keep the old one until I switch")),
    ):
        # With the version: the second of two clicks makes no second secret.
        custom_id = f"webhook:renew:{endpoint.id}:{endpoint.version}:{rotation.value}"
        view.add_item(ui.Button(label=label, custom_id=custom_id))
    still(view)
    return view


def waiting(endpoint: Endpoint) -> ui.View:
    """Switch or discard; the moment names the very secret that they are about."""
    view = ui.View(timeout=None)
    if endpoint.next_secret_at is not None:
        made_at = to_ms(endpoint.next_secret_at)
        primary = discord.ButtonStyle.primary
        for action, label, style in (
            ("switch", _("Switch to the new secret"), primary),
            ("discard", _("Discard the new secret"), discord.ButtonStyle.secondary),
        ):
            custom_id = f"webhook:{action}:{endpoint.id}:{made_at}"
            view.add_item(ui.Button(label=label, custom_id=custom_id, style=style))
    still(view)
    return view


def rotated(rotated: Rotated) -> str:
    """The one message that ever shows the new secret."""
    text = _("This is the new secret of {name}; it is not shown again:\n```\n{secret}\n```\n{what}")
    what = _("Requests are signed with it from now on.")
    if rotated.waits and _DIALECTS[rotated.endpoint.dialect].signs_twice:
        what = _("Requests are signed with both until you switch: give it to your program first.")
    elif rotated.waits:
        what = _(
            "Requests are signed with the old one until you switch: give it to your program first."
        )
    return text.format(name=bold(rotated.endpoint), secret=rotated.secret, what=what)


def switched(endpoint: Endpoint) -> str:
    text = _("Requests to {name} are signed with the new secret from now on; the old one is gone.")
    return text.format(name=bold(endpoint))


def discarded(endpoint: Endpoint) -> str:
    text = _("The new secret of {name} is gone; requests are signed with the old one as before.")
    return text.format(name=bold(endpoint))
