"""Console: results on standard output, one clear sentence on standard error."""

from collections.abc import Generator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

from bot.errors import HeraldError

WRONG_INPUT = 2


def say(text: str | Text) -> None:
    """One line of a result: whole even where it is wide, coloured on a terminal only."""
    Console(highlight=False, markup=False).print(text, soft_wrap=True)


def complain(sentence: str) -> None:
    """What is wrong and how to mend it."""
    line = Text("herald: ", style="bold red").append(sentence, style="not bold default")
    Console(stderr=True, highlight=False, markup=False).print(line, soft_wrap=True)


@contextmanager
def explained() -> Generator[None]:
    """Turn an error that a person can mend into its sentence and exit code 2."""
    try:
        yield
    except HeraldError as error:
        complain(str(error))
        raise typer.Exit(WRONG_INPUT) from error
