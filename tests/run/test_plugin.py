"""The rules of the test run itself: what may be skipped, and that nothing stays behind."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.plugin import next_database

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import os, pytest
def test_runs(): assert os.environ["PORTAL_DATABASE_URL"]
@pytest.mark.skipif(os.environ.get("SKIP") == "plain", reason="why not")
def test_plain(): pass
@pytest.mark.realfile
def test_real_file():
    if os.environ.get("SKIP") == "inside": pytest.skip("no")
"""


def run(folder: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(folder), "-q"]
    command += ["-p", "tests.plugin", "-p", "no:django", "-p", "no:cacheprovider", *options, str(folder)]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True)


def test_ci_fails_on_a_skip_but_not_where_the_real_files_are_absent(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")
    assert run(tmp_path, SKIP="plain", PORTAL_REAL_FILES=absent).returncode == 0
    assert run(tmp_path, "--no-skips", PORTAL_REAL_FILES=absent).returncode == 0

    skipped = run(tmp_path, "--no-skips", SKIP="plain", PORTAL_REAL_FILES=absent)
    assert skipped.returncode == 1
    assert "test_plain" in skipped.stdout.partition("which this run does not allow")[2]

    present = run(tmp_path, "--no-skips", SKIP="inside", PORTAL_REAL_FILES=str(tmp_path))
    assert present.returncode == 1


def test_processes_that_share_a_redis_have_a_database_each() -> None:
    assert next_database("redis://127.0.0.1:6379/5", 2) == "redis://127.0.0.1:6379/7"
    assert next_database("redis://127.0.0.1:6379", 1) == "redis://127.0.0.1:6379/1"


def test_the_run_s_own_servers_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORTAL_DATABASE_URL", "PORTAL_REDIS_URL", "PORTAL_DATA_DIR"):
        monkeypatch.delenv(name)
    with tempfile.TemporaryDirectory(prefix="portal-") as short:
        done = run(tmp_path, TMPDIR=short)
        assert done.returncode == 0, done.stdout
        assert os.listdir(short) == []
