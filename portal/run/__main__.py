"""`make demo` after set-up: the whole portal on this machine, until Ctrl-C."""

import os
import shutil
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path

from portal.celery import app
from portal.run.child import Child, StartError
from portal.run.servers import Postgres, Valkey
from portal.run.supervisor import Stopped, Supervisor, say, start_together

ROOT = Path(__file__).resolve().parents[2]
SCALES = ("tiny", "tenth", "full", "none")


def web_answers(address: str) -> bool:
    """True when the health endpoint answers that all is well."""
    try:
        with urllib.request.urlopen(f"{address}healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def worker_answers() -> bool:
    """True when a worker answers over the broker."""
    return bool(app.control.ping(timeout=0.3))


def free_port(port: int) -> None:
    """Raise StartError where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StartError(
                f"Port {port} is in use by another program: PORTAL_PORT=8001 make demo takes another one."
            ) from None


def run(house: Supervisor, data: Path, port: int, scale: str) -> None:
    """Start everything, say where it is, and watch it. Raises StartError or Stopped when it ends."""
    begun = time.monotonic()
    ours = "PORTAL_DATABASE_URL" not in os.environ
    if ours:
        postgres = Postgres(data)
        house.start(postgres)
        os.environ["PORTAL_DATABASE_URL"] = postgres.url
    if "PORTAL_REDIS_URL" not in os.environ:
        valkey = Valkey(data)
        house.start(valkey)
        os.environ["PORTAL_REDIS_URL"] = valkey.url
    python = [sys.executable, "-m"]
    sign_ins = data / "sign-ins.txt"
    whose = "ours" if ours else "theirs"
    house.finish(
        Child("Preparing the database", [*python, "portal.run.prepare", scale, whose, sign_ins], log=None)
    )

    log = data / "log"
    address = f"http://127.0.0.1:{port}/"
    schedule = data / "beat"
    shutil.rmtree(schedule, ignore_errors=True)
    schedule.mkdir()
    celery = [*python, "celery", "-A", "portal"]
    # A worker whose parent is gone must not wait for its tasks or its broker: both may be gone too.
    worker = Child(
        "The worker",
        [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle"],
        log=log / "worker.log",
        orphan_signal=signal.SIGKILL,
    )
    beat = Child(
        "The clock (beat)",
        [*celery, "beat", f"--schedule={schedule}/times", "--pidfile="],
        log=log / "beat.log",
    )
    web = Child(
        "The web server",
        [*python, "granian", "--interface=wsgi", f"--port={port}", "--workers=2", "--blocking-threads=4",
         "--workers-kill-timeout=5", "--no-ws", "portal.wsgi:application"],
        log=log / "web.log",
    )  # fmt: skip
    start_together(
        house,
        [
            (worker, worker_answers),
            (beat, lambda: any(schedule.iterdir())),
            (web, lambda: web_answers(address)),
        ],
    )
    say(f"\nThe portal is ready after {time.monotonic() - begun:.1f} s: {address}\n")
    say(sign_ins.read_text(encoding="utf-8"))
    sign_ins.unlink()
    say("Ctrl-C stops everything; the data stay.")
    house.watch()


def main() -> None:
    """Read the environment (PORTAL_DATA_DIR, PORTAL_PORT, SCALE) and run until somebody asks to stop."""
    os.chdir(ROOT)
    data = Path(os.environ.setdefault("PORTAL_DATA_DIR", str(ROOT / ".data"))).resolve()
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.local"
    os.environ["PYTHONUNBUFFERED"] = "1"
    port = int(os.environ.get("PORTAL_PORT", "8000"))
    scale = os.environ.get("SCALE") or "tenth"
    try:
        if scale not in SCALES:
            raise StartError(f"SCALE is one of {', '.join(SCALES)}, not {scale}.")
        with Supervisor(data) as house:
            free_port(port)
            run(house, data, port, scale)
    except Stopped:
        say("Stopped; the data are kept.")
    except StartError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
