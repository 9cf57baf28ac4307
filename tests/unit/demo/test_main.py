"""The door: what it says where the simulated Discord is not installed."""

import pytest

from bot.demo import main


@pytest.mark.parametrize("once", [True, False])
def test_a_missing_extra_is_named_with_its_remedy(
    once: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main, "PLAYED", ("no_such_module_anywhere",))
    monkeypatch.setattr(main, "GUIDED", ("no_such_module_anywhere",))
    assert main.run_demo(once=once) == 2
    assert "herald-bot[demo]" in capsys.readouterr().err
