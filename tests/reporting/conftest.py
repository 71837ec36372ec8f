"""The little world of the tests of reporting."""

import pytest

from tests.reporting.world import World, build


@pytest.fixture
def world(db: None) -> World:
    return build()
