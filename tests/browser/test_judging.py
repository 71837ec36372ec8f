"""What the browser tests judge pages by finds faults itself, and passes over only what it saw already."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.pages import Judge, by_keyboard

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="th"><title>x</title><main><h1>x</h1><table><caption>x</caption>
<thead><tr><th scope="col">x</th></tr></thead><tbody>{rows}</tbody></table></main></html>"""
GOOD, BAD = '<tr><td class="good">1</td></tr>', '<tr><td class="bad"><input type="text"></td></tr>'


def open_page(page: Page, rows: str) -> None:
    page.unroute_all()
    body = PAGE.format(rows=rows)
    page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.goto("http://portal.invalid/")


def test_a_fault_in_any_row_is_found_once(page: Page) -> None:
    judge = Judge()
    open_page(page, GOOD * 40)
    assert judge(page) == []
    open_page(page, GOOD * 40 + BAD + GOOD * 3)
    wide, narrow = judge(page)
    assert "axe label" in wide and "1280 px" in wide and "360 px" in narrow
    assert page.locator("tr:visible").count() == 45, "what was passed over stands there again"
    assert judge(page) == [], "seen on a page of this kind already"
    assert len(Judge()(page)) == 2


def test_what_axe_does_not_ask(page: Page) -> None:
    open_page(page, GOOD + '<tr><td><div style="width: 2000px">1</div></td></tr>')
    assert all("scrolls sideways" in one for one in Judge()(page))
    page.evaluate("document.documentElement.lang = 'en'")
    assert "lang is 'en'" in " ".join(Judge().here(page))


def test_what_the_tabulator_does_not_find(page: Page) -> None:
    open_page(
        page, '<tr><td><a href="/a">a</a><input type="radio" name="r"><input type="radio" name="r"></td></tr>'
    )
    assert by_keyboard(page) == []
    open_page(
        page, '<tr><td><a href="/a" tabindex="-1">a</a><button style="outline: none">b</button></td></tr>'
    )
    missed, unmarked = by_keyboard(page)
    assert "does not reach <a" in missed and "does not show its focus: <button" in unmarked
    fine = '<tr><td><a href="/a">a</a></td></tr>'
    open_page(page, fine * 20 + fine.replace("<a", '<a tabindex="-1"'))
    [missed] = by_keyboard(page)
    assert "tabindex" in missed, "a row unlike those above is gone through, and alone"
    assert page.locator("tr:visible").count() == 3, "with the head and the first"
