"""Where the portal is killed: a name, a function, before or after it, and who dies.

The functions are reached through the modules that call them, so that wrapping them needs nothing in
the portal's own code. A point strikes once: the file that arms it is taken away first.
"""

from __future__ import annotations

import functools
import importlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Victim = Literal["worker", "web", "database", "broker"]


@dataclass(frozen=True)
class Point:
    """``target`` is module:attribute or module:Class.attribute."""

    name: str
    target: str
    when: Literal["before", "after"]
    victim: Victim = "worker"


JOBS = "portal.jobs"
SERVICES = "portal.intake.services"
STAGE = "portal.intake.stage"
HANDLER = "reporting.intake.month:MonthHandler"
FIGURES = "reporting.services.submissions:refresh_cells"
ROUNDS = "reporting.services.rounds"
EDITIONS = "reporting.services.editions"

# From the upload of a month to its figures.
MONTH = (
    Point("upload-before-commit", f"{SERVICES}:ask_for_preview", "after", "web"),
    Point("upload-before-sending", f"{JOBS}:_send", "before", "web"),
    Point("upload-after-sending", f"{JOBS}:_send", "after", "web"),
    Point("job-before-claim", f"{JOBS}:_claim", "before"),
    Point("job-after-claim", f"{JOBS}:_claim", "after"),
    Point("job-before-finish", f"{JOBS}:_finish", "before"),
    Point("job-after-finish", f"{JOBS}:_finish", "after"),
    Point("preview-before-reading", f"{SERVICES}:read_stored", "before"),
    Point("preview-before-stage", f"{STAGE}:create", "before"),
    Point("preview-before-load", f"{STAGE}:load", "before"),
    Point("preview-after-load", f"{STAGE}:load", "after"),
    Point("preview-after-rules", f"{HANDLER}.plan", "after"),
    Point("preview-before-seal", f"{STAGE}:seal", "before"),
    Point("preview-before-findings", f"{STAGE}:keep_findings", "before"),
    Point("preview-before-commit", f"{SERVICES}:_plan", "after"),
    Point("preview-after-commit", f"{SERVICES}:preview", "after"),
    Point("apply-before-commit-of-asking", f"{SERVICES}:_demand_plan", "after", "web"),
    Point("apply-before-writing", f"{HANDLER}.apply", "before"),
    Point("apply-before-figures", FIGURES, "before"),
    Point("apply-after-figures", FIGURES, "after"),
    Point("apply-before-commit", f"{HANDLER}.apply", "after"),
    Point("apply-after-commit", f"{SERVICES}:carry_out", "after"),
    Point("database-at-claim", f"{JOBS}:_claim", "after", "database"),
    Point("database-at-load", f"{STAGE}:load", "before", "database"),
    Point("database-at-seal", f"{STAGE}:seal", "after", "database"),
    Point("database-at-apply", f"{HANDLER}.apply", "before", "database"),
    Point("database-at-figures", FIGURES, "after", "database"),
    Point("database-after-commit", f"{SERVICES}:carry_out", "after", "database"),
    Point("broker-at-claim", f"{JOBS}:_claim", "before", "broker"),
    Point("broker-at-load", f"{STAGE}:load", "before", "broker"),
    Point("broker-at-apply", f"{HANDLER}.apply", "before", "broker"),
    Point("broker-after-commit", f"{SERVICES}:carry_out", "after", "broker"),
)

# From the chief's act to the edition's files.
EDITION = (
    Point("certify-before-figures", f"{ROUNDS}:refresh_cells", "before", "web"),
    Point("certify-before-edition", f"{EDITIONS}:make_office_edition", "before", "web"),
    Point("certify-before-commit", f"{ROUNDS}:freeze", "after", "web"),
    Point("certify-before-sending", f"{JOBS}:_send", "before", "web"),
    Point("edition-before-rendering", f"{EDITIONS}:ensure_file", "before"),
    Point("edition-between-files", f"{EDITIONS}:ensure_file", "after"),
    Point("edition-before-commit", "reporting.editions.xlsx:render", "after"),
    Point("database-at-certify", f"{ROUNDS}:freeze", "after", "database"),
    Point("database-at-rendering", "reporting.editions.xlsx:render", "after", "database"),
)


def install(folder: Path) -> None:
    """Wrap every point's function in this process; ``folder``/armed names the point that strikes."""
    for point in (*MONTH, *EDITION):
        module_name, _, path = point.target.partition(":")
        owner: Any = importlib.import_module(module_name)
        *parents, name = path.split(".")
        for parent in parents:
            owner = getattr(owner, parent)
        setattr(owner, name, _wrapped(getattr(owner, name), point, folder))


def _wrapped(function: Callable[..., Any], point: Point, folder: Path) -> Callable[..., Any]:
    @functools.wraps(function)
    def struck(*args: Any, **kwargs: Any) -> Any:
        if point.when == "before":
            _strike(point, folder)
        result = function(*args, **kwargs)
        if point.when == "after":
            _strike(point, folder)
        return result

    return struck


def _strike(point: Point, folder: Path) -> None:
    armed = folder / "armed"
    try:
        if armed.read_text() != point.name:
            return
        armed.unlink()
    except FileNotFoundError:
        return
    (folder / "struck").write_text(point.name)
    itself = point.victim in ("worker", "web")
    os.kill(os.getpid() if itself else int((folder / f"{point.victim}.pid").read_text()), signal.SIGKILL)
    time.sleep(0.3)  # the dead server's sockets must be closed before we go on
