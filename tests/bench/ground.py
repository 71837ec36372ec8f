"""Where the measures run: a server, a database made ready once and copied for each measure, one result."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEMPLATE, DATABASE = "portal_bench_ready", "portal_bench"
EMAIL = "bench@demo.invalid"


@dataclass(frozen=True)
class Result:
    """One line of the table. ``value`` is held against ``target``: a ratio, milliseconds or a number.

    ``kind`` says what the value is (× ms s MB number); without a target the line only reports.
    """

    what: str
    value: float
    kind: str
    target: float | None = None
    at_least: bool = False
    seconds: float | None = None
    base: float | None = None

    @property
    def reached(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def ratio(what: str, seconds: float, base: float, target: float | None, *, at_least: bool = False) -> Result:
    """A time beside its base."""
    return Result(what, seconds / base, "×", target, at_least, seconds, base)


@contextmanager
def servers() -> Iterator[str]:
    """The servers of the environment, else durable ones of our own; gives the words for the table's head."""
    from portal.run.servers import Postgres, Valkey

    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    own: list[Postgres | Valkey] = []
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    os.environ["PORTAL_DATA_DIR"] = str(folder / "data")
    (folder / "data" / "static").mkdir(parents=True)
    os.environ["PORTAL_LOG_LEVEL"] = "ERROR"
    try:
        if "PORTAL_DATABASE_URL" not in os.environ:
            own.append(postgres := Postgres(folder))
            postgres.start()
            os.environ["PORTAL_DATABASE_URL"] = postgres.url
        if "PORTAL_REDIS_URL" not in os.environ:
            own.append(valkey := Valkey(folder))
            valkey.start()
            os.environ["PORTAL_REDIS_URL"] = valkey.url
        yield "the project's own embedded server" if len(own) == 2 else "the server of PORTAL_DATABASE_URL"
    finally:
        while own:
            own.pop().stop()
        shutil.rmtree(folder, ignore_errors=True)


def settings_of_server() -> str:
    """What the figures depend on, in the server's own words."""
    from portal import sql
    from portal.scope import nation

    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "jit")
    with nation("bench"):
        return ", ".join(f"{name}={sql.rows(f'SHOW {name}')[0][0]}" for name in names)


def make_ready() -> None:
    """The database that the others are copied from: tables and reference data."""
    from django.core.management import call_command

    _create(TEMPLATE, "template0")
    with connected_to(TEMPLATE):
        call_command("migrate", verbosity=0)
        call_command("load_reference", stdout=io.StringIO())


@contextmanager
def database(name: str = DATABASE) -> Iterator[None]:
    """A fresh copy of the ready database, inside nation scope; gone afterwards."""
    from portal.scope import nation

    _create(name, TEMPLATE)
    try:
        with connected_to(name), nation("bench"):
            yield
    finally:
        _drop(name)


def clean_up() -> None:
    _drop(TEMPLATE)


def vacuum() -> None:
    """Statistics and visibility as a server at rest has them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def centre() -> Any:
    """A central administrator to act, newly made."""
    from portal.models import User

    return acting(User.objects.create_user(email=EMAIL, password="x"))


def acting(user: Any) -> Any:
    """The user as a central administrator."""
    from datetime import date

    from portal.actors import Actor, Capacity
    from portal.scope import NATION

    capacity = Capacity(1, "k", "CENTRAL_ADMIN", None, "", "ผู้ดูแลระบบส่วนกลาง", "-")
    return Actor(user, date(2026, 11, 22), None, "bench", (capacity,), None, NATION)


def through_intake(actor: Any, handler: str, name: str, data: bytes, **params: str) -> dict[str, float]:
    """A file received, previewed and applied as a worker does it; seconds of each step."""
    from portal.intake import services
    from portal.models import Batch

    took, began = {}, time.perf_counter()
    upload = services.Upload(name, io.BytesIO(data))
    batch = services.receive(actor=actor, handler_code=handler, upload=upload, params=params)
    took["receive"] = time.perf_counter() - began
    began = time.perf_counter()
    counts = services.preview(batch_uuid=batch.uuid)
    took["preview"] = time.perf_counter() - began
    batch = Batch.objects.get(pk=batch.pk)
    began = time.perf_counter()
    applied = services.carry_out(actor=actor, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)
    took["apply"] = time.perf_counter() - began
    shown = {key: counts[key] for key in ("new", "changed", "same", "refused", "findings")}
    steps = ", ".join(f"{step} {seconds:.2f} s" for step, seconds in took.items())
    say(f"{name}, {len(data) / 2**20:.1f} MB: {shown} → {applied}; {steps}")
    return took


def say(text: str) -> None:
    """What happened, above the table."""
    print(f"  {text}", flush=True)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """This process's connection leads to the database of that name inside the block."""
    from django.db import connection

    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _create(name: str, template: str) -> None:
    _drop(name)
    _maintain(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")


def _drop(name: str) -> None:
    _maintain(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _maintain(statement: str) -> None:
    from django.db import connection

    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement)
