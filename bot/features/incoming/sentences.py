"""Sentences of the audit log about pushed actions, and whom or what each was about."""

from bot.features.incoming.model import PushedCall
from bot.user_text import clean_line, clip

DID = {
    "ADD_BALANCE": "changed the wallet of {userId} by {amount}",
    "ADD_ROLE": "gave {userId} the role {roleId}",
    "REMOVE_ROLE": "took the role {roleId} from {userId}",
    "SEND_MESSAGE": "wrote into the channel {channelId}",
    "ADD_XP": "gave {userId} {amount} XP",
    "CREATE_CASE": "made a case about {userId}: {type}",
    "OPEN_TICKET": "opened a ticket for {userId}",
    "CLOSE_TICKET": "closed the ticket {ticketId}",
    "START_GIVEAWAY": "set up a giveaway of {prize}",
    "END_GIVEAWAY": "ended the giveaway {giveawayId}",
}
TARGETS = (
    ("userId", "member"),
    ("ticketId", "ticket"),
    ("giveawayId", "giveaway"),
    ("channelId", "channel"),
)
SHOWN = 100  # characters of what somebody typed


def sentence(call: PushedCall) -> str:
    """What it did, in words; what a program typed is one clean line of it."""
    values = {key: clip(clean_line(str(value)), SHOWN) for key, value in call.request.items()}
    return DID[call.action].format(**values)


def concerned(call: PushedCall) -> tuple[str, str | None]:
    """What it was about: a kind of thing, and its id."""
    for key, kind in TARGETS:
        if key in call.request:
            return kind, str(call.request[key])
    return "incoming_webhook", str(call.webhook_id)
