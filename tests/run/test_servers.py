"""The embedded servers: what they promise to the demonstration and to the tests."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from portal.run import servers
from portal.run.child import Child, StartError
from portal.run.servers import MAX_SOCKET_PATH, Postgres, Valkey, socket_dir


def query(server: Postgres, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def gone(pid: int, seconds: float = 10) -> bool:
    """True when the process ends within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_thai_trigrams_are_not_empty_and_data_survive_kill(own_postgres: Postgres) -> None:
    query(own_postgres, "CREATE EXTENSION pg_trgm")
    [(trigrams,)] = query(own_postgres, "SELECT show_trgm('ปราจีนบุรี')")
    assert len(trigrams) > 5
    [(ctype, encoding)] = query(
        own_postgres,
        "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'portal'",
    )
    assert (ctype, encoding) == ("C.UTF-8", "UTF8")

    query(own_postgres, "CREATE TABLE kept AS SELECT 42 AS n")
    own_postgres.kill()
    own_postgres.start()
    assert query(own_postgres, "SELECT n FROM kept") == [(42,)]


def test_valkey_keeps_its_queue_over_a_restart_and_opens_no_port(own_valkey: Valkey) -> None:
    with redis.Redis(unix_socket_path=str(own_valkey.socket)) as client:
        client.lpush("celery", "task")
        assert client.config_get("port") == {"port": "0"}
    assert stat.S_IMODE(own_valkey.socket.parent.stat().st_mode) == 0o700
    own_valkey.stop()
    own_valkey.start()
    with redis.Redis(unix_socket_path=str(own_valkey.socket)) as client:
        assert client.llen("celery") == 1


def test_a_long_data_path_still_gives_a_short_socket_path(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    folder = socket_dir(deep, "postgres")
    assert len(os.fsencode(folder / ".s.PGSQL.5432")) <= MAX_SOCKET_PATH
    other = socket_dir(tmp_path / ("d" * 60) / ("f" * 60), "postgres")
    assert folder != other
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for made in (folder, other):
        shutil.rmtree(made.parent)


def test_a_folder_of_another_version_is_refused(tmp_path: Path) -> None:
    server = Postgres(tmp_path)
    server.home.mkdir()
    (server.home / "PG_VERSION").write_text("9\n")
    with pytest.raises(StartError, match="PostgreSQL 9"):
        server.start()


@pytest.mark.parametrize(
    ("find", "sentence"),
    [("postgres_binaries", "PORTAL_DATABASE_URL"), ("valkey_binary", "PORTAL_REDIS_URL")],
)
def test_without_any_binary_one_sentence_says_what_to_do(
    find: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "find_spec", lambda name: None)
    monkeypatch.setattr(servers.shutil, "which", lambda name: None)
    monkeypatch.setattr(servers.Path, "glob", lambda self, pattern: iter(()))
    with pytest.raises(StartError, match=sentence):
        getattr(servers, find)()


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to become somebody else")
def test_without_user_namespaces_postgres_runs_as_nobody() -> None:
    # Not below pytest's tmp_path, which other users may not enter.
    data = Path(tempfile.mkdtemp(prefix="portal-nobody-"))
    data.chmod(0o755)
    server = Postgres(data, durable=False, namespace=False)
    try:
        server.start()
        assert Path(f"/proc/{server.pid}").stat().st_uid == server.home.stat().st_uid != 0
        assert query(server, "SELECT 1") == [(1,)]
    finally:
        server.stop()
        shutil.rmtree(data)


def test_a_child_that_cannot_start_or_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(StartError, match="could not be started"):
        Child("nothing", [tmp_path / "absent"], log=log).start()
    dying = Child("dying", [sys.executable, "-c", "print('no disk'); raise SystemExit(3)"], log=log)
    dying.start()
    with pytest.raises(StartError, match="no disk"):
        dying.wait_until(lambda: False, 10)
    dying.stop()
    slow = Child("slow", [sys.executable, "-c", "import time; time.sleep(60)"], log=log)
    slow.start()
    with pytest.raises(StartError, match="not ready after"):
        slow.wait_until(lambda: False, 0.2)
    slow.stop()
    assert not slow.alive()


def test_a_deaf_child_is_killed_with_its_own_children(tmp_path: Path) -> None:
    deaf = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    child = Child("deaf", [sys.executable, "-c", deaf], log=tmp_path / "log", grace=0.5)
    child.start()
    child.wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "", 10)
    child.stop()
    assert gone(int((tmp_path / "pid").read_text()))


def test_servers_die_with_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from portal.run.servers import Postgres, Valkey; "
        "data = Path(sys.argv[1]); p = Postgres(data, durable=False); v = Valkey(data, durable=False); "
        "p.start(); v.start(); print(p.pid, v.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 2
    assert all(gone(pid) for pid in pids)
