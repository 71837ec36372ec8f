"""Starts the parts in order, watches them, stops them in the reverse order; one at a time per data folder."""

import fcntl
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from portal.run.child import Child, StartError


class Stopped(Exception):
    """Somebody asked to stop (Ctrl-C, SIGTERM, or the terminal was closed)."""


class Supervisor:
    """Owns the data folder while it lives: `with Supervisor(data) as house: house.start(part) …`."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.parts: list[Child] = []
        self.stopping = False

    def __enter__(self) -> "Supervisor":
        self.lock = self._take_lock()
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # A flag and not an exception: raised inside a start, it would lose the child just made.
            signal.signal(sig, self._ask_to_stop)
        return self

    def __exit__(self, *exc: object) -> None:
        while self.parts:
            self.parts.pop().stop()
        os.close(self.lock)

    def start(self, part: Child) -> None:
        """Start one part; parts are stopped in the reverse order of their start."""
        part.hold = (self.lock,)
        self.parts.append(part)
        part.start()
        self.check()

    def wait(self, part: Child, ready: Callable[[], bool], timeout: float = 60) -> None:
        """Wait until a part is ready. Raises StartError if it is not, Stopped if somebody asked to stop."""

        def ready_or_stop() -> bool:
            self.check()
            return ready()

        part.wait_until(ready_or_stop, timeout)

    def finish(self, part: Child) -> None:
        """Run a part that ends by itself. Raises StartError when it fails."""
        self.start(part)
        while part.alive():
            self.check()
            time.sleep(0.02)
        self.parts.remove(part)
        if part.process is not None and part.process.returncode:
            raise StartError(f"{part.name} failed: the lines above say why.")

    def watch(self) -> None:
        """Wait until somebody asks to stop (Stopped) or a part ends by itself (StartError)."""
        while True:
            self.check()
            for part in self.parts:
                if not part.alive():
                    raise StartError(f"{part.name} ended unexpectedly:\n{part.last_words()}")
            time.sleep(0.3)

    def check(self) -> None:
        """Raise Stopped when somebody asked to stop."""
        if self.stopping:
            raise Stopped

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _take_lock(self) -> int:
        """Give the open lock file. Every part inherits it, so it is free only when all of them are gone.

        Raises StartError when the portal runs already.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + 30
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                pid = int(os.pread(lock, 20, 0) or b"0")
                # After a kill -9 the parts may still be closing their data: a moment's patience.
                if _runs(pid) or time.monotonic() > deadline:
                    os.close(lock)
                    raise StartError(f"The portal is already running on {self.data}, pid {pid}.") from None
                time.sleep(0.1)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return lock


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def start_together(house: Supervisor, parts: Sequence[tuple[Child, Callable[[], bool]]]) -> None:
    """Start parts that do not need one another, then wait for all of them."""
    for part, _ in parts:
        house.start(part)
    for part, ready in parts:
        house.wait(part, ready)
