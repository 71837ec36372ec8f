"""How long pages take behind the real web server, warm, over the demonstration at full scale.

granian serves on loopback as ``make demo`` starts it; sessions of chiefs, inspectors and the centre
ask one after another. Queries are counted in this process through the same middleware, without the
session's own BEGIN, COMMIT and savepoints.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from tests.bench import ground
from tests.bench.ground import Result

TODAY = date(2026, 11, 22)
MONTHS = ("2026-10", "2026-09", "2026-08", "2025-12")
ROUNDS = 5
QUERIES = 12
TARGETS = {"dashboard": 200, "map": 300}  # p95 in ms
READERS = {
    "office": ("chief.11", "chief.74", "officer.25", "chief.20"),
    "inspector": tuple(f"inspector.{number}" for number in range(1, 6)),
    "centre": ("admin.1", "admin.2"),
}


def addresses(kind: str) -> list[str]:
    """What is asked: the dashboard by month, or a page of the registry."""
    if kind == "dashboard":
        return [f"/reports/dashboard/?period={month}" for month in MONTHS]
    if kind == "list":
        return ["/factories/", "/factories/?last=1", "/factories/?status=operating"]
    if kind == "map":
        return ["/factories/map/", "/factories/map/?late=yes"]
    if kind == "search":
        return [f"/factories/?q={quote(word)}" for word in ("สาธิต เจริญ", "พลาสท์", "90123", "20250000")]
    from factories.models import Factory

    return [
        f"/factories/{uuid}/"
        for uuid in Factory.objects.order_by("id").values_list("uuid", flat=True)[:40:10]
    ]


def cookie(name: str) -> str:
    """A session of a demonstration account that has passed both factors."""
    client = client_of(name)
    return f"sessionid={client.session.session_key}"


def client_of(name: str) -> Any:
    from django.test import Client

    from offices.demo import DOMAIN
    from portal.models import User

    client = Client()
    client.force_login(User.objects.get(email=f"{name}@{DOMAIN}"))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


@contextmanager
def web_server() -> Iterator[int]:
    """granian on a free port of the loopback, over the database this process is connected to."""
    from django.conf import settings
    from django.db import connection

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = os.environ["PORTAL_DATABASE_URL"]
    start, slash, rest = url.partition("://")[2].partition("/")
    _name, mark, query = rest.partition("?")
    env = os.environ | {
        "PORTAL_DATABASE_URL": f"postgresql://{start}{slash}{connection.settings_dict['NAME']}{mark}{query}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.local",
        "PORTAL_SECRET_KEY": settings.SECRET_KEY,  # our sessions are signed with it
    }
    command = [sys.executable, "-m", "granian", "--interface=wsgi", f"--port={port}", "--workers=2",
               "--blocking-threads=4", "--no-ws", "--log-level=error", "portal.wsgi:application"]  # fmt: skip
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        for _attempt in range(300):
            try:
                if get(http.client.HTTPConnection("127.0.0.1", port), "/healthz", "")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the web server does not answer")
        yield port
    finally:
        server.terminate()
        server.wait(30)


def get(web: http.client.HTTPConnection, path: str, session: str) -> tuple[int, float]:
    """Status and milliseconds of one request."""
    began = time.perf_counter()
    web.request("GET", path, headers={"Cookie": session})
    response = web.getresponse()
    response.read()
    return response.status, (time.perf_counter() - began) * 1000


class Request(NamedTuple):
    """Who asked for what, and how many milliseconds it took; ``first`` before anything was warm."""

    reader: str
    path: str
    took: float
    first: bool


def timed(port: int, people: dict[str, list[str]], asked: Callable[[str], list[str]]) -> list[Request]:
    """The first and the warm requests of what each reader asks for."""
    web = http.client.HTTPConnection("127.0.0.1", port)
    made: list[Request] = []
    for number in range(ROUNDS + 2):  # two workers: the first two rounds warm both
        for reader, sessions in people.items():
            for session in sessions:
                for path in asked(reader):
                    status, took = get(web, path, session)
                    assert status == 200, (status, path)
                    if number != 1:
                        made.append(Request(reader, path, took, number == 0))
    return made


def measured(title: str, made: list[Request], target: float | None, readers: bool) -> list[Result]:
    """The lines of the table for the warm requests for one kind of page; with ``readers`` one for each."""
    warm = [one for one in made if not one.first]
    first = [one.took for one in made if one.first]
    times = [one.took for one in warm]
    by_path: dict[str, list[float]] = {}
    for one in warm:
        by_path.setdefault(f"{one.reader} {unquote(one.path)}", []).append(one.took)
    slowest = sorted(by_path, key=lambda path: -statistics.median(by_path[path]))[:3]
    ground.say(f"{title}: {len(warm)} warm requests, p50 {percentile(times, 0.5):.0f} ms; first sight p50 "
               f"{percentile(first, 0.5):.0f} ms, worst {max(first):.0f} ms; slowest "
               + ", ".join(f"{path} {statistics.median(by_path[path]):.0f}" for path in slowest))  # fmt: skip
    lines = [
        Result(f"{title}, p50", percentile(times, 0.5), "ms"),
        Result(f"{title}, p95", percentile(times, 0.95), "ms", target),
    ]
    for reader in dict.fromkeys(one.reader for one in warm) if readers else ():
        own = [one.took for one in warm if one.reader == reader]
        half, most = percentile(own, 0.5), percentile(own, 0.95)
        lines.append(Result(f"  {reader} alone, p95 (p50 {half:.0f} ms)", most, "ms"))
    return lines


def addresses_for(kind: str, reader: str) -> list[str]:
    return addresses(kind) if kind != "detail" or reader == "centre" else []


def queries(path: str, client: Any) -> int:
    """Queries of a warm request, without the bounds of transactions and without the count of what waits
    for the reader, which is made once a minute: the lesser of two."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    bounds = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        counts.append(sum(not query["sql"].startswith(bounds) for query in caught.captured_queries))
    return min(counts)


def percentile(times: list[float], share: float) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1]


def measure(scale: str) -> list[Result]:
    from django.core.management import call_command

    from portal.scope import nation

    results: list[Result] = []
    with ground.database():
        began = time.perf_counter()
        call_command("load_demo", scale=scale, today=TODAY, stdout=io.StringIO())
        results.append(
            Result(f"Demonstration data, scale {scale}, loaded (s)", time.perf_counter() - began, "number")
        )
        ground.vacuum()
        people = {reader: [cookie(name) for name in names] for reader, names in READERS.items()}
        with web_server() as port, nation("bench"):
            for kind in ("dashboard", "list", "search", "detail", "map"):
                made = timed(port, people, lambda reader, k=kind: addresses_for(k, reader))
                results += measured(TITLES[kind], made, TARGETS.get(kind), readers=kind == "dashboard")
        for reader, names in READERS.items():
            count = queries(addresses("dashboard")[0], client_of(names[0]))
            results.append(Result(f"Dashboard of {reader}, queries", count, "number", QUERIES))
    return results


TITLES = {
    "dashboard": "Dashboard",
    "list": "Factory list",
    "search": "Factory search",
    "detail": "Factory detail",
    "map": "Factory map",
}
