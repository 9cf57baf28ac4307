"""Limits: Discord's numbers, each once; characters where nothing else is said.

Sources: Discord's developer documentation ("Component Reference", "Create Message", "Allowed
Mentions", "Application Command Option Choice Structure", "Interaction Callback", "Request Guild
Members"). That of a custom id stands with `bot.controls.ControlId`, those of audit reasons and
timeouts with the cases.
"""

COMMAND_TEXT = 100
"""Description of a command or an option, and the name of a choice."""

CONTENT = 2000
"""Text of a plain message."""

TEXTS = 4000
"""Text displays of a message made of components, all together."""

ROW = 5
"""Buttons side by side."""

ROWS = 5
"""Rows of buttons below a plain message."""

COMPONENTS = 40
"""A number: components of a message made of them, however deep."""

BUTTON = 80
"""Label of a button."""

OPTIONS = 25
"""Options of a select."""

OPTION = 100
"""Label, value or description of an option."""

PLACEHOLDER = 150
"""What a select says before anything is chosen."""

CHOICES = 25
"""Suggestions while somebody types."""

CHOICE = 100
"""Name of a suggestion, and its value where that is a text."""

MODAL_TITLE = 45
LABEL = 45
"""Heading of a field in a modal."""

LABEL_ABOUT = 100
"""Line below that heading."""

INPUT = 4000
"""What can be typed into a field of a modal."""

FILE_ABOUT = 1024
"""Description of a file, read out to whoever does not see it."""

FILE_BYTES = 8 * 1024 * 1024
"""Bytes of a file that every server takes."""

PINGS = 100
"""A number: people whom one message calls."""

ANSWER_SECONDS = 15 * 60
"""How long the answer to an interaction can be edited."""

LISTED_MEMBERS = 75_000
"""Members of a server up to which their list can be asked for."""
