"""A program that runs under us, in a session of its own, and does not outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


class StartError(RuntimeError):
    """A part did not start; the message is one sentence for the person at the terminal."""


def die_with_parent(sig: signal.Signals) -> Callable[[], None]:
    """Give the hook that, called in a child, has Linux send it `sig` when its parent dies (kill -9 too)."""
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)

    def hook() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(sig))

    return hook


class Child:
    """One program: started with its output in a log file (or on our own), stopped politely, then by force.

    A session of its own keeps the terminal's Ctrl-C away from it, so that the order of stopping is ours.
    `hold` are open files that stay open as long as any process of it lives.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path | None,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGTERM,
        grace: float = 10.0,
    ) -> None:
        self.name = name
        self.command = [str(part) for part in command]
        self.log = log
        self.env = env
        self.hold: tuple[int, ...] = ()
        self.stop_signal = stop_signal
        self.orphan_signal = orphan_signal
        self.grace = grace
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program. Raises StartError when it cannot be run at all."""
        log = None
        if self.log:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            log = self.log.open("wb")
        try:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                env=self.env,
                pass_fds=self.hold,
                start_new_session=True,
                preexec_fn=die_with_parent(self.orphan_signal),
            )
        except OSError as error:
            raise StartError(f"{self.name} could not be started: {error}") from error
        finally:
            if log:
                log.close()

    @property
    def pid(self) -> int:
        """The process number. Raises StartError when it was never started."""
        if self.process is None:
            raise StartError(f"{self.name} is not running")
        return self.process.pid

    def alive(self) -> bool:
        """True while the program runs."""
        return self.process is not None and self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        """Wait until `ready()`; raises StartError, with the end of the log, if it dies or takes too long."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.alive():
                raise StartError(f"{self.name} ended while starting:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.name} was not ready after {timeout:.0f} s:\n{self.last_words()}")
            time.sleep(0.05)

    def last_words(self, lines: int = 15) -> str:
        """The last lines of the log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log else ""
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        """Ask to stop, wait the grace time, then kill; nothing of its process group stays behind."""
        if self.alive():
            os.kill(self.pid, self.stop_signal)
        self._reap(self.grace)

    def kill(self) -> None:
        """kill -9 of the program itself, as a crash would do it."""
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
        self._reap(self.grace)

    def _reap(self, grace: float) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        deadline = time.monotonic() + grace
        while not self._is_zombie() and time.monotonic() < deadline:
            time.sleep(0.02)
        # The group is killed before the leader is waited for: until then its number cannot belong to others.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.process.wait()

    def _is_zombie(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
