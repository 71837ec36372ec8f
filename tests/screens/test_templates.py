"""The content policy allows no inline script or style, so no template may try."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Pages printed by the PDF renderer never reach a browser and may style themselves.
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*.html") if "pdf" not in str(p.relative_to(ROOT)))
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "address of another host": re.compile(r"(?:src|href|action)\s*=\s*[\"']\s*(?:https?:)?//", re.I),
    "htmx event handler": re.compile(r"\shx-on", re.I),
    "unescaped value": re.compile(r"\|\s*safe(?:seq)?\b|autoescape off", re.I),
}
TRUSTED = {
    # Help texts of our own forms and of allauth are HTML written by programmers, never by readers.
    "templates/django/forms/field.html": {"unescaped value"},
    # Charts drawn on the server.
    "templates/reporting/_board.html": {"unescaped value"},
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_template_keeps_the_content_policy(path):
    name = str(path.relative_to(ROOT))
    text = path.read_text(encoding="utf-8")
    found = {what for what, pattern in FORBIDDEN.items() if pattern.search(text)}
    assert found <= TRUSTED.get(name, set())
    assert text.lstrip().startswith(("{#", "{% extends", "{{", '<div class="field')), "opens with what it is"


@pytest.mark.parametrize(
    "text", ['<p style="x">', "<style>", '<a onclick="x">', "<script>x</script>", "{{ x|safe }}"]
)
def test_the_patterns_find_what_they_are_for(text):
    assert any(pattern.search(text) for pattern in FORBIDDEN.values())


def test_first_load_stays_small():
    import gzip

    import django_htmx

    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    files = [ROOT / "static/portal.css", ROOT / "static/portal.js", ROOT / "static/portal.svg", htmx]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 60_000
