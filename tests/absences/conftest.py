"""One day in November, a small office with standing orders."""

import pytest

from tests.absences.world import World
from tests.offices.november import a_day_in_november, everywhere

__all__ = ["a_day_in_november", "everywhere", "world"]


@pytest.fixture
def world(db: None, a_day_in_november: None) -> World:
    return World()
