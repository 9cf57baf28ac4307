"""Errors: every one is named for whoever can mend it.

    HeraldError
    ├── UserError            shown to the person who asked, as it stands
    │   ├── NotFound         nothing by that name in this guild
    │   ├── RefusedAddress   a URL that the address guard does not let through
    │   └── EventTooLarge    an event whose body is more than a webhook may carry
    ├── BackupError          a copy of the database that is not made, or not put in place
    └── ConfigError          stops start-up and names the setting to change

Anything else that escapes is a bug: it is logged with an id, and the person sees that id.
"""

from bot.texts import _


class HeraldError(Exception):
    """The root: catch it only where errors are answered."""


class UserError(HeraldError):
    """A refusal in plain words that says what to do; nothing has changed."""


class NotFound(UserError):
    """Name or id that nothing in this guild has; another guild's rows count as nothing."""


class RefusedAddress(UserError):
    """A URL or address that must not be dialled; `reason` is the class kept in the log."""

    def __init__(self, message: str, *, reason: str = "blocked_address") -> None:
        super().__init__(message)
        self.reason = reason


class BackupError(HeraldError):
    """A copy of the database that cannot be made or put back, and why; everything is as it was."""


class ConfigError(HeraldError):
    """A setting that keeps the program from starting: `setting`, its dotted name, and `problem`."""

    def __init__(self, setting: str, message: str) -> None:
        super().__init__(f"{setting}: {message}")
        self.setting = setting
        self.problem = message


class EventTooLarge(UserError):
    """The rendered body is over the limit (bytes); the event is refused whole, never half sent."""

    def __init__(self, event_type: str, *, size: int, limit: int) -> None:
        text = _(
            "That would send the event {event} with {size} KiB to this server's webhooks; one "
            "request holds at most {limit} KiB. Nothing was changed: shorten the text and try "
            "again."
        )
        shown = -(-size // 1024)
        super().__init__(text.format(event=event_type, size=shown, limit=limit // 1024))
        self.size = size
        self.limit = limit
