"""Jobs of the tests' own, and messages that are caught instead of sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal import jobs, tasks
from portal.jobs import JobContext


@pytest.fixture
def kind() -> Iterator[Callable[..., str]]:
    """Register a function as a kind of job for the time of the test; gives the kind."""
    made: list[str] = []

    def register(function: Callable[[JobContext], Any]) -> str:
        name = f"tests.kind{len(made)}"
        jobs.job(name)(function)
        made.append(name)
        return name

    yield register
    for name in made:
        del jobs._kinds[name]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of jobs handed to the broker."""
    caught: list[int] = []
    monkeypatch.setattr(tasks.run_job, "delay", caught.append)
    return caught
