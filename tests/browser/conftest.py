"""A real portal for browser tests, and people in browsers of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.browser.house import Database, House, sign_in

PATIENCE = 60_000  # ms: how fast a page is depends on what else the machine does
expect.set_options(timeout=PATIENCE)

OpenHouse = Callable[..., AbstractContextManager[House]]
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHouse]:
    """Opens a portal with the demonstration's "staff" only, or with its whole "demonstration"; further
    arguments are variables of its environment; ``any_day`` lets the test set the portal's day."""
    with Database("tables") as tables:
        House(tmp_path_factory.mktemp("tables"), tables.url).prepare("tables")

        @contextmanager
        def open_house(what: str, *, any_day: bool = False, **environment: str) -> Iterator[House]:
            with Database(what, template=f'"{tables.name}"') as database:
                house = House(tmp_path_factory.mktemp(what), database.url)
                house.env |= environment
                if any_day:
                    house.move_in_time()
                house.prepare(what)
                with house:
                    yield house

        yield open_house


def _bad(said: ConsoleMessage) -> bool:
    """An error; but what Chromium counts as one when a form is refused (422) or its session has ended is not."""
    return said.type == "error" and "status of 422" not in said.text and "status of 401" not in said.text


@pytest.fixture
def complaints() -> list[str]:
    """What the browsers' consoles complained of."""
    return []


@pytest.fixture
def enter(house: House, new_context: Callable[..., BrowserContext], complaints: list[str]) -> Iterator[Enter]:
    """`enter("officer.19")`: a browser of that person's own, signed in, at the portal's front page.

    Further arguments are Playwright's for a new context. The test fails if a console complained.
    """

    def enter(name: str, **options: object) -> Page:
        context = new_context(
            base_url=house.address, locale="th-TH", storage_state=house.sessions.get(name), **options
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: complaints.append(f"{said.text} {page.url}") if _bad(said) else None)
        page.on("pageerror", lambda error: complaints.append(f"{error} {page.url}"))
        if name in house.sessions:
            page.goto("/")
        else:
            sign_in(page, name)
            house.sessions[name] = context.storage_state()
        return page

    yield enter
    assert complaints == []
