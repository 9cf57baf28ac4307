"""Page of the log's lines: as the code writes them."""

import pytest

from tools import logs


@pytest.mark.thorough("a whole tree read; CI says it")
def test_the_page_is_fresh() -> None:
    assert logs.PAGE.read_text(encoding="utf-8") == logs.page(), "run `make logs`"


@pytest.mark.thorough("a whole start")
def test_the_lines_of_a_start_are_on_it() -> None:
    lines = logs.lines()
    assert lines["herald.started"].fields == {"database", "roles", "shards", "version"}
    assert lines["delivery.attempted"].levels == {"debug"}
    assert "exc_info" not in set().union(*(line.fields for line in lines.values()))
