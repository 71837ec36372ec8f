"""One day in November, a small world."""

from collections.abc import Iterator

import pytest

from portal.scope import nation
from tests.offices.november import a_day_in_november
from tests.orders.world import World

__all__ = ["a_day_in_november", "world"]


@pytest.fixture
def world(db: None, a_day_in_november: None) -> Iterator[World]:
    with nation("test"):
        yield World()
