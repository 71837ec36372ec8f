"""`make demo` as a person uses it: start, second start, Ctrl-C, kill -9. Nothing may stay behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from portal.run import prepare
from portal.run.servers import Postgres

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ("PORTAL_DATABASE_URL", "PORTAL_REDIS_URL", "DJANGO_SETTINGS_MODULE")


class Demo:
    """A demonstration on a data folder and port of its own."""

    def __init__(self, data: Path, **more: str) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.env = {key: value for key, value in os.environ.items() if key not in SERVERS}
        self.env |= {"PORTAL_DATA_DIR": str(data), "PORTAL_PORT": str(self.port), "SCALE": "none", **more}
        self.output = data.with_suffix(".out")

    def start(self) -> "Demo":
        with self.output.open("w") as output:
            command = [sys.executable, "-m", "portal.run"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=output, stderr=output)
        return self

    def wait_ready(self) -> float:
        begun = time.monotonic()
        while "Ctrl-C stops" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - begun < 120, self.said()
            time.sleep(0.05)
        return time.monotonic() - begun

    def said(self) -> str:
        return self.output.read_text()

    def processes(self) -> dict[int, str]:
        """Every process that was started for this data folder, whoever its parent is now."""
        found = {}
        lock = str(self.data / "lock")
        for proc in Path("/proc").glob("[0-9]*"):
            try:
                # Valkey writes its title over its environment, but holds the lock like every part.
                holds = any(os.readlink(file) == lock for file in (proc / "fd").iterdir())
                if holds or str(self.data).encode() in (proc / "environ").read_bytes():
                    found[int(proc.name)] = (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return found

    def all_gone(self, seconds: float = 20) -> bool:
        deadline = time.monotonic() + seconds
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.processes()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    leftover = Demo(folder).processes()
    for pid in leftover:
        os.kill(pid, signal.SIGKILL)
    assert not leftover


def test_start_stop_second_start_and_kill(data: Path) -> None:
    demo = Demo(data).start()
    demo.wait_ready()
    assert f"http://127.0.0.1:{demo.port}/" in demo.said()
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/healthz") as answer:
        assert answer.status == 200
    running = "\n".join(demo.processes().values())
    for part in ("postgres", "valkey-server", "celery -A portal worker", "celery -A portal beat", "granian"):
        assert part in running

    # A second start on the same data says so and touches nothing.
    second = subprocess.run(
        [sys.executable, "-m", "portal.run"],
        cwd=ROOT,
        env=demo.env,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert f"already running on {data}, pid {demo.process.pid}" in second.stderr
    assert demo.process.poll() is None

    # kill -9 of the supervisor: everything ends by itself, and a start right after it waits for that.
    demo.process.kill()
    demo.process.wait()
    again = Demo(data, PORTAL_PORT=str(demo.port)).start()
    again.wait_ready()
    assert "Making the tables" not in again.said()

    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(30) == 0
    assert again.said().rstrip().endswith("Stopped; the data are kept.")
    assert again.all_gone(1)
    assert "database system is shut down" in (data / "log" / "postgres.log").read_text()


def test_stopped_in_the_middle_of_starting_leaves_nothing(data: Path) -> None:
    demo = Demo(data).start()
    deadline = time.monotonic() + 60
    while not (data / "postgres" / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    demo.process.send_signal(signal.SIGTERM)
    demo.process.wait(30)
    assert demo.all_gone(1)


def test_a_part_that_dies_stops_the_rest_and_is_named(data: Path) -> None:
    demo = Demo(data).start()
    demo.wait_ready()
    [worker] = [
        pid
        for pid, command in demo.processes().items()
        if "celery -A portal worker" in command
        and Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1] == str(demo.process.pid)
    ]
    os.kill(worker, signal.SIGKILL)
    assert demo.process.wait(60) == 1
    assert "The worker ended unexpectedly" in demo.said()
    assert demo.all_gone(1)


def test_a_taken_port_and_a_wrong_scale_are_one_sentence(data: Path) -> None:
    demo = Demo(data)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        demo.start()
        assert demo.process.wait(30) == 1
    assert f"Port {demo.port} is in use" in demo.said()
    demo.env["SCALE"] = "half"
    demo.start()
    assert demo.process.wait(30) == 1
    assert "SCALE is one of tiny, tenth, full, none" in demo.said()
    assert not (data / "postgres").exists()


def test_half_loaded_data_are_loaded_anew_in_our_server_only(own_postgres: Postgres, tmp_path: Path) -> None:
    def run(whose: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PORTAL_DATABASE_URL": own_postgres.url, "PORTAL_DATA_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "portal.run.prepare", "none", whose, tmp_path / "sign-ins"]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)

    def ask(sql: str) -> list[tuple[object, ...]]:
        connection = psycopg2.connect(own_postgres.url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    ask(f"CREATE TABLE half (n int); COMMENT ON DATABASE portal IS '{prepare.LOADING}, tenth'")
    refused = run("theirs")
    assert refused.returncode == 1
    assert "half-loaded" in refused.stderr
    assert ask("SELECT to_regclass('half') IS NULL") == [(False,)]

    done = run("ours")
    assert done.returncode == 0, done.stderr
    assert ask("SELECT to_regclass('half') IS NULL, to_regclass('django_migrations') IS NULL") == [
        (True, False)
    ]
    note = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'portal'"
    assert ask(note) == [(f"{prepare.LOADED}, none",)]
    assert run("theirs").returncode == 0
