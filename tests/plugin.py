"""The test run's own servers and its rules about skipping.

This is a plugin and not a conftest.py because pytest-django reads the settings before any conftest.py is
loaded, and the settings read the servers' addresses.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Before anything of the portal is imported: that would choose the demonstration's settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"

from portal.run.servers import Postgres, Valkey

# How long an example takes depends on what else the machine does.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]
REAL_FILES = Path(os.environ.get("PORTAL_REAL_FILES", ROOT.parent / "shared" / "data" / "real"))
# What lives by constraints, set SQL, jobs or true concurrency: run once more by `make test-real`. Pages are not.
REAL_FOLDERS = {"offices", "factories", "intake", "reporting", "review", "jobs", "concurrency"}
BROWSER = "tests/browser/"
LONG = "test_matrix.py"  # every address × everybody, in one world
OURS = "PORTAL_TEST_SETS"  # which variables are the run's own, told to the processes that share its tests

_servers: list[Postgres | Valkey] = []
_folder: list[Path] = []
_skipped: list[str] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start throw-away servers where no address is set, and keep files away from the demonstration's.

    Of several processes that share the tests each has its own: queues and caches are not told apart by name. On
    a Redis that is given each has a database of its own, with the numbers after the given one.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in os.environ.pop(OURS, "").split():
            os.environ.pop(name, None)
        if given := os.environ.get("PORTAL_REDIS_URL"):
            worker = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
            os.environ["PORTAL_REDIS_URL"] = next_database(given, worker + 1)
    before = set(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    _folder.append(folder)
    # Not pytest_unconfigure: it is not called when the settings or a conftest.py cannot be loaded.
    atexit.register(_clean_up, os.getpid())
    if "PORTAL_DATA_DIR" not in os.environ:
        os.environ["PORTAL_DATA_DIR"] = str(folder / "data")
        (folder / "data" / "static").mkdir(parents=True)
    if "PORTAL_DATABASE_URL" not in os.environ:
        postgres = Postgres(folder, durable=False)
        _servers.append(postgres)
        postgres.start()
        os.environ["PORTAL_DATABASE_URL"] = postgres.url
    if "PORTAL_REDIS_URL" not in os.environ:
        valkey = Valkey(folder, durable=False)
        _servers.append(valkey)
        valkey.start()
        os.environ["PORTAL_REDIS_URL"] = valkey.url
    os.environ[OURS] = " ".join(set(os.environ) - before)


def next_database(url: str, steps: int) -> str:
    """The address of the Redis database whose number is so many higher."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + steps}"))


def _clean_up(owner: int) -> None:
    """Stop the servers and leave nothing behind; not in forked children, which end with the same hooks."""
    if os.getpid() == owner:
        while _servers:
            _servers.pop().stop()
        while _folder:
            shutil.rmtree(_folder.pop(), ignore_errors=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when a test is skipped (used by CI)")


class Lanes(LoadScopeScheduling):
    """What one process has to itself: a file, whose tests share what they load; and all the browser tests, since
    two browsers at once are slow."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return BROWSER if path.startswith(BROWSER) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes:
    return Lanes(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    room = item.path.relative_to(ROOT).parts[1] if item.path.is_relative_to(ROOT) else ""
    if room in REAL_FOLDERS and item.path.name != "test_pages.py":
        item.add_marker("real")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest lanes first, so that what is short fills up the time at the end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(BROWSER), item.path.name != LONG))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("realfile") and not REAL_FILES.is_dir():
        pytest.skip("the real files are not on this machine (PORTAL_REAL_FILES)")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and ("realfile" not in report.keywords or REAL_FILES.is_dir()):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--no-skips") and _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--no-skips") and _skipped:
        terminalreporter.section("skipped, which this run does not allow", sep="=", red=True)
        for nodeid in _skipped:
            terminalreporter.line(nodeid)


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of the real files; for tests marked `realfile`."""
    return REAL_FILES


@pytest.fixture
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A durable PostgreSQL of the test's own, which it may kill and start again."""
    server = Postgres(tmp_path_factory.mktemp("pg"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A durable Valkey of the test's own, which it may kill and start again."""
    server = Valkey(tmp_path_factory.mktemp("vk"))
    server.start()
    yield server
    server.stop()
