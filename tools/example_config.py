"""Writes config.example.toml from the settings themselves: `make config`."""

import json
from pathlib import Path
from typing import cast

from pydantic.fields import FieldInfo

from bot.config.settings import environment_only, sections

TARGET = Path(__file__).parent.parent / "config.example.toml"
HEADING = """\
# Herald's settings, each with its default. Copy this file to config.toml, take the # off a line
# and change it. Every setting can also come from the environment, which wins over this file:
# HERALD_<SECTION>__<NAME>, as in HERALD_DISCORD__TOKEN. Lists have commas between there.
# Written by `make config` from bot/config/settings.py.
"""
WIDTH = 98


def render() -> str:
    """The whole text of the example."""
    tables = [HEADING]
    for name, section in sections():
        lines = [f"# {section.__doc__}", f"[{name}]"]
        for key, field in section.model_fields.items():
            lines += _setting(f"{name}.{key}", key, field)
        tables.append("\n".join(lines) + "\n")
    return "\n".join(tables)


def _setting(dotted: str, key: str, field: FieldInfo) -> list[str]:
    comment = f"# {field.description}"
    if environment_only(dotted):
        return [comment]
    value: object = field.get_default()
    if value is None:
        value = field.examples[0] if field.examples else ""
    return [comment, *_assigned(key, value)]


def _assigned(key: str, value: object) -> list[str]:
    line = f"#{key} = {_toml(value)}"
    if len(line) <= WIDTH or not isinstance(value, tuple):
        return [line]
    rows = ["#   "]
    for item in cast("tuple[object, ...]", value):
        if len(rows[-1]) > WIDTH - 10:
            rows.append("#   ")
        rows[-1] += f" {_toml(item)},"
    return [f"#{key} = [", *rows, "#]"]


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in cast('tuple[object, ...]', value))}]"
    return json.dumps(str(value) if isinstance(value, Path) else value)


def main() -> None:
    TARGET.write_text(render(), encoding="utf-8")
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
