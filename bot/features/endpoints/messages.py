"""Messages to people about an endpoint that was switched off."""

from bot.controls import NUMBER, SNOWFLAKE, Button, ControlId, Post, Tone
from bot.features.endpoints.gone import is_gone
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from bot.user_text import escaped, inline

WHY = ControlId("webhook:why", guild=SNOWFLAKE, endpoint=NUMBER)
REENABLE = ControlId("webhook:reenable", guild=SNOWFLAKE, endpoint=NUMBER)


def notice(endpoint: Endpoint, guild_name: str) -> Post:
    """What happened, why, and what to do; its buttons name the server, for direct messages."""
    of = {"guild": endpoint.guild_id, "endpoint": endpoint.id}
    return Post(
        text=_what_happened(endpoint, guild_name),
        tone=Tone.BAD,
        buttons=(
            Button(_("Why?"), custom_id=WHY.of(**of)),
            Button(_("Re-enable"), custom_id=REENABLE.of(**of), tone=Tone.GOOD),
        ),
    )


def _what_happened(endpoint: Endpoint, guild_name: str) -> str:
    if is_gone(endpoint):
        gone = _(
            "🔴 The webhook {name} of {guild} was switched off: the program behind its address "
            "answered 410 Gone, which says that it wants nothing more. What happens from now on "
            "is kept as missed. Delete the webhook, or mend the program and enable it again."
        )
        return gone.format(name=f"**{escaped(endpoint.name)}**", guild=inline(guild_name, 100))
    text = _(
        "🔴 The webhook {name} of {guild} was switched off after {count} failed attempts in a row. "
        "The last error: {error}. What happens from now on is kept as missed. Mend the program "
        "behind the address, then enable the webhook again."
    )
    return text.format(
        name=f"**{escaped(endpoint.name)}**",
        guild=inline(guild_name, 100),
        count=endpoint.failures,
        error=inline(endpoint.last_error or "?", 200),
    )
