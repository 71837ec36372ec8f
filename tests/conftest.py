"""Fixtures of every area: the browser, and thousands of pages at once."""

import os
import shutil
from functools import lru_cache
from typing import Any
from unittest.mock import MagicMock

import pytest

from portal import actors, pdf, worklist

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
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    # Playwright keeps an event loop in the test's thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture
def many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that ask thousands of pages: what takes half of their time, and has tests of its own, is left out.

    Who somebody is today is found out once, the number in the top bar is none, and papers are not drawn.
    """
    press = MagicMock()
    press.urls.URLFetcher = object
    press.HTML.return_value.render.return_value.write_pdf.return_value = b"%PDF-"
    monkeypatch.setattr(pdf, "_weasyprint", lambda: press)
    monkeypatch.setattr(worklist, "count", lambda actor: 0)
    monkeypatch.setattr(actors, "_resolver", [lru_cache(maxsize=None)(one) for one in actors._resolver])
