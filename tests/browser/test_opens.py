"""The front door in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_sign_in_page_opens_in_sarabun_without_a_complaint(
    page: Page, live_server: LiveServer, width: int
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "th"
    loaded = page.evaluate(
        "document.fonts.ready.then(f => [...f].filter(x => x.status == 'loaded').map(x => x.family))"
    )
    assert any("Sarabun" in family for family in loaded)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
