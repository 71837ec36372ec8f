"""Every list of the house, by every column that sorts: its pages, one after the other, are the whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.screens import ListScreen, Screen
from tests.lists.conftest import address, lists, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def keys_of(context: Any) -> list[Any]:
    """The keys of the rows on a page; rows that are grouped are mappings."""
    key = context["screen"].key
    return [row[key] if isinstance(row, dict) else getattr(row, key) for row in context["page"].object_list]


def walk(client: Client, url: str, way: str) -> list[Any]:
    seen: list[Any] = []
    while url:
        context = client.get(url).context
        rows = keys_of(context)
        seen = rows + seen if way == "previous" else seen + rows
        url = context["page_urls"].get(way, "")
    return seen


@pytest.mark.parametrize("path", lists())
def test_pages_of(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("admin.1")
    url = address(path)
    screen = client.get(url).context["screen"]
    columns = [column.key for column in screen.columns if column.sort]
    # the frame alone: to draw thousands of rows takes longer than to find them, and other tests see it
    monkeypatch.setattr(ListScreen, "template_name", Screen.template_name)
    for sort in ("", *columns, *(f"-{key}" for key in columns)):
        monkeypatch.setattr(ListScreen, "per_page", 10_000)
        response = client.get(f"{url}?sort={sort}")
        whole = keys_of(response.context)
        monkeypatch.setattr(ListScreen, "per_page", len(whole) // 3 + 1)
        assert walk(client, f"{url}?sort={sort}", "next") == whole, sort
        assert walk(client, f"{url}?sort={sort}&last=1", "previous") == whole, sort


@pytest.mark.parametrize("path", lists())
def test_a_view_of(path: str) -> None:
    """Every list keeps a view of itself, and opens one that asks for what it never had."""
    client = signed_in("admin.1")
    url = address(path)
    screen = client.get(url).context["screen"]
    columns = [f"col={column.key}" for column in screen.columns][::-1]
    query = "&".join([*columns, "col=gone", "gone=1", "q=x"])
    kept = client.post("/views/add/", {"path": url, "query": query, "name": "ก"})
    assert kept.status_code == 302
    opened = client.get(kept["Location"])
    assert list(opened.context["screen"].forgotten) == ["gone", "gone"]
    assert [column.key for column in opened.context["screen"].shown] == [c.key for c in screen.columns][::-1]
    assert opened.context["screen"].text == "x"
