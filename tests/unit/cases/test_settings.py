"""Settings of cases that are read each time they are used: what can be chosen, and emptied."""

import pytest

from bot.errors import UserError
from bot.features.cases.settings import CasesSettings, parse_kinds, parse_reasons
from bot.settings import SettingKind


def test_reasons_stand_on_lines_or_with_semicolons_between() -> None:
    assert parse_reasons(" Spam ;Advertising\n\nSpam;; Insults, again ") == (
        "Spam",
        "Advertising",
        "Insults, again",
    )


def test_reasons_are_no_more_and_no_longer_than_discord_suggests() -> None:
    assert len(parse_reasons(";".join(f"{number}" for number in range(25)))) == 25
    with pytest.raises(UserError, match="25 reasons of 100"):
        parse_reasons(";".join(f"{number}" for number in range(26)))
    with pytest.raises(UserError, match="25 reasons of 100"):
        parse_reasons("x" * 101)


def test_kinds_are_those_of_which_people_are_told() -> None:
    assert parse_kinds(" Kick, unmute;ban ") == {"kick", "unmute", "ban"}
    for unknown in ("note", "clear_warnings", "unban", "tickle"):
        with pytest.raises(UserError, match=f"“{unknown}” is no kind.*There are: warn"):
            parse_kinds(f"kick {unknown}")


@pytest.mark.parametrize(
    ("name", "wrong"), [("silent_kinds", "note"), ("reasons", "x" * 101), ("ladder", "3 in 1d")]
)
def test_what_could_not_be_read_later_is_refused_when_it_is_chosen(name: str, wrong: str) -> None:
    with pytest.raises(UserError, match="does not fit"):
        CasesSettings().changed(name, wrong)


@pytest.mark.parametrize("name", ["silent_kinds", "reasons"])
def test_what_may_be_empty_can_be_emptied(name: str) -> None:
    chosen = CasesSettings().changed(name, "kick")
    assert CasesSettings.kind(name) is SettingKind.TEXT
    assert chosen.changed(name, None) == CasesSettings()


def test_what_is_chosen_is_read() -> None:
    assert CasesSettings(reasons="Spam; Insults").offered == ("Spam", "Insults")
    assert CasesSettings(silent_kinds="kick").untold == {"kick"}
