"""Loader of settings: a TOML file, then the environment over it, then each mistake explained."""

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.settings import SQLITE, Config, environment_only, known, sections
from bot.errors import ConfigError

PREFIX = "HERALD_"
DEFAULT_FILE = "config.toml"


def variable(setting: str) -> str:
    """The environment variable that overrides a setting: HERALD_<SECTION>__<NAME>."""
    return PREFIX + setting.upper().replace(".", "__")


def load(path: Path | None, environment: Mapping[str, str]) -> Config:
    """The file at `path` (else HERALD_CONFIG, else ./config.toml if there is one), then overrides.

    An empty variable counts as not set. Raises ConfigError, which names one setting and its cure.
    """
    named = path or (Path(text) if (text := environment.get(f"{PREFIX}CONFIG")) else None)
    file = named or Path(DEFAULT_FILE)
    values = _read(file) if named or file.is_file() else {}
    _refuse_key_in_file(values)
    overridden = _override(values, environment)
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        raise _explained(error.errors()[0], file, overridden) from None
    return _anchored(config, file.absolute().parent)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{file} does not exist; copy config.example.toml there and fill it in"
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read ({error.__class__.__name__}: {error})"
    except tomllib.TOMLDecodeError as error:
        message = f'{file} is not valid TOML: {error}; texts need quotes, as in url = "..."'
    raise ConfigError("HERALD_CONFIG", message)


def _refuse_key_in_file(values: Mapping[str, Any]) -> None:
    for setting in known():
        section, name = setting.split(".")
        table = values.get(section)
        if isinstance(table, dict) and name in table and environment_only(setting):
            message = f"does not belong in a file; set it as {variable(setting)} or use a key file"
            raise ConfigError(setting, message)


def _override(values: dict[str, Any], environment: Mapping[str, str]) -> set[str]:
    """Lay the environment over the file's values; returns the settings it named."""
    flat = {variable(setting).replace("__", "_"): setting for setting in known()}
    overridden: set[str] = set()
    for name, text in environment.items():
        if not name.startswith(PREFIX) or not text:
            continue
        if "__" not in name:
            if name in flat:
                message = f"is written {variable(flat[name])}, with two underscores; found {name}"
                raise ConfigError(flat[name], message)
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        table = values.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = text
            overridden.add(f"{section}.{key}")
    return overridden


def _explained(error: ErrorDetails, file: Path, overridden: set[str]) -> ConfigError:
    setting = ".".join(str(part) for part in error["loc"][:2])
    named = [name for name in sorted(overridden) if f"{name}.".startswith(f"{setting}.")]
    place = " and ".join(map(variable, named)) or str(file)
    message = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    if error["type"] == "extra_forbidden":
        message = f"there is no such setting; {_nearest(setting)}"
    elif error["type"] == "model_type":
        message = f"is a section: write [{setting}], and its settings on the lines below"
    return ConfigError(setting, f"{message} (in {place})")


def _nearest(setting: str) -> str:
    candidates = known() if "." in setting else [name for name, _ in sections()]
    by_last_word = {name.rpartition(".")[2]: name for name in known()}
    for words in (candidates, list(by_last_word)):
        sought = setting if words is candidates else setting.rpartition(".")[2]
        if near := get_close_matches(sought, words, n=1, cutoff=0.7):
            return f"did you mean {by_last_word.get(near[0], near[0])}?"
    return "config.example.toml lists them all"


def _anchored(config: Config, folder: Path) -> Config:
    """Relative paths made absolute, from the configuration file's folder."""
    database, secrets = config.database, config.secrets
    if database.url.startswith(SQLITE):
        file = folder / Path(database.url.removeprefix(SQLITE)).expanduser()
        database = database.model_copy(update={"url": f"{SQLITE}{os.path.normpath(file)}"})
    key_file = Path(os.path.normpath(folder / secrets.key_file.expanduser()))
    secrets = secrets.model_copy(update={"key_file": key_file})
    scams = config.scams
    if scams.known_file is not None:
        known_file = Path(os.path.normpath(folder / scams.known_file.expanduser()))
        scams = scams.model_copy(update={"known_file": known_file})
    egress = config.egress
    if egress.ca_file is not None:
        ca_file = Path(os.path.normpath(folder / egress.ca_file.expanduser()))
        egress = egress.model_copy(update={"ca_file": ca_file})
    changed = {"database": database, "secrets": secrets, "scams": scams, "egress": egress}
    return config.model_copy(update=changed)
