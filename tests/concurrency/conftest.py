"""The small world of the fault tests, with messages that are caught instead of sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal import tasks
from portal.intake import services
from portal.scope import nation
from tests.faults.world import settle


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(tasks.run_job, "delay", lambda job_id: None)
    with nation("test"):
        settle()
        yield


@pytest.fixture
def quick_reading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files are read by the true reader once; the same bytes again are not the point here."""
    true_reading = services.read_stored
    known: dict[str, Any] = {}

    @contextmanager
    def reading(stored: Any, spec: Any, **how: Any) -> Iterator[Any]:
        if stored.sha256 not in known:
            with true_reading(stored, spec, **how) as table:
                kept = tmp_path / stored.sha256
                shutil.copy(table.path, kept)
                known[stored.sha256] = replace(table, path=kept)
        else:
            how["meanwhile"]()
        yield known[stored.sha256]

    monkeypatch.setattr(services, "read_stored", reading)
