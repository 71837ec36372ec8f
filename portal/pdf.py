"""HTML to PDF with WeasyPrint: A4, Sarabun, text that copies and searches as Thai, nothing fetched.

WeasyPrint and its system libraries are loaded on first use, so that a machine without them loses PDFs
and nothing else. The same HTML gives the same bytes.
"""

import logging
import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from portal import practice
from portal.pdf_fonts import mended_fonts, speak_thai

SYSTEM_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")

# A page may carry <header class="running">…</header>; it then stands at the top of every page.
PAGE_CSS = """
@page {
  size: A4;
  margin: 20mm 18mm 18mm 22mm;
  @top-left { content: element(running); width: 100%; vertical-align: middle }
  @bottom-left { content: %(title)s; font: 8.5pt Sarabun; color: #5b6670; width: 70% }
  @bottom-right { content: %(count)s; font: 8.5pt Sarabun; color: #5b6670 }
}
.running { position: running(running); font-size: 8.5pt; color: #5b6670 }
html { font: 11pt/1.55 Sarabun; color: #1d2429; text-align: left }
body { margin: 0 }
p { margin: 0 0 2mm }
h1 { font-size: 17pt; line-height: 1.35; margin: 0 0 3mm }
h2 { font-size: 13pt; line-height: 1.4; margin: 6mm 0 2mm }
h1, h2, h3, th, strong, b { font-weight: 600 }
h1, h2, h3, caption { break-after: avoid }
table { border-collapse: collapse; width: 100%; font-size: 10pt }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { padding: 1.2mm 2mm; border-bottom: .4pt solid #c3ccd3; text-align: left; vertical-align: top }
thead th { border-bottom: .8pt solid #0b5b5e }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
figure, svg { break-inside: avoid; max-width: 100% }
figure { margin: 4mm 0 }
a { color: inherit; text-decoration: none }
"""


# Of a practice portal: across every page, behind nothing.
WATERMARK = """
html::before {
  content: %s; position: fixed; top: 115mm; left: -5mm; width: 180mm; text-align: center; z-index: 9;
  font: 600 34pt Sarabun; color: rgba(181, 38, 38, .35); transform: rotate(-35deg);
}
"""


class PdfUnavailable(RuntimeError):
    """PDFs cannot be made on this machine; the message names what to install."""


class Refused(ValueError):
    """The document asked for something from outside itself."""


def render_pdf(html: str, *, title: str, base_css: str = "", thai_digits: bool = False) -> bytes:
    """Draw a document or a fragment of HTML as a PDF.

    `title` is the document's name in the reader and stands at the foot of each page, left of
    "หน้า 1 จาก 3" (หน้า ๑ จาก ๓ with `thai_digits`). `base_css` comes after this module's own styles.
    Images must be inline SVG or data: addresses; whatever else the HTML points to is left out.
    Raises PdfUnavailable where system libraries are missing, FontsMissing where the fonts are.
    """
    weasyprint = _weasyprint()
    fonts = mended_fonts()
    allowed = {path.as_uri() for path in fonts.values()}

    class Fetcher(weasyprint.urls.URLFetcher):  # type: ignore[name-defined]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:") or url in allowed:
                return super().fetch(url, headers)
            raise Refused(url)  # WeasyPrint logs it and goes on without

    faces = "".join(
        f"@font-face {{ font-family: Sarabun; font-weight: {weight}; src: url('{path.as_uri()}') }}\n"
        for weight, path in fonts.items()
    )
    style = "thai" if thai_digits else "decimal"
    count = f'"{_("หน้า")} " counter(page, {style}) " {_("จาก")} " counter(pages, {style})'
    css = faces + PAGE_CSS.replace("%(title)s", _css_string(title)).replace("%(count)s", count) + base_css
    if not re.match(r"\s*<(?:!doctype|html)", html, re.IGNORECASE):
        head = f"<head><title>{escape(title)}</title></head>"
        html = f'<!doctype html><html lang="th">{head}<body>{html}</body></html>'
    if practice.on():
        css += WATERMARK % _css_string(practice.MARK)
    configuration = weasyprint.text.fonts.FontConfiguration()
    fetcher = Fetcher()
    document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url="data:,").render(
        stylesheets=[weasyprint.CSS(string=css, font_config=configuration, url_fetcher=fetcher)],
        font_config=configuration,
    )
    document.metadata.title = title
    return bytes(document.write_pdf())


def _css_string(text: str) -> str:
    r"""A CSS string literal: everything but letters and digits as \hex, so that no text ends it."""
    return '"' + "".join(c if c.isalnum() or ord(c) > 127 else f"\\{ord(c):x} " for c in text) + '"'


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """WeasyPrint, with the correction of Thai text in place."""
    try:
        import weasyprint
        import weasyprint.pdf.fonts
        import weasyprint.svg
    except OSError as error:
        raise PdfUnavailable(
            _("เครื่องนี้ยังสร้าง PDF ไม่ได้ เพราะขาดไลบรารีของระบบ โปรดติดตั้ง: %(packages)s")
            % {"packages": " ".join(SYSTEM_PACKAGES)}
        ) from error
    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    build = weasyprint.pdf.fonts.build_fonts_dictionary

    def build_with_thai(pdf: Any, fonts: Any, *args: Any, **kwargs: Any) -> Any:
        speak_thai(fonts.values())
        return build(pdf, fonts, *args, **kwargs)

    weasyprint.pdf.build_fonts_dictionary = build_with_thai
    weasyprint.pdf.fonts.build_fonts_dictionary = build_with_thai
    draw = weasyprint.svg.text

    def draw_in_one_piece(svg: Any, node: Any, font_size: float) -> None:
        if not any(" " in node.get(name, "").strip() for name in ("x", "y", "dx", "dy", "rotate")):
            node._etree_node.text = _OnePiece(node.text or "")
        draw(svg, node, font_size)

    # WeasyPrint tells text elements by comparing their function with its own.
    weasyprint.svg.text = draw_in_one_piece
    for tag, function in weasyprint.svg.TAGS.items():
        if function is draw:
            weasyprint.svg.TAGS[tag] = draw_in_one_piece
    return weasyprint


class _OnePiece(str):
    """Text of an SVG that WeasyPrint, which goes through it letter by letter, takes for one letter: a Thai
    tone mark laid out on its own would land on the vowel below it."""

    def __iter__(self) -> Iterator[str]:
        if self:
            yield str(self)
