"""Console: results on standard output, one clear sentence on standard error."""

from rich.console import Console
from rich.text import Text

WRONG_INPUT = 2


def say(text: str | Text) -> None:
    """One line of a result: whole even where it is wide, coloured on a terminal only."""
    Console(highlight=False, markup=False).print(text, soft_wrap=True)


def complain(sentence: str) -> None:
    """What is wrong and how to mend it."""
    line = Text("herald: ", style="bold red").append(sentence, style="not bold default")
    Console(stderr=True, highlight=False, markup=False).print(line, soft_wrap=True)
