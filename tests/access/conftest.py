"""The world in which every address is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.world import World, furnished_world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), furnished_world() as world:
        yield world
