"""Thousands of pages at once: what takes half of their time, and has tests of its own, is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import MagicMock

import pytest

from portal import actors, pdf, worklist


@contextmanager
def pages() -> Iterator[None]:
    """Who somebody is today is found out once, the number in the top bar is none, and a paper is the HTML that
    it is drawn from, so that it can be searched, too. Nothing may change meanwhile that gives authority."""
    press = MagicMock()
    press.urls.URLFetcher = object
    press.HTML = _unprinted
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_weasyprint", lambda: press)
        patch.setattr(worklist, "count", lambda actor: 0)
        patch.setattr(actors, "_resolver", [lru_cache(maxsize=None)(one) for one in actors._resolver])
        yield


def _unprinted(*, string: str, **how: Any) -> MagicMock:
    """What is printed from this HTML is the HTML; it begins as what a scan may be."""
    paper = MagicMock()
    paper.render.return_value.write_pdf.return_value = b"%PDF-" + string.encode()
    return paper
