import io
import logging
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pypdf
import pytest
from django.core.cache import cache
from django.test import override_settings
from PIL import Image, ImageChops, ImageFilter

from portal import charts
from portal.charts import bar_spec, chart_svg, line_spec
from portal.pdf import render_pdf

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ["ม.ค. 2569", "ก.พ. 2569", "มี.ค. 2569", "เม.ย. 2569"]
ROWS = [
    {"month": month, "value": Decimal(value), "kind": kind}
    for kind, values in (("รับรองแล้ว", (1, 3, 2, 5)), ("ตามที่รายงาน", (2, 2, 4, 6)))
    for month, value in zip(MONTHS, values, strict=True)
]
TITLES = {"x_title": "เดือน", "y_title": "มูลค่าส่งสินค้า (บาท)"}


@pytest.fixture(autouse=True)
def own_cache():
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        cache.clear()
        yield
        cache.clear()


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text") if element.text]


SPECS = {
    "bars": bar_spec(ROWS[:4], "month", "value", **TITLES),
    "grouped bars": bar_spec(ROWS, "month", "value", series="kind", **TITLES),
    "lying bars": bar_spec(ROWS[:4], "month", "value", horizontal=True, **TITLES),
    "line": line_spec(ROWS[:4], "month", "value", **TITLES),
    "lines": line_spec(ROWS, "month", "value", series="kind", **TITLES),
}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_chart_is_an_image_with_words_that_a_strict_page_allows(spec):
    svg = chart_svg(spec, label='มูลค่า <"รายเดือน">')
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'มูลค่า <"รายเดือน">' == root.find(f"{SVG}title").text
    assert root.get("viewBox")
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in charts._ELEMENTS | {"title"}
        for name, value in element.attrib.items():
            assert name in charts._ATTRIBUTES or (element is root and name in {"class", "role", "aria-label"})
            assert "url(" not in value or value.startswith("url(#c")
    assert {"เดือน", "มูลค่าส่งสินค้า (บาท)", *MONTHS} <= set(texts(svg))
    assert {element.get("font-family") for element in root.iter(f"{SVG}text")} == {"Sarabun"}


def test_rows_keep_their_order():
    names = ["ฮ", "ก", "ง", "ข"]
    rows = [{"n": name, "v": 1} for name in names]
    for horizontal in (False, True):
        svg = chart_svg(bar_spec(rows, "n", "v", x_title="", y_title="", horizontal=horizontal), label="ก")
        assert [text for text in texts(svg) if text in names] == names


def marks(svg, attribute):
    values = (element.get(attribute) for element in ElementTree.fromstring(svg).iter(f"{SVG}path"))
    return {value for value in values if value}


def test_series_differ_by_more_than_colour():
    lines = chart_svg(SPECS["lines"], label="ก")
    assert {charts.ACCENT, charts.SECOND} <= marks(lines, "stroke")
    assert {"1,0", "6,3"} <= marks(lines, "stroke-dasharray")
    bars = chart_svg(SPECS["grouped bars"], label="ก")
    assert {"1,0", "6,3"} <= marks(bars, "stroke-dasharray")
    assert {"รับรองแล้ว", "ตามที่รายงาน"} <= set(texts(bars)) & set(texts(lines))


def test_too_many_series_are_refused():
    rows = [{"x": "ก", "y": 1, "s": number} for number in range(5)]
    with pytest.raises(ValueError, match="4 series"):
        line_spec(rows, "x", "y", series="s", **TITLES)


def test_a_gap_is_not_a_zero():
    def path(value):
        rows = [{"m": month, "v": number} for month, number in zip(MONTHS, (1, value, 2, 3), strict=True)]
        svg = ElementTree.fromstring(chart_svg(line_spec(rows, "m", "v", **TITLES), label="ก"))
        return next(e.get("d") for e in svg.iter(f"{SVG}path") if e.get("stroke-width") == "2")

    assert path(0).count("M") == 1
    assert path(None).count("M") == 2


def test_millions_are_words():
    rows = [{"m": month, "v": Decimal("1500000.25") * index} for index, month in enumerate(MONTHS)]
    assert "2 ล้าน" in texts(chart_svg(line_spec(rows, "m", "v", **TITLES), label="ก"))


def test_data_cannot_break_out_of_the_picture():
    nasty = "</text><script>alert(1)</script>&\"'"
    svg = chart_svg(bar_spec([{"n": nasty, "v": 1}], "n", "v", horizontal=True, **TITLES), label=nasty)
    assert "<script" not in svg
    assert nasty in texts(svg)
    assert ElementTree.fromstring(svg).get("aria-label") == nasty


HOSTILE = f"""<svg xmlns="{SVG[1:-1]}" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()" style="fill: red; behavior: url(#x)">
<style>p {{}}</style><script>x()</script><foreignObject><p/></foreignObject><image href="http://127.0.0.1/"/><a xlink:href="javascript:x()"><text>ลิงก์</text></a>
<defs><clipPath id="clip0"><rect width="1"/></clipPath></defs><g clip-path="url(#clip0)" fill="url(http://127.0.0.1/#a)"/><text opacity="0">ซ่อน</text></svg>"""


def test_only_known_elements_and_attributes_pass():
    svg = charts._clean(HOSTILE, label="ก", prefix="c1-")
    for word in (
        "style",
        "script",
        "foreign",
        "image",
        "href",
        "onload",
        "behavior",
        "127.0.0.1",
        "ซ่อน",
        "xlink",
    ):
        assert word not in svg.replace("www.w3.org", "")
    root = ElementTree.fromstring(svg)
    assert root.get("fill") == "red"
    assert root.find(f".//{SVG}clipPath").get("id") == "c1-clip0"
    assert root.find(f"./{SVG}g").attrib == {"clip-path": "url(#c1-clip0)"}


@pytest.mark.parametrize(
    "spec",
    [
        {"data": {"url": "http://127.0.0.1:9/x.csv"}, "mark": "bar"}, {"data": {"url": "file:///etc/passwd"}, "mark": "bar"},
        {"mark": "nonsense"}, {"data": {"values": []}},
    ],
)  # fmt: skip
def test_foreign_data_and_nonsense_are_refused(spec):
    with pytest.raises(ValueError):
        chart_svg(spec, label="ก")


def test_odd_values():
    rows = [{"m": date(2026, 1, 1), "v": Decimal("0.1")}]
    assert "2026-01-01" in texts(chart_svg(bar_spec(rows, "m", "v", **TITLES), label="ก"))
    with pytest.raises(TypeError, match="bytes"):
        chart_svg(bar_spec([{"m": b"x", "v": 1}], "m", "v", **TITLES), label="ก")


def test_a_chart_is_drawn_once_for_the_same_data_and_words(monkeypatch):
    drawn = []
    real = charts._draw
    monkeypatch.setattr(charts, "_draw", lambda spec: drawn.append(spec) or real(spec))
    first = chart_svg(SPECS["line"], label="ก")
    assert chart_svg(line_spec(ROWS[:4], "month", "value", **TITLES), label="ก") == first
    assert len(drawn) == 1
    chart_svg(SPECS["line"], label="ข")
    changed = [dict(row, value=row["value"] + 1) for row in ROWS[:4]]
    chart_svg(line_spec(changed, "month", "value", **TITLES), label="ก")
    assert len(drawn) == 3


def test_the_same_picture_in_a_pdf(caplog):
    words = ["ญี่ปุ่นปั้นจั่น", "น้ำมันสำเร็จรูป", "ผู้ประกอบการ"]
    rows = [{"n": word, "v": index} for index, word in enumerate(words, start=1)]
    svg = chart_svg(bar_spec(rows, "n", "v", horizontal=True, **TITLES), label="ก")
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        content = render_pdf(f"<figure>{svg}</figure>", title="กราฟ")
    assert caplog.text == ""
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert [word for word in [*words, "เดือน"] if word not in text] == []


def ink(content, folder):
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", "-", str(folder / "p")],
        input=content,
        check=True,
    )
    page = Image.open(folder / "p.png").convert("L").crop((0, 0, 1240, 1500))
    return page.crop(ImageChops.invert(page).getbbox())


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils is not installed")
def test_thai_in_an_svg_is_drawn_as_in_a_paragraph(tmp_path):
    """WeasyPrint lays SVG text out letter by letter, which puts tone marks onto vowels, unless told not to."""
    word, size = "ผู้ ญี่ปุ่น น้ำ ปั้น", "font-size: 30px"
    paragraph = render_pdf(
        f"<p style='{size}'>{word}</p>",
        title="ก",
        base_css="@page { margin: 20mm; @bottom-left { content: none } }",
    )
    svg = f'<svg width="400" height="80"><text x="5" y="45" font-family="Sarabun" font-size="30px" fill="#1d2429">{word}</text></svg>'
    drawn = ink(render_pdf(svg, title="ก"), tmp_path)
    expected = ink(paragraph, tmp_path)
    assert abs(drawn.width - expected.width) <= 2
    assert abs(drawn.height - expected.height) <= 2
    blur = ImageFilter.GaussianBlur(3)
    assert (
        ImageChops.difference(drawn.filter(blur), expected.resize(drawn.size).filter(blur)).getextrema()[1]
        < 60
    )
