"""Terminal of the demo: plain lines, coloured where somebody can see it."""

from rich.console import Console
from rich.text import Text

from bot.demo.chronicle import AttemptLine


class Terminal:
    """Prints to one console; nothing in a text is taken for markup, and no line is cut."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()

    def say(self, text: str = "", *, style: str = "") -> None:
        """One line of plain text."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def point(self, label: str, address: str, about: str) -> None:
        """An address to open, and what is behind it."""
        line = Text(f"  {label:<12}")
        line.append(address, style=f"bold cyan link {address}")
        self._console.print(line, soft_wrap=True)
        self.say(f"  {'':<12}{about}", style="dim")

    def tell(self, line: AttemptLine) -> None:
        """One attempt: event → delivery → verdict."""
        self._console.print(
            Text(harmless(str(line)), style="green" if line.good else "yellow"), soft_wrap=True
        )


def harmless(text: str) -> str:
    """The text with what a terminal would act upon spelled out: people typed parts of it."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)
