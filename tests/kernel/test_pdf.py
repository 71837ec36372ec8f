import io
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from django.test import override_settings
from pdfminer.high_level import extract_text
from PIL import Image, ImageChops, ImageFilter

from portal import pdf, pdf_fonts
from portal.pdf import render_pdf

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
WORDS = [
    "กำหนด", "การ", "น้ำ", "สำนักงาน", "ผู้ประกอบการ", "เครื่องจักร", "ปั้นจั่น", "ฟื้นฟู", "ญี่ปุ่น", "ฐานราก", "ค่ำ",
    "ซ้ำๆ", "สิทธิ์", "บำรุง", "เก็บ",
    "ป้ำ",
    "๑๒๓", "จ3-9(6)-100/51ปจ", "office file",
]  # fmt: skip
REPORT = """
<header class="running">สำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี</header>
<h1>รายงานการผลิตประจำเดือน พฤศจิกายน 2569</h1>
<p>ผู้ประกอบการที่ต้องส่งรายงาน 12 ราย ส่งแล้ว <strong>11 ราย</strong> น้ำมันสำเร็จรูป ปั้นจั่น เครื่องจักร</p>
<h2>ปริมาณการผลิต</h2>
<table><thead><tr><th>อำเภอ</th><th class="number">จำนวน (ตัน)</th></tr></thead><tbody>
<tr><td>กบินทร์บุรี</td><td class="number">1,234.50</td></tr>
<tr><td>ศรีมหาโพธิ</td><td class="number">98.00</td></tr>
</tbody></table>
"""


def run(*command, **kwargs):
    return subprocess.run(command, check=True, capture_output=True, timeout=120, **kwargs)


def poppler(content):
    if not shutil.which("pdftotext"):
        pytest.skip("poppler-utils is not installed")
    return run("pdftotext", "-layout", "-", "-", input=content).stdout.decode()


def pypdf_text(content):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def miner(content):
    return extract_text(io.BytesIO(content))


def lines(text):
    return {" ".join(line.split()) for line in text.splitlines()}


@pytest.mark.parametrize("read", [poppler, pypdf_text, miner])
def test_thai_words_can_be_copied_and_searched(read):
    weights = "<p>{0}</p><p><b>ก {0}</b></p><p style='font-weight:700'>ข {0}</p>"
    html = "".join(weights.format(word) for word in WORDS)
    found = lines(read(render_pdf(html, title="คำ")))
    assert [word for word in WORDS if not {word, f"ก {word}", f"ข {word}"} <= found] == []


def test_every_syllable_stays_in_one_piece():
    consonants = [chr(code) for code in range(0x0E01, 0x0E2F) if code not in (0x0E24, 0x0E26)]
    tones = ["", "\u0e48", "\u0e49", "\u0e4a", "\u0e4b"]
    vowels = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39"
    syllables = [c + v + t + "น" for c in consonants for v in vowels for t in tones]
    syllables += [c + t + a for c in consonants for t in tones for a in "าำ"]
    syllables += ["ก" + c + v + "\u0e4c" for c in consonants for v in ("", "\u0e34", "\u0e38")]
    html = "<style>p { margin: 0 }</style>" + "".join(f"<p>{syllable}</p>" for syllable in syllables)
    content = render_pdf(html, title="พยางค์")
    for read in (poppler, pypdf_text, miner):
        found = lines(read(content))
        assert [syllable for syllable in syllables if syllable not in found] == []


def test_pages_are_a4_numbered_and_headed():
    html = REPORT + "".join(f"<p>แถวที่ {number}</p>" for number in range(90))
    content = render_pdf(html, title="รายงาน “ลับ” \"'<\\}")
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata.title == "รายงาน “ลับ” \"'<\\}"
    count = len(reader.pages)
    assert count > 2
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"หน้า {number} จาก {count}" in text
        assert "สำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี" in text
        assert "รายงาน “ลับ” \"'<\\}" in text
        assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]
    assert "หน้า ๑ จาก ๑" in pypdf_text(render_pdf(REPORT, title="ก", thai_digits=True))


def test_a_whole_document_and_its_own_styles():
    content = render_pdf(
        "<!DOCTYPE html><html lang='th'><head><title>x</title></head><body><p>น้ำ</p></body></html>",
        title="ชื่อจริง",
        base_css="@page { size: A4 landscape }",
    )
    page = pypdf.PdfReader(io.BytesIO(content)).pages[0]
    assert page.mediabox.width > page.mediabox.height
    assert "น้ำ" in page.extract_text()
    assert pypdf.PdfReader(io.BytesIO(content)).metadata.title == "ชื่อจริง"


SAME_BYTES = """
import django, hashlib, sys
django.setup()
from portal.pdf import render_pdf
print(hashlib.sha256(render_pdf(sys.stdin.read(), title="รายงาน")).hexdigest())
"""


def test_the_same_html_gives_the_same_bytes_in_any_process(tmp_path):
    digests = set()
    for seed, data in (("1", "a"), ("2", "b")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "PORTAL_DATA_DIR": str(tmp_path / data),
            "PYTHONPATH": ":".join(sys.path),
        }
        digests.add(run(sys.executable, "-c", SAME_BYTES, input=REPORT.encode(), env=environment).stdout)
    assert len(digests) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://127.0.0.1:9/x.png">', '<link rel=stylesheet href="https://example.com/x.css">',
        '<img src="file:///etc/hostname">',
        '<style>@import url("file:///etc/passwd")</style>', "<img src='../../portal/pdf.py'>",
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>',
        '<a rel="attachment" href="file:///etc/hostname">x</a>',
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
)  # fmt: skip
def test_nothing_is_fetched(html, monkeypatch, caplog):
    import weasyprint.urls

    def opened(self, *args, **kwargs):
        raise AssertionError(f"opened {args}")

    fonts = {path.as_uri() for path in pdf_fonts.mended_fonts().values()}
    real = weasyprint.urls.URLFetcher.fetch
    monkeypatch.setattr(
        weasyprint.urls.URLFetcher,
        "fetch",
        lambda self, url, *rest: (real if url in fonts else opened)(self, url, *rest),
    )
    with caplog.at_level(logging.ERROR):
        content = render_pdf(f"<p>อยู่ครบ</p>{html}", title="ก")
    assert "opened" not in caplog.text
    assert "อยู่ครบ" in pypdf_text(content)
    assert b"EmbeddedFile" not in content


def test_an_inline_picture_is_drawn():
    dot = "data:image/png;base64,"
    dot += "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
    content = render_pdf(f'<p>ภาพ</p><img src="{dot}" width="50" height="50">', title="ก")
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages[0].images) == 1


def test_missing_libraries_are_named(monkeypatch):
    pdf._weasyprint.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    class Broken:
        def find_spec(self, name, *rest):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint")
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(pdf.PdfUnavailable, match="libharfbuzz-subset0"):
        render_pdf("<p>ก</p>", title="ก")
    pdf._weasyprint.cache_clear()


def test_missing_fonts_are_named(tmp_path):
    with (
        override_settings(BASE_DIR=tmp_path),
        pytest.raises(pdf_fonts.FontsMissing, match="Sarabun_400Regular"),
    ):
        render_pdf("<p>ก</p>", title="ก")


def test_fonts_are_mended_once(tmp_path):
    with override_settings(DATA_DIR=tmp_path):
        first = pdf_fonts.mended_fonts()
        stamps = [path.stat().st_mtime_ns for path in first.values()]
        assert pdf_fonts.mended_fonts() == first
        assert [path.stat().st_mtime_ns for path in first.values()] == stamps
        assert len(list((tmp_path / "fonts").iterdir())) == len(pdf_fonts.WEIGHTS)


def test_other_fonts_are_left_alone():
    original = (pdf_fonts.vendor_folder() / pdf_fonts.WEIGHTS[400]).read_bytes()
    assert pdf_fonts.thai_texts(original) == {}


def picture(content, folder):
    if not shutil.which("pdftoppm"):
        pytest.skip("poppler-utils is not installed")
    run("pdftoppm", "-r", "100", "-gray", "-png", "-singlefile", "-", str(folder / "page"), input=content)
    return Image.open(folder / "page.png").convert("L")


def difference(one, other):
    """Greatest difference of two pictures, 0–255, blurred by a pixel: other versions of the libraries smooth
    edges otherwise, but do not lose a mark."""
    assert one.size == other.size
    blur = ImageFilter.GaussianBlur(1.5)
    return ImageChops.difference(one.filter(blur), other.filter(blur)).getextrema()[1]


def test_the_page_looks_as_it_did(tmp_path):
    """Delete the golden picture and run again to draw a new one; look at it before committing."""
    drawn = picture(render_pdf(REPORT, title="รายงานการผลิต"), tmp_path)
    golden = GOLDEN / "pdf_page.png"
    if not golden.exists():
        golden.parent.mkdir(exist_ok=True)
        drawn.save(golden, optimize=True)
        pytest.fail(f"{golden} was missing; drawn afresh: look at it and commit it")
    assert difference(drawn, Image.open(golden)) < 30


def test_the_golden_picture_would_notice_a_lost_mark(tmp_path):
    drawn = picture(render_pdf(REPORT, title="รายงานการผลิต"), tmp_path)
    spoiled = picture(render_pdf(REPORT.replace("น้ำ", "น้า"), title="รายงานการผลิต"), tmp_path)
    assert difference(drawn, spoiled) > 30


def test_the_mend_does_not_change_the_picture(tmp_path, monkeypatch):
    text = "<p>" + "สำนักงานอุตสาหกรรม ผู้ประกอบการ น้ำมัน ปั้นจั่น ฟื้นฟู ญี่ปุ่น กตัญญู ฎีกา ค่ำ " * 3 + "</p>"
    mended = picture(render_pdf(text, title="ก"), tmp_path)
    originals = {weight: pdf_fonts.vendor_folder() / name for weight, name in pdf_fonts.WEIGHTS.items()}
    monkeypatch.setattr(pdf, "mended_fonts", lambda: originals)
    assert difference(mended, picture(render_pdf(text, title="ก"), tmp_path)) < 30
