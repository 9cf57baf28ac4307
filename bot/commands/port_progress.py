"""Progress of a port on standard error: a line a table, and on a terminal a bar meanwhile."""

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from bot.storage.port import PortObserver, PortStep


@contextmanager
def showing() -> Generator[PortObserver]:
    """Takes each step as it comes."""
    console = Console(stderr=True, highlight=False, markup=False)
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
    bar = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
    whole = bar.add_task("", total=1.0)

    def told(step: PortStep) -> None:
        now = f"{step.table}: {step.rows:,} of {step.of:,} rows"
        bar.update(whole, completed=step.share, description=now)
        if step.hash:
            console.print(line_of(step), soft_wrap=True)

    with bar:
        yield told


def noted(words: str) -> None:
    """What takes long before that."""
    Console(stderr=True, highlight=False, markup=False).print(words, soft_wrap=True)


def line_of(step: PortStep) -> str:
    """One table that is there, and the same on both sides."""
    place = f"{step.number}/{step.tables}"
    rows = "1 row" if step.rows == 1 else f"{step.rows:,} rows"
    return f"{place} {step.table}: {rows}, compared ({step.hash[:12]})"
