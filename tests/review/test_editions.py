"""Editions: rows that repeat to the byte, papers drawn once, and what the centre publishes."""

from __future__ import annotations

import hashlib
import io
import json
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest
from django.db import IntegrityError, transaction

from offices.models import InspectionZone
from portal.models import Job
from portal.problems import Invalid, NotAllowed
from portal.scope import nation
from reporting.editions import pdf, rows, xlsx
from reporting.models import Edition, EditionFile
from reporting.services import editions
from tests.review.builders import FORM, MONTH, World, build, review

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def certify(world: World, code: str, *reports: dict[str, dict[str, object]]) -> Edition:
    for lines in reports:
        world.report(world.factory(code), lines)
    officer, head = world.assign("OFFICER", code, "FACTORY"), world.assign("GROUP_HEAD", code, "FACTORY")
    matter = review(officer, world, code)
    matter.act(officer, "submit")
    matter.act(head, "endorse_to_chief")
    matter.act(world.assign("CHIEF", code), "certify")
    return Edition.objects.get(office__code=code)


def publish(world: World, level: str = "nation", zone: InspectionZone | None = None) -> Edition:
    centre = world.assign("CENTRAL_ADMIN", "OPS")
    with centre.scope.active():
        return editions.publish(actor=centre, form=FORM, period=MONTH, level=level, zone=zone)


BIG = {"": {"workers": 12}, "P-RICE": {"produced": "1234.5", "shipped_value": "98765432109876.54"}}
SMALL = {"P-CEMENT": {"produced": "0.000001", "shipped_value": "100"}, "P-RICE": {"produced": "0.5"}}


def test_rows_are_canonical_and_their_hash_is_over_the_bytes(world: World) -> None:
    edition = certify(world, "25", BIG, SMALL)
    assert edition.rows_sha256 == hashlib.sha256(edition.rows.encode()).hexdigest()
    found = json.loads(edition.rows)
    assert edition.rows == json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert {(row["product"], row["measure"]): row["value"] for row in found} == {
        ("", "workers"): "12",
        ("P-RICE", "produced"): "1235",
        ("P-RICE", "shipped_value"): "98765432109876.54",
        ("P-CEMENT", "produced"): "0.000001",
        ("P-CEMENT", "shipped_value"): "100",
    }
    assert {row["office"] for row in found} == {"25"}
    assert edition.summary == {
        "rows": 5,
        "shipped_value": "98765432109976.54",
        "totals": {
            "": {"workers": "12"},
            "P-CEMENT": {"produced": "0.000001", "shipped_value": "100"},
            "P-RICE": {"produced": "1235", "shipped_value": "98765432109876.54"},
        },
        "owed": 2, "reported": 2, "certified": 2, "offices": 1, "not_certified": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"),
        ("0.000000", "0"),
        ("-0.00", "0"),
        ("10.500", "10.5"),
        ("1E-6", "0.000001"),
        ("-2.50", "-2.5"),
    ],
)
def test_a_decimal_has_one_shape(value: str, text: str) -> None:
    assert rows.plain(Decimal(value)) == text


def test_offices_not_certified_contribute_nothing_and_stand_by_name(world: World) -> None:
    certify(world, "25", BIG)
    world.report(world.factory("19"), SMALL)
    world.owe(world.factory("19"))
    edition = publish(world)
    assert edition.summary["not_certified"] == [{"code": "19", "name": "สอจ.สระบุรี"}]
    assert (edition.summary["owed"], edition.summary["reported"], edition.summary["certified"]) == (3, 2, 1)
    assert {row["office"] for row in json.loads(edition.rows)} == {"25"}
    with nation("test"):
        missing = rows.not_certified(form=FORM, period=MONTH, provinces=None)
    assert missing == edition.summary["not_certified"]


def test_publishing_again_repeats_the_hash_and_makes_nothing_new(world: World) -> None:
    certify(world, "25", BIG)
    first = publish(world)
    assert publish(world) == first
    certify(world, "19", SMALL)
    second = publish(world)
    assert (first.number, second.number) == (1, 2)
    assert second.rows_sha256 != first.rows_sha256
    assert Edition.objects.filter(level="nation").count() == 2


def test_the_same_rows_give_the_same_hash_in_another_edition(world: World) -> None:
    """Completeness may change while the certified rows stay as they are."""
    certify(world, "25", BIG)
    first = publish(world)
    world.owe(world.factory("25"))
    second = publish(world)
    assert (second.number, second.rows_sha256) == (2, first.rows_sha256)
    assert second.summary["owed"] == first.summary["owed"] + 1


def test_a_zone_has_the_provinces_of_the_month(world: World) -> None:
    certify(world, "25", BIG)
    certify(world, "19", SMALL)
    zone = InspectionZone.objects.get(number=1)
    edition = publish(world, "zone", zone)
    assert {row["office"] for row in json.loads(edition.rows)} == {"19"}
    assert edition.zone == zone
    assert rows.file_name(edition) == "PROD-M_2026-10_zone-1_1"
    assert str(zone) in rows.title(edition)


def test_only_the_centre_publishes_and_a_level_fits_its_zone(world: World) -> None:
    chief = world.assign("CHIEF", "25")
    with chief.scope.active(), pytest.raises(NotAllowed):
        editions.publish(actor=chief, form=FORM, period=MONTH, level="nation")
    zone = InspectionZone.objects.first()
    for level, place in (("office", None), ("zone", None), ("nation", zone)):
        with pytest.raises(Invalid):
            publish(world, level, place)


def test_editions_never_change(world: World) -> None:
    certify(world, "25", BIG)
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        Edition.objects.update(rows="[]")


# --- Papers ----------------------------------------------------------------------------------------------


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_workbook_pdf_and_rows_say_the_same(world: World) -> None:
    certify(world, "25", BIG, SMALL)
    certify(world, "19", {"P-RICE": {"produced": "10", "shipped_qty": "4", "shipped_value": "5000"}})
    edition = publish(world)
    book = sheets(xlsx.render(edition))
    lines = book["ข้อมูล"][1:]
    read = {
        (line[0], line[2], line[4], line[6] or "", line[8]): (Decimal(str(line[12])), line[11])
        for line in lines
    }
    assert read == {
        (row["office"], row["district"], row["factory_type"], row["product"], row["measure"]): (
            row["value"],
            row["reports"],
        )
        for row in rows.read(edition)
    }
    summed = sum((value for key, (value, _n) in read.items() if key[4] == "shipped_value"), Decimal(0))
    assert rows.plain(summed) == edition.summary["shipped_value"]
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.render(edition))).pages)
    flat = re.sub(r"\s+", "", text)
    assert edition.rows_sha256 in flat
    for total in ("98,765,432,114,976.54", "1,245", "5,000", "0.000001"):
        assert total in flat, total
    for word in ("มูลค่าส่งสินค้าที่รับรอง", "ข้าวสาร", "ปูนซีเมนต์", "ทั้งประเทศ", "ตุลาคม2569"):
        assert word in flat, word


def test_a_number_too_long_for_a_cell_is_text_unrounded(world: World) -> None:
    edition = certify(world, "25", {"P-RICE": {"shipped_value": "123456789012345.678"}})
    values = [line[12] for line in sheets(xlsx.render(edition))["ข้อมูล"][1:]]
    assert values == ["123456789012345.678"]


def test_papers_are_the_same_bytes_whenever_drawn(world: World) -> None:
    edition = certify(world, "25", BIG)
    assert xlsx.render(edition) == xlsx.render(edition)
    assert pdf.render(edition) == pdf.render(edition)


def test_long_detail_goes_on_in_the_workbook(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = certify(world, "25", BIG, SMALL)
    monkeypatch.setattr(pdf, "DETAIL_LINES", 1)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.render(edition))).pages)
    assert "ยังมีอีก 1 บรรทัด" in text and "XLSX" in text


def test_an_edition_without_certified_rows_says_so(world: World) -> None:
    world.owe(world.factory("25"))
    text = pypdf.PdfReader(io.BytesIO(pdf.render(publish(world)))).pages[0].extract_text()
    assert "ยังไม่มีตัวเลขที่รับรอง" in text


def test_files_are_made_by_the_job_and_kept(world: World) -> None:
    edition = certify(world, "25", BIG)
    job = Job.objects.get(kind="reporting.edition_files")
    assert (job.key, job.office_id) == (str(edition.uuid), edition.office_id)
    with nation("test"):
        made = editions.make_files(editions.jobs.JobContext(job, None))
        first = editions.ensure_file(edition=edition, kind="xlsx")
    assert made["xlsx"] == first.file.sha256
    with first.file.file.open() as stream:
        assert hashlib.sha256(stream.read()).hexdigest() == first.file.sha256
    assert (first.file.office_id, first.file.state) == (edition.office_id, "accepted")
    assert EditionFile.objects.count() == 2
    with nation("test"), pytest.raises(IntegrityError, match="editionfile_once"), transaction.atomic():
        EditionFile.objects.create(edition=edition, kind="xlsx", file=first.file)


def test_a_kept_file_is_never_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = certify(world, "25", BIG)
    first = editions.ensure_file(edition=edition, kind="xlsx")
    monkeypatch.setattr(editions.xlsx, "render", lambda edition: pytest.fail("drawn again"))
    assert editions.ensure_file(edition=edition, kind="xlsx") == first
