"""A real portal for browser tests, and people in browsers of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.browser.house import Database, House, sign_in
from tests.browser.pages import Judge

PATIENCE = 60_000  # ms: how fast a page is depends on what else the machine does
expect.set_options(timeout=PATIENCE)

OpenHouse = Callable[..., AbstractContextManager[House]]
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHouse]:
    """Opens a portal with the demonstration's "staff" only, or with its whole "demonstration"; further
    arguments are variables of its environment; ``any_day`` lets the test set the portal's day.

    What is in it is made once; each portal begins with a copy of its database and its files.
    """
    made: dict[str, tuple[Database, Path]] = {}
    with ExitStack() as stack:

        def copied(what: str) -> tuple[Database, Path]:
            if what not in made:
                template = None if what == "tables" else copied("tables")[0]
                database = stack.enter_context(Database(f"{what}_made", template=template))
                made[what] = database, tmp_path_factory.mktemp(f"{what}-made")
                House(made[what][1], database.url).prepare(what)
            return made[what]

        @contextmanager
        def open_house(what: str, *, any_day: bool = False, **environment: str) -> Iterator[House]:
            template, files = copied(what)
            folder = shutil.copytree(files, tmp_path_factory.mktemp(what), dirs_exist_ok=True)
            with Database(what, template=template) as database:
                house = House(folder, database.url)
                house.env |= environment
                if any_day:
                    house.move_in_time()
                with house:
                    yield house

        yield open_house


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Says what is wrong with a page; remembers over all tests what axe has seen."""
    return Judge()


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
