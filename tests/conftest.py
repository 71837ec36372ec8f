"""Fixtures of every area: the browser, and thousands of pages at once."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests import many

# What Chromium needs to run as root without a display and without calling home.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium for pytest-playwright; without one the browser tests say so and are skipped."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")  # the first is the fastest
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium-headless-shell")
    # Playwright keeps an event loop in the test's thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture
def many_pages() -> Iterator[None]:
    """For tests that ask thousands of pages of a world that is already there: see ``tests.many``."""
    with many.pages():
        yield
