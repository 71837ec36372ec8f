"""Servers and processes of a test's own, each of which may be killed at any moment and stands up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.run.child import Child, StartError, die_with_parent
from portal.run.servers import Postgres, Valkey
from tests.faults.points import Point

ROOT = Path(__file__).resolve().parents[2]


class Died(Exception):
    """The web process was killed in the middle of a command."""


class Failed(Exception):
    """The command raised; the text names the exception."""


class House:
    """PostgreSQL, Valkey, Celery workers and a web process in one folder."""

    def __init__(self, folder: Path, workers: tuple[str, ...] = ("worker",)) -> None:
        self.folder = folder
        self.database = Postgres(folder)
        self.broker = Valkey(folder)
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "PORTAL_DATABASE_URL": self.database.url,
            "PORTAL_REDIS_URL": self.broker.url,
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_LOG_LEVEL": "WARNING",
            "TMPDIR": str(folder / "tmp"),
        }
        (folder / "tmp").mkdir()
        (folder / "static").mkdir()
        self.workers = {role: self._process(role) for role in workers}
        self.web: subprocess.Popen[str] | None = None
        self.asked = 0

    def _command(self, role: str) -> list[str]:
        return [sys.executable, "-m", "tests.faults.process", role, str(self.folder)]

    def _process(self, role: str) -> Child:
        # Its fork dies with it; a second of grace is enough for what may be killed at any time.
        return Child(
            role, self._command(role), log=self.folder / "log" / f"{role}.log", env=self.env, grace=2
        )

    def start(self) -> None:
        """Servers, the small world, then the workers."""
        self.start_database()
        self.start_broker()
        with (self.folder / "log" / "web.log").open("w") as log:
            self.web = subprocess.Popen(
                self._command("web"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self.env,
                cwd=ROOT,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self.do("prepare")
        for worker in self.workers.values():
            worker.start()

    def stop(self) -> None:
        """Everything, the workers first."""
        for worker in self.workers.values():
            worker.stop()
        if self.web is not None:
            assert self.web.stdin is not None and self.web.stdout is not None
            self.web.stdin.close()
            self.web.wait(10)
            self.web.stdout.close()
        self.broker.stop()
        self.database.stop()

    def start_database(self) -> None:
        """Start it, also where sessions of the killed one are still ending."""
        self.database.kill()
        self._again(self.database.start, 15)
        (self.folder / "database.pid").write_text(str(self.database.pid))

    def start_broker(self) -> None:
        self.broker.kill()
        self.broker.start()
        (self.folder / "broker.pid").write_text(str(self.broker.pid))

    def raise_the_dead(self) -> list[str]:
        """Start what does not run; gives the names. Workers and web stand up by themselves."""
        raised = []
        if not self.database.alive():
            self.start_database()
            raised.append("database")
        if not self.broker.alive():
            self.start_broker()
            raised.append("broker")
        return raised

    @staticmethod
    def _again(function: Callable[[], None], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return function()
            except StartError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def do(self, name: str, **arguments: Any) -> Any:
        """One command of ``driver``. Raises Died or Failed."""
        assert self.web is not None and self.web.stdin is not None and self.web.stdout is not None
        self.asked += 1
        self.web.stdin.write(json.dumps({"do": name, "number": self.asked, **arguments}) + "\n")
        self.web.stdin.flush()
        answer: dict[str, Any] = {}
        # After a death between two commands the answer to the one before may still come.
        while answer.get("number") != self.asked:
            line = self.web.stdout.readline()
            if not line:
                raise StartError("web ended:\n" + (self.folder / "log" / "web.log").read_text()[-4000:])
            answer = json.loads(line)
            if "died" in answer:
                raise Died
        if "error" in answer:
            raise Failed(answer["error"])
        return answer["done"]

    def insist(self, name: str, *, seconds: float = 30, **arguments: Any) -> Any:
        """Do a command again until it comes through, raising what is dead meanwhile."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.do(name, **arguments)
            except (Died, Failed):
                if time.monotonic() > deadline:
                    raise
                self.raise_the_dead()
                time.sleep(0.05)

    def until(
        self, reached: Callable[[], bool], what: str, *, seconds: float = 60, ticking: bool = True
    ) -> None:
        """Let the clock tick until something is so. Raises AssertionError with the logs' ends."""
        deadline = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > deadline:
                logs = "\n".join(worker.last_words(30) for worker in self.workers.values())
                raise AssertionError(f"never: {what}\n{logs}")
            self.raise_the_dead()
            if ticking:
                self.insist("tick")
            time.sleep(0.1)

    @contextmanager
    def armed(self, point: Point) -> Iterator[None]:
        """The point strikes inside the block; that it was never reached is a failure."""
        (self.folder / "struck").unlink(missing_ok=True)
        (self.folder / "armed").write_text(point.name)
        yield
        (self.folder / "armed").unlink(missing_ok=True)
        struck = self.folder / "struck"
        assert struck.exists() and struck.read_text() == point.name, f"{point.name} was never reached"
        self.raise_the_dead()

    def bring_in(self, office: str, month: str, revision: int = 0) -> str:
        """A month's file from upload to applied, whatever dies on the way; gives the batch."""
        batch = str(self.insist("upload", office=office, month=month, revision=revision))
        self.until(lambda: self.insist("confirm", office=office, batch=batch) == "applied", "applied")
        self.until(lambda: self.insist("look", batch=batch)["live"] == 0, "jobs at rest")
        return batch
