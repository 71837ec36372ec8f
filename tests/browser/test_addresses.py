"""Every address that shows a page: judged by axe in two widths and gone through with the tabulator, also where
what is sent is refused.

Walks by links (``test_pages.py``) see what the demonstration's people have; here every address has a row.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import transaction
from playwright.sync_api import Browser, Page

from tests import many
from tests.access.expected import EXPECTED
from tests.access.world import SENT, World, furnished_world, house
from tests.browser.pages import WIDTHS, Judge, by_keyboard
from tests.security import test_matrix as matrix

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.timeout(1500)]

FIRST = "CZHMOAXIDSNREU"  # whoever can do most there is asked first


@dataclass(frozen=True)
class Answer:
    """What an address answered: a page, or something else with this status and type."""

    name: str
    address: str
    status: int
    kind: str
    html: str


@pytest.fixture(scope="module")
def answers(browser: Browser, django_db_setup: Any, django_db_blocker: Any) -> list[Answer]:
    """Each address as it was opened and as it was sent to. The browser comes first: with its loop of events
    begins another connection to the database."""
    with django_db_blocker.unblock(), furnished_world() as world, many.pages():
        return list(asked(world))


def asked(world: World) -> Iterator[Answer]:
    """What whoever can do most is shown, and what he is told to a form that he did not fill in."""
    for name, pattern in house():
        address, row = world.address(name, pattern, far=False), EXPECTED[name]
        for post in (False, True) if matrix.sends(pattern) else (False,):
            found: Answer | None = None
            for role in FIRST:
                if row.expected(role, far=False, post=post) == "open":
                    found = answered(world, role, name, address, post=post)
                    if found.status not in (302, 405, 409):
                        break
            if found is not None:
                yield found


def answered(world: World, role: str, name: str, address: str, *, post: bool) -> Answer:
    with transaction.atomic():
        client = world.clients[role]
        response: Any = client.post(address, SENT) if post else client.get(address, {"path": SENT["path"]})
        text = matrix.body(response)
        transaction.set_rollback(True)
    kind = response.get("Content-Type", "").partition(";")[0]
    return Answer(name, address, response.status_code, kind, text if kind == "text/html" else "")


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *args: object) -> None:
        pass


class Threads(ThreadingMixIn, WSGIServer):
    """Answers several requests at once: a browser holds connections open."""

    daemon_threads = True


@contextmanager
def served(pages: dict[str, str]) -> Iterator[str]:
    """These pages by their addresses, and the static files, over HTTP; the address of the server."""

    def page(environ: Mapping[str, Any], start_response: Any) -> list[bytes]:
        found = pages.get(environ["PATH_INFO"])
        start_response(
            "200 OK" if found else "204 No Content", [("Content-Type", "text/html; charset=utf-8")]
        )
        return [found.encode()] if found else []

    application = StaticFilesHandler(page)
    with make_server("127.0.0.1", 0, application, server_class=Threads, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_every_page_of_the_house(answers: list[Answer], page: Page, judge: Judge) -> None:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    pages: dict[str, str] = {}
    with served(pages) as address:
        for one in answers:
            if not one.html:
                continue
            pages[one.address] = one.html
            page.set_viewport_size({"width": WIDTHS[-1], "height": 800})
            page.goto(address + one.address)
            # what was refused is the same page with what was said of it, which stands closest where it is narrow
            shown = one.status == 200
            faults = [*judge(page), *by_keyboard(page)] if shown else judge.here(page)
            found += [f"{one.name}, answered {one.status}: {fault}" for fault in faults]
    assert found == [], "\n".join(found)


def test_what_shows_no_page_is_an_act_a_file_or_a_way_on(answers: list[Answer]) -> None:
    """So no address is passed over because its row stands in a state in which there is nothing to see."""
    shown = {one.name for one in answers if one.html}
    rest = {(one.name, one.status, one.kind) for one in answers if one.name not in shown}
    assert {status for _name, status, _kind in rest} <= {200, 302, 405}
    opened = {name for name, status, _kind in rest if status == 200}
    assert len(opened | shown) > 250
