"""The error tree: every error is named for whoever can mend it.

    HeraldError
    ├── UserError            shown to the person who asked, as it stands
    │   ├── NotFound         nothing by that name in this guild
    │   └── RefusedAddress   a URL that the address guard does not let through
    ├── ConfigError          stops start-up and names the setting to change
    └── EventTooLarge        an event whose body no dialect may carry

Anything else that escapes is a bug: it is logged with an id, and the person sees that id.
"""


class HeraldError(Exception):
    """The root: catch it only where errors are answered."""


class UserError(HeraldError):
    """A refusal in plain words that says what to do; nothing has changed."""


class NotFound(UserError):
    """Nothing by that name or id in this guild; another guild's rows count as nothing."""


class RefusedAddress(UserError):
    """A URL or address that must not be dialled; `reason` is the class kept in the log."""

    def __init__(self, message: str, *, reason: str = "blocked_address") -> None:
        super().__init__(message)
        self.reason = reason


class ConfigError(HeraldError):
    """A setting that keeps the program from starting; `setting` is its dotted name."""

    def __init__(self, setting: str, message: str) -> None:
        super().__init__(f"{setting}: {message}")
        self.setting = setting


class EventTooLarge(HeraldError):
    """The rendered body is over the limit; the event is refused whole, never half sent."""
