"""The small commands, and what stands before every one of them."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

from bot import __version__
from bot.storage.vault import Vault
from tests.e2e.cli.program import ROOT, Ended, herald

LISTED = {"PYTHONPROFILEIMPORTTIME": "1"}  # what is imported, on standard error


def imported(done: Ended) -> set[str]:
    """The modules that were loaded."""
    return {line.rpartition("|")[2].strip() for line in done.err}


async def test_the_version(tmp_path: Path) -> None:
    done = await herald(tmp_path, "--version")
    assert (done.code, done.out, done.err) == (0, [f"herald {__version__}"], [])


async def test_help_names_every_command_and_loads_none_of_their_parts(tmp_path: Path) -> None:
    done = await herald(tmp_path, "--help", environment=LISTED, installed=True)
    assert done.code == 0
    text = "\n".join(done.out)
    for command in (
        "run",
        "demo",
        "trigger",
        "listen",
        "check",
        "new-key",
        "migrate",
        "backup",
        "restore",
        "port",
        "giveaway",
    ):
        assert re.search(rf"\b{command}\b", text)
    loaded = imported(done)
    assert "typer" in loaded
    assert not loaded & {"discord", "aiohttp", "sqlalchemy", "pydantic", "cryptography"}


async def test_listen_loads_neither_database_nor_settings(tmp_path: Path) -> None:
    given = ("listen", "--fail", "often")
    done = await herald(tmp_path, *given, environment=LISTED, installed=True)
    assert done.code == 2
    loaded = imported(done)
    assert "aiohttp.web" in loaded
    assert not loaded & {"discord", "sqlalchemy", "cryptography", "bot.config"}


async def test_colours_are_for_terminals(tmp_path: Path) -> None:
    done = await herald(tmp_path, "trigger", "nothing", "--to", "x", "--secret", "y")
    assert "\x1b" not in "".join(done.out + done.err)


async def test_a_new_key_can_be_used(tmp_path: Path) -> None:
    first, second = [await herald(tmp_path, "new-key", installed=True) for _ in range(2)]
    assert first.code == 0
    assert len(first.out) == 1
    assert first.out != second.out
    vault = Vault([first.out[0]])
    assert vault.open(vault.seal("whsec_x")) == "whsec_x"


async def test_migrate_says_what_it_did(tmp_path: Path) -> None:
    first, second = [await herald(tmp_path, "migrate", installed=True) for _ in range(2)]
    assert (first.code, second.code) == (0, 0)
    assert "now has this version's schema" in first.out[-1]
    assert "nothing was changed" in second.out[-1]
    assert (tmp_path / "herald.db").is_file()
    assert not (tmp_path / "herald.key").exists()


async def test_migrate_explains_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "herald.db").write_text("Dear diary, " * 1000)
    done = await herald(tmp_path, "migrate")
    assert done.code == 2
    assert "is not a SQLite database" in done.sentences[0]


async def test_the_installed_program_is_this_one() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    module, _, function = scripts["herald"].partition(":")
    assert callable(getattr(import_module(module), function))


async def test_a_copy_is_made_and_put_back(tmp_path: Path) -> None:
    await herald(tmp_path, "migrate")
    made = await herald(tmp_path, "backup", "copy.db", installed=True)
    assert made.code == 0
    assert "herald.key" in made.out[0]
    back = await herald(tmp_path, "restore", "copy.db", installed=True)
    assert back.code == 0
    assert back.out[0].startswith("herald.db is now herald.db.before-")
    assert "copy.db is in place as" in " ".join(back.out)
    again = await herald(tmp_path, "backup", "copy.db")
    assert again.code == 2
    assert again.sentences == [
        "herald: copy.db is there already; name a new file (docs/troubleshooting.md#backups)"
    ]


async def test_a_server_is_copied_by_its_own_program(tmp_path: Path) -> None:
    url = {"HERALD_DATABASE__URL": "postgresql://127.0.0.1/herald"}
    for command, program in (("backup", "pg_dump"), ("restore", "pg_restore")):
        done = await herald(tmp_path, command, "copy.db", environment=url)
        assert done.code == 2
        assert program in done.sentences[0]
