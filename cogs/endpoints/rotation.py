"""Rotation of a secret in Discord: shown first, and only then in use."""

from bot.client.interactions import Interaction, actor_of, redraw
from bot.features.endpoints.edits import EditsService, Rotation
from cogs.endpoints import views


async def rotate(
    interaction: Interaction,
    edits: EditsService,
    name: str,
    mode: Rotation,
    *,
    version: int | None = None,
) -> None:
    """Show a new secret in the answer that was promised; it signs only once it was shown.

    An answer that Discord did not take leaves the old one in use: the new one waits, to be
    discarded.
    """
    actor = actor_of(interaction)
    rotated = await edits.rotate(actor, name, mode, version=version)
    await redraw(interaction, views.rotated(rotated))
    if mode is Rotation.AT_ONCE:
        await redraw(interaction, views.rotated(await edits.begin(actor, rotated)))
