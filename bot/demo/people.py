"""People of the simulated guild: nobody's names, easy to tell apart."""

from itertools import product

GUILD = "Harbour"
BOT = "Herald"
ADMIN = "harbour_master"
MEMBERS = ("quiet_otter", "salt_lark", "copper_finch")

_FIRST = ("amber", "brisk", "clever", "dapper", "early", "foggy", "gentle", "humble")
_SECOND = ("puffin", "heron", "lynx", "badger", "marten", "dolphin", "gull", "seal")

NEWCOMERS = tuple(
    f"{_FIRST[(row + column) % len(_FIRST)]}_{_SECOND[column]}"
    for row, column in product(range(len(_FIRST)), range(len(_SECOND)))
)


def display(name: str) -> str:
    """A user name as the friendly form that people see."""
    return name.replace("_", " ").title()
