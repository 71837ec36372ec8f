"""What the areas of people and authority begin with: one day, papers without the cost of drawing them."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from portal import calendar
from portal.scope import nation
from tests.offices import papers

DAY = date(2026, 11, 20)  # of fiscal year 2570


@pytest.fixture
def a_day_in_november() -> Iterator[None]:
    with papers.undrawn(), time_machine.travel(calendar.start_of_day(DAY), tick=True):
        yield


@pytest.fixture
def everywhere() -> Iterator[None]:
    with nation("test"):
        yield
