"""What every page must be: found by walking its links, looked at in two widths, judged by axe."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error, Page

WIDTHS = (1280, 360)
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_FIELD = r"(?<=/)(?:national_id|(?:birth|hire)_date|address|telephone|emergency_contact|outside_history)(?=/)"
_NAMED = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}|(?<=/facts/)[a-z]+\.[^/]+|(?<=/help/)[^/]+|" + _FIELD
)
_ELSEWHERE = re.compile(r"/(language|accounts/logout|accounts/login)/|/static/|\.csv$|\.xlsx$")
# The links of a drawing keep theirs in another kind of property.
_ADDRESSES = "all => all.map(a => new URL(a.getAttribute('href'), document.baseURI).href)"
_PART = """one => [one.tagName, one.getAttribute("class"), one.getAttribute("type"), one.disabled, one.open,
    one.tabIndex].join()"""
_FACTS = f"""() => ({{
    lang: document.documentElement.lang,
    title: document.title.trim(),
    headings: document.querySelectorAll("h1").length,
    wide: document.documentElement.scrollWidth,
    parts: [...new Set([...document.querySelectorAll("main, main *")].map({_PART}))],
    frame: [...new Set([...document.querySelectorAll("body *:not(main):not(main *)")].map({_PART}))],
}})"""
# A row of a list that holds nothing but what stands in the rows above it is not judged again.
_AGAIN = f"""() => {{
    const again = [];
    for (const list of document.querySelectorAll("tbody, ul, ol, dl, svg, svg g")) {{
        const above = new Set();
        for (const row of list.children) {{
            const parts = [row, ...row.querySelectorAll("*")].map({_PART});
            if (parts.every(part => above.has(part))) again.push(row);
            parts.forEach(above.add, above);
        }}
    }}
    for (const row of again) row.style.display = "none";
    return again;
}}"""
_AXE_RUN = f"""async framed => {{
    const again = ({_AGAIN})();
    const where = framed ? document.querySelector("main") : document;
    const result = await axe.run(where, {{resultTypes: ["violations"], preload: false}});
    for (const row of again) row.style.display = "";
    return result.violations;
}}"""


# What the tabulator must reach: one of each group of round buttons, nothing that is not to be seen.
_STOPS = """() => {
    const main = document.querySelector("main");
    const all = main.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']");
    const groups = new Set();
    window.stops = [...all].filter(one => {
        if (one.disabled || one.type === "hidden" || !one.checkVisibility()) return false;
        if (one.type !== "radio") return true;
        const group = [...document.getElementsByName(one.name)];
        if (group.some(other => other.checked) && !one.checked || groups.has(one.name)) return false;
        return groups.add(one.name);
    });
    window.reached = [];
    window.unmarked = [];
    main.tabIndex = -1;
    main.focus();  // from here the tabulator goes on
    document.addEventListener("focusin", event => {
        const style = getComputedStyle(event.target);
        window.reached.push(event.target);
        if (style.outlineStyle === "none" && style.boxShadow === "none") window.unmarked.push(event.target);
    });
    return window.stops.length;
}"""
_REACHED = """() => {
    const name = one => one.outerHTML.slice(0, 120);
    return {
        missed: window.stops.filter(one => !window.reached.includes(one)).map(name),
        unmarked: window.unmarked.map(name),
    };
}"""


def kind_of(url: str) -> str:
    """The address without rows, months, keys of facts and queries: one page of a kind is walked."""
    return _NAMED.sub("*", urlsplit(url).path)


def walk(page: Page, also: Sequence[str] = ()) -> Iterator[str]:
    """Open one page of every kind that can be reached by links from here, and those in `also`.

    Gives each address while it is open.
    """
    waiting = [page.url, *(urljoin(page.url, one) for one in also)]
    seen = {kind_of(url) for url in waiting}
    while waiting:
        url = waiting.pop(0)
        try:
            answer = page.goto(url)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        assert answer is not None and answer.status == 200, (url, answer and answer.status)
        yield url
        for link in page.eval_on_selector_all("a[href]:not([download])", _ADDRESSES):
            same_house = urlsplit(link).netloc == urlsplit(url).netloc
            if same_house and kind_of(link) not in seen and not _ELSEWHERE.search(urlsplit(link).path):
                seen.add(kind_of(link))
                waiting.append(link.split("#")[0])


def by_keyboard(page: Page) -> list[str]:
    """What the tabulator does not reach in the open page's own part, and what does not show that it has the
    focus. Rows that say nothing new are gone from the page afterwards."""
    page.evaluate(f"() => void ({_AGAIN})()")
    for _stop in range(page.evaluate(_STOPS)):
        page.keyboard.press("Tab")
    said = page.evaluate(_REACHED)
    missed = [f"the keyboard does not reach {one}" for one in said["missed"]]
    return missed + [f"does not show its focus: {one}" for one in said["unmarked"]]


class Judge:
    """Says what is wrong with a page; nothing, as it should be.

    axe is slow. What it has seen on a page of a kind at a width, in whichever test, it is not asked again: it
    judges where parts stand that it did not see there yet. What stands around a page's own part it has seen
    when it was so around any page.
    """

    def __init__(self) -> None:
        self._seen: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self._frames: defaultdict[int, set[str]] = defaultdict(set)

    def __call__(self, page: Page) -> list[str]:
        """The faults of the open page, wide and narrow; it stays narrow."""
        found = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found += self.here(page)
        return found

    def here(self, page: Page) -> list[str]:
        """The faults of the open page at the width it has now."""
        width = page.viewport_size["width"]  # type: ignore[index]
        facts = page.evaluate(_FACTS)
        found = []
        if facts["lang"] != "th":
            found.append(f"lang is {facts['lang']!r}")
        if not facts["title"] or facts["headings"] != 1:
            found.append(f"title {facts['title']!r}, {facts['headings']} h1")
        if facts["wide"] > width:
            found.append(f"scrolls sideways: {facts['wide']}")
        seen, parts = self._seen[kind_of(page.url), width], set(facts["parts"])
        frames, frame = self._frames[width], set(facts["frame"])
        framed = bool(parts) and frame <= frames
        if not (framed and parts <= seen):
            seen |= parts
            frames |= frame
            if not page.evaluate("'axe' in window"):
                page.evaluate(AXE)
            for one in page.evaluate(_AXE_RUN, framed):
                nodes = "; ".join(node["html"][:160] for node in one["nodes"][:3])
                found.append(f"axe {one['id']}: {one['help']}: {nodes}")
        return [f"{page.url} {width} px: {text}" for text in found]
