"""The world in which every address is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal import worklist
from tests.access.world import World, furnished_world


@pytest.fixture(autouse=True)
def no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number in the top bar, a third of the time of thousands of pages, has tests of its own."""
    monkeypatch.setattr(worklist, "count", lambda actor: 0)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), furnished_world() as world:
        yield world
