"""A whole portal of the test's own: database, broker, web server and worker, as production runs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
from playwright.sync_api import Page, expect

from offices import demo
from portal.run.child import Child
from portal.run.servers import Valkey

ROOT = Path(__file__).resolve().parents[2]
TOTP_SECONDS = 30


def _url(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["PORTAL_DATABASE_URL"])._replace(path=f"/{database}"))


def _sql(statement: str) -> None:
    connection = psycopg2.connect(_url("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


class Database:
    """A database on the test run's PostgreSQL, gone when it is left."""

    def __init__(self, name: str, template: Database | None = None) -> None:
        run = urlsplit(os.environ["PORTAL_DATABASE_URL"]).path.lstrip("/")
        self.name = f"{run}_browser_{name}"
        locale = "template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        self.template = f'"{template.name}"' if template else locale
        self.url = _url(self.name)

    def __enter__(self) -> Database:
        _sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        _sql(f'CREATE DATABASE "{self.name}" TEMPLATE {self.template}')
        return self

    def __exit__(self, *exc: object) -> None:
        _sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


class House:
    """The portal on a free port: `with House(folder, database_url) as house: …`."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.valkey = Valkey(folder, durable=False)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.local",
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_REDIS_URL": self.valkey.url,
        }
        self.parts: list[Child] = [self.valkey]
        self.application = "portal.wsgi:application"
        self.sessions: dict[str, object] = {}  # who has signed in: a code counts once, a session many times

    def __enter__(self) -> House:
        try:
            self.valkey.start()
            # Not waited for: what is asked of it meanwhile waits in the broker.
            self._child(
                "worker", "celery", "-A", "portal", "worker", "--concurrency=1", "--without-gossip",
                "--without-mingle", "--without-heartbeat",
            )  # fmt: skip
            web = self._child(
                "web", "granian", "--interface=wsgi", f"--port={self.port}", "--workers=1",
                "--blocking-threads=4", "--workers-kill-timeout=2", "--no-ws", self.application,
            )  # fmt: skip
            web.wait_until(self._answers, 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        while self.parts:
            self.parts.pop().stop()

    def move_in_time(self) -> None:
        """Let tests name the portal's day; before the portal starts."""
        self.application = "tests.browser.clock:application"
        self.env["PORTAL_TEST_DAY"] = str(self.folder / "day")

    def set_day(self, day: date) -> None:
        """The day it is from now on; whoever had signed in signs in again."""
        (self.folder / "day").write_text(day.isoformat())
        self.sessions.clear()
        self.renew_codes()

    def renew_codes(self) -> None:
        """One-time codes count once more; otherwise whoever signs in again waits for the next half minute."""
        with redis.Redis.from_url(self.valkey.url) as cache:
            for used in list(cache.scan_iter("*allauth.mfa.totp.used*")):
                cache.delete(used)

    def prepare(self, what: str) -> None:
        """Run the steps of `tests.browser.prepare`; before the portal starts."""
        command = [sys.executable, "-m", "tests.browser.prepare", what]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]

    def _child(self, name: str, *command: str) -> Child:
        log = self.folder / "log" / f"{name}.log"
        child = Child(name, [sys.executable, "-m", *command], log=log, env=self.env, grace=5)
        self.parts.append(child)
        child.start()
        return child

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def one_time_code(secret: str) -> str:
    """The six digits an authenticator shows now (RFC 6238); waits for fresh ones when these end soon."""
    left = TOTP_SECONDS - time.time() % TOTP_SECONDS
    if left < 6:
        time.sleep(left + 0.1)
    counter = int(time.time()) // TOTP_SECONDS
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(page: Page, name: str) -> None:
    """Sign somebody in with password and authenticator, as he does it."""
    email = f"{name}@{demo.DOMAIN}"
    page.goto("/accounts/login/")
    page.get_by_label("อีเมล").fill(email)
    page.get_by_label("รหัสผ่าน").fill(demo.PASSWORD)
    page.get_by_role("button", name="ลงชื่อเข้าใช้").click()
    page.locator("input[name=code]").fill(one_time_code(demo.totp_secret(email)))
    page.get_by_role("button", name="เข้าใช้งาน").click()
    expect(page.locator("details.user")).to_be_visible()
