"""What can be proved of the production set-up without an engine to build images."""

import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from portal.deploy import healthy
from portal.run.servers import DATABASE, Postgres

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "portal" / "deploy"


def test_a_backup_restores_and_old_ones_go(own_postgres: Postgres, tmp_path: Path) -> None:
    env = {
        "PATH": f"{own_postgres.bin}:{os.environ['PATH']}",
        "PGHOST": str(own_postgres.sockets),
        "PGUSER": "portal",
        "PGDATABASE": DATABASE,
        "BACKUP_DIR": str(tmp_path),
        "FILES_DIR": str(tmp_path / "stored"),
    }

    def run(*command: str) -> str:
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout

    run("psql", "-c", "CREATE TABLE kept AS SELECT 'ปราจีนบุรี'::text AS name")
    (tmp_path / "stored" / "ab").mkdir(parents=True)
    (tmp_path / "stored" / "ab" / "cdef").write_text("scan")
    old = tmp_path / "portal-20200101T000000Z.dump"
    old.touch()
    os.utime(old, (0, 0))

    run("sh", str(DEPLOY / "backup.sh"), "once")

    [dump] = tmp_path.glob("portal-*.dump")
    assert (tmp_path / "files" / "ab" / "cdef").read_text() == "scan"
    run("sha256sum", "--check", f"{dump}.sha256")
    run("createdb", "again", "-T", "template0")
    run("pg_restore", "--dbname=again", str(dump))
    assert run("psql", "-At", "-d", "again", "-c", "SELECT name FROM kept") == "ปราจีนบุรี\n"


def test_a_failed_backup_leaves_no_file_that_looks_like_one(tmp_path: Path, own_postgres: Postgres) -> None:
    env = {"PATH": f"{own_postgres.bin}:{os.environ['PATH']}", "PGHOST": str(tmp_path), "PGUSER": "x"}
    command = ["sh", DEPLOY / "backup.sh", "once"]
    done = subprocess.run(command, env={**env, "BACKUP_DIR": str(tmp_path)}, capture_output=True)
    assert done.returncode != 0
    assert not list(tmp_path.glob("*.dump"))
    assert not (tmp_path / "last-success").exists()


def test_every_secret_and_file_of_the_compose_file_is_known() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    providers = (DEPLOY / "providers.yml").read_text()  # laid over it; off, and so with no example
    for path in re.findall(r"\./(portal/deploy/[\w.]+):", compose):
        assert (ROOT / path).is_file(), path
    named = set(re.findall(r"file: \./secrets/(\w+)", compose + providers))
    readme = (ROOT / "README.md").read_text()
    assert named
    assert all(f"`{name}`" in readme for name in named)
    example = (ROOT / ".env.example").read_text()
    for variable in set(re.findall(r"\$\{(\w+)", compose)):
        assert f"{variable}=" in example


def test_the_practice_portal_is_whole_and_reaches_nothing_of_the_real_one() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services = compose["services"]
    practice = {name: one for name, one in services.items() if one.get("profiles") == ["practice"]}
    assert set(practice) == {
        "practice", "practice-worker", "practice-prepare", "practice-db", "practice-redis",
    }  # fmt: skip
    assert compose["networks"]["practice"] == {"internal": True}
    for name, one in practice.items():
        assert one["networks"] == ["practice"], name
        assert all(secret.startswith("practice_") for secret in one.get("secrets", ())), name
        assert all(given.startswith("practice_") for given in one.get("volumes", ())), name
        assert set(one.get("depends_on", ())) <= set(practice), name
        assert "healthcheck" in one, name
    for name in ("practice", "practice-worker", "practice-prepare"):
        assert practice[name]["environment"]["DJANGO_SETTINGS_MODULE"] == "portal.settings.practice"
    assert "--beat" in practice["practice-worker"]["command"]
    assert "practice_reset --once" in practice["practice-prepare"]["command"][-1]
    assert "practice" in services["proxy"]["networks"]
    assert {name for name in services if "practice" in services[name].get("networks", ())} - {"proxy"} == set(
        practice
    )


def test_the_proxy_knows_the_way_to_the_practice_portal() -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    assert re.search(r"@practice host \{\$PORTAL_PRACTICE_HOST:[\w.]+\}", text)
    told = r"\{\s*header_up X-Forwarded-Proto https\s*\}"
    assert re.search(r"handle @practice \{\s*reverse_proxy practice:8000 " + told, text)
    assert re.search(r"handle \{\s*reverse_proxy web:8000 " + told, text)
    proxy = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["proxy"]
    assert "PORTAL_PRACTICE_HOST" in proxy["environment"]


@pytest.mark.parametrize(
    "variables",
    [
        {"PORTAL_HOSTS": "portal.example.go.th,other"},
        {"PORTAL_PRACTICE_HOSTS": "portal.example.go.th"},
    ],
)
@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1)])
def test_the_health_check_asks_as_the_proxy_does(
    status: int, expected: int, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {}

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.update(self.headers.items())
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("PORTAL_PORT", str(server.server_port))
        assert healthy.main() == expected
        thread.join()
    assert seen["Host"] == "portal.example.go.th"
    assert seen["X-Forwarded-Proto"] == "https"


def test_the_proxy_lets_through_what_the_settings_allow() -> None:
    """A little more, for the rest of the form: so that the refusal is the portal's own."""
    text = (DEPLOY / "Caddyfile").read_text()
    bounds = dict(re.findall(r"request_body @(\w+) \{\s*max_size (\d+)MiB", text))
    assert {name: int(size) - 1 for name, size in bounds.items()} == {
        "register": settings.UPLOAD_MAX_BYTES_OF_REGISTER >> 20,
        "other": settings.UPLOAD_MAX_BYTES >> 20,
    }
    address = reverse("intake:batch-import", args=["factories.feed"])
    assert re.findall(r"@(register path|other not path) \*(\S+)", text) == [
        ("register path", "/new/factories.feed/"), ("other not path", "/new/factories.feed/"),
    ]  # fmt: skip
    assert address.endswith("/new/factories.feed/")
