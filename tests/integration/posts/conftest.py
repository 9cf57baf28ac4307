"""The signs on both engines."""

import pytest

from bot.clock import ManualClock
from bot.storage.database import Database
from tests.integration.posts.posts_env import Signs
from tests.support.fake_acts import FakeActs


@pytest.fixture
def signs(database: Database, clock: ManualClock) -> Signs:
    return Signs(database, clock=clock, discord=FakeActs())
