"""The paper of an order: where things stand, what can be copied from it, and how it looks."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from offices.documents import paper
from offices.documents.kinds import APPOINTMENT_ORDER, kind_of
from offices.models import Document
from portal.pdf import PdfUnavailable
from portal.scope import nation
from portal.thai import to_thai_digits
from tests.kernel.test_pdf import GOLDEN, difference, lines, picture, poppler
from tests.offices import make, papers
from tests.offices.papers import SIGNATORY, issue, somebody
from tests.offices.test_documents import DOT

TOKEN = "A1b2C3d4" * 4
SAID = {
    "kind": APPOINTMENT_ORDER,
    "office": "สำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี",
    "reference": "ที่ 12/2569",
    "signed_on": "2026-11-20",
    "subject": "มอบหมายหน้าที่ข้าราชการ ครั้งที่ 2",
    "signatory": SIGNATORY.words(),
    "body": {
        "paragraphs": [
            "ด้วยสำนักงานอุตสาหกรรมจังหวัดปราจีนบุรีกำหนดให้มีผู้รับผิดชอบการกำกับดูแลน้ำเสียของโรงงาน 3 กลุ่ม",
            "ทั้งนี้ ตั้งแต่วันที่ 1 ธันวาคม 2569 เป็นต้นไป",
        ]
    },
}


def drawn(*, emblem: bytes | None = None, **changes: object) -> bytes:
    return paper.render(kind_of(APPOINTMENT_ORDER), SAID | changes, token=TOKEN, emblem=emblem)


def test_everything_can_be_copied_from_one_page():
    content = drawn()
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
    said = lines(poppler(content))
    assert {
        "คำสั่งสำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี",
        "ที่ ๑๒/๒๕๖๙",
        "เรื่อง มอบหมายหน้าที่ข้าราชการ ครั้งที่ ๒",
        "ทั้งนี้ ตั้งแต่วันที่ ๑ ธันวาคม ๒๕๖๙ เป็นต้นไป",
        "สั่ง ณ วันที่ ๒๐ พฤศจิกายน พ.ศ. ๒๕๖๙",
        "(นายทดสอบ แบบอย่าง)",
        "นักวิชาการอุตสาหกรรมชำนาญการพิเศษ",
        "รักษาราชการแทน",
        f"ตรวจสอบเอกสารฉบับนี้ได้ที่ https://portal.example.go.th/check/{TOKEN}/",
    } <= said
    whole = "".join(poppler(content).split())
    assert "".join(to_thai_digits(SAID["body"]["paragraphs"][0]).split()) in whole  # type: ignore[index]
    assert not {"1", "2", "9"} & set(whole.replace(TOKEN, "")), "every number but the address in Thai digits"


def test_an_annex_of_sixty_people_goes_over_pages_with_its_head():
    content = drawn(body=SAID["body"] | {"annex": papers.annex(60)})  # type: ignore[operator]
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert len(pages) > 3
    assert "สั่ง ณ วันที่" in pages[0] and "บัญชีรายชื่อ" not in pages[0]
    assert "แนบท้ายคำสั่งสำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี" in pages[1]
    for number, text in enumerate(pages[1:], start=2):
        assert f"- {to_thai_digits(number)} -" in text and "ตำแหน่ง" in text
    assert "- ๑ -" not in pages[0]
    whole = "".join("".join(pages).split())
    missing = [n for n in range(1, 61) if f"คนที่{to_thai_digits(n)}นัก" not in whole]
    assert missing == []


def test_a_paper_is_thai_whatever_its_signer_reads():
    from django.utils import translation

    thai = drawn()
    with translation.override("en"):
        assert drawn() == thai


def test_the_emblem_has_its_room_with_or_without_a_file():
    without, with_one = (pypdf.PdfReader(io.BytesIO(drawn(emblem=one))).pages[0] for one in (None, DOT))
    assert len(without.images) == 0 and len(with_one.images) == 1
    assert without.extract_text().strip() == with_one.extract_text().strip()


def test_markup_in_a_text_is_text():
    content = drawn(subject="<b>หนา</b> & “คำพูด”", body={"paragraphs": ["<img src=x> ๑ < ๒"]})
    assert {"เรื่อง <b>หนา</b> & “คำพูด”", "<img src=x> ๑ < ๒"} <= lines(poppler(content))


def test_the_order_looks_as_it_did(tmp_path: Path):
    """Delete the golden picture and run again to draw a new one; look at it before committing."""
    picture_of = picture(drawn(), tmp_path)
    golden = GOLDEN / "order_page.png"
    if not golden.exists():
        picture_of.save(golden, optimize=True)
        pytest.fail(f"{golden} was missing; drawn afresh: look at it and commit it")
    assert difference(picture_of, Image.open(golden)) < 30
    spoiled = picture(drawn(reference="ที่ 13/2569"), tmp_path)
    assert difference(picture_of, spoiled) > 30, "another number is noticed"


@pytest.mark.django_db
def test_without_a_pdf_nothing_is_issued(monkeypatch):
    def missing(*args: object, **kwargs: object) -> bytes:
        raise PdfUnavailable("ขาดไลบรารี libpango-1.0-0")

    monkeypatch.setattr(paper, "render_pdf", missing)
    with nation("test"):
        place = make.office()
    with pytest.raises(paper.PaperUnavailable, match="libpango") as caught:
        issue(somebody("CHIEF", place), place)
    assert "ยังไม่มีการออกเลข" in caught.value.mend and caught.value.status == 503
    with nation("test"):
        assert not Document.objects.exists()


@pytest.mark.django_db
def test_the_drawn_paper_is_the_one_that_is_kept(monkeypatch):
    """Drawn once: the stored bytes stay, whatever the template would say tomorrow."""
    with nation("test"):
        place = make.office()
    made = issue(somebody("CHIEF", place), place)
    with nation("test"), made.file.file.open("rb") as stream:
        content = stream.read()
    assert "ที่ ๑/๒๕๖๙" in lines(poppler(content)) and made.file.name == "คำสั่ง 1-2569.pdf"
    assert paper.address(made.token or "") in poppler(content)
