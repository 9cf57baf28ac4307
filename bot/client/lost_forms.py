"""Lost forms: those sent after a restart or too late; answered, and their text given back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from bot.client.interactions import Interaction, answering, reply
from bot.client.open_forms import is_lost
from bot.controls import Picture, Post
from bot.texts import _
from bot.user_text import FENCED, code_block

SHOWN = 1500  # characters; what is longer is given back as a file


async def on_interaction(interaction: Interaction) -> None:
    """Listener: discord.py knows nothing of such a form, and Discord would say that it failed."""
    data = cast("Mapping[str, Any]", interaction.data or {})
    if not is_lost(str(data.get("custom_id", ""))):
        return
    async with answering(interaction):
        await reply(interaction, given_back(list(_typed(data.get("components", ())))))


def given_back(typed: Sequence[str]) -> Post:
    """That nothing was done, and what was typed."""
    text = _("I was restarted, or it took too long: that form is not known any more. ")
    what = _("Nothing was done. Use the command or the button once more.")
    if not typed:
        return Post(text=text + what, is_plain=True)
    told = "\n\n".join(typed)
    again = _("This is what you typed:")
    if len(told) <= SHOWN:
        block = code_block(told.encode(), SHOWN + len(FENCED))
        return Post(text=f"{text}{what} {again}\n{block}", is_plain=True)
    return Post(
        text=f"{text}{what} {again}", picture=Picture("form.txt", told.encode()), is_plain=True
    )


def _typed(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What stands in its fields, however deep."""
    for component in components:
        if value := component.get("value"):
            yield str(value)
        yield from _typed(component.get("components", ()))
        if inner := component.get("component"):
            yield from _typed([inner])
