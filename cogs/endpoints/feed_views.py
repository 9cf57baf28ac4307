"""Views of a webhook's feed: whether there is one, how it is read, its token this once."""

from bot.controls import NUMBER, ControlId, Post, Tone
from bot.features.endpoints.feeds import NewToken
from bot.features.endpoints.service import Endpoint
from bot.texts import N_, _
from cogs.endpoints.views import bold, button

FEED = ControlId("webhook:feed", endpoint=NUMBER)
FEED_OPEN = ControlId("webhook:feed_open", endpoint=NUMBER, version="[0-9]{1,9}")
FEED_CLOSE = ControlId("webhook:feed_close", endpoint=NUMBER, version="[0-9]{1,9}")

CLOSED = N_("The feed of {name} is closed, and what it held is forgotten.")


def feed(endpoint: Endpoint, address: str) -> Post:
    """What can be done about its feed now."""
    version = endpoint.version
    if endpoint.feed_hash is None:
        text = _(
            "{name} has no feed. With one, a program that nobody can reach asks for its events "
            "instead, up to 7 days back; what is sent to the webhook's address is sent as before."
        )
        opening = button(endpoint, FEED_OPEN, _("Open the feed"), tone=Tone.GOOD, version=version)
        return Post(text=text.format(name=bold(endpoint)), buttons=(opening,), is_plain=True)
    text = _(
        "The feed of {name} is read at\n```\n{address}\n```\nwith the token that was shown once. "
        "It goes on while the webhook is paused or switched off. A new token ends the old one "
        "at once."
    )
    buttons = (
        button(endpoint, FEED_OPEN, _("New token"), version=version),
        button(endpoint, FEED_CLOSE, _("Close the feed"), tone=Tone.BAD, version=version),
    )
    said = text.format(name=bold(endpoint), address=address)
    return Post(text=said, buttons=buttons, is_plain=True)


def offered_token(new: NewToken) -> str:
    """The token before it is in use."""
    text = _(
        "This is a token for the feed of {name}; it is not shown again:\n```\n{token}\n```\n"
        "It is being stored …"
    )
    return text.format(name=bold(new.endpoint), token=new.token)


def opened(new: NewToken) -> Post:
    """The one message that ever shows the token, with how it is used."""
    text = _(
        "This is the token for the feed of {name}; it is not shown again:\n```\n{token}\n```\n"
        'Ask with it:\n```\ncurl -H "Authorization: Bearer $TOKEN" "{address}?limit=100"\n```\n'
        "and then with `after` and what “next” said."
    )
    said = text.format(name=bold(new.endpoint), token=new.token, address=new.address)
    return Post(text=said, is_plain=True)
