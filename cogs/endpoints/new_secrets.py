"""New secrets in Discord: each is shown first, and only then in use.

An answer that Discord did not take, or a crash before it, leaves no webhook that signs with a
secret which nobody has seen: there is none, or the old one goes on signing.
"""

from collections.abc import Awaitable, Callable

from bot.client.interactions import Interaction, actor_of, redraw
from bot.features.endpoints.edits import EditsService, Rotation
from bot.features.endpoints.ports import NewSecret, ShowSecret
from bot.features.endpoints.service import Created
from cogs.endpoints import views

Create = Callable[..., Awaitable[Created]]


async def create(interaction: Interaction, make: Create) -> None:
    """Show a webhook's secret in the answer that was promised, and then let there be one."""
    created = await make(actor_of(interaction), show=_shown_in(interaction))
    await redraw(interaction, views.created(created))


async def rotate(
    interaction: Interaction,
    edits: EditsService,
    name: str,
    mode: Rotation,
    *,
    version: int | None = None,
) -> None:
    """Show a new secret in the answer that was promised, and then let it sign or wait."""
    show = _shown_in(interaction)
    rotated = await edits.rotate(actor_of(interaction), name, mode, version=version, show=show)
    await redraw(interaction, views.rotated(rotated))


def _shown_in(interaction: Interaction) -> ShowSecret:
    async def show(new: NewSecret) -> None:
        await redraw(interaction, views.offered(new))

    return show
