"""A month from a file, through the real engine: preview, apply, correct, undo."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from portal import sql
from portal.intake import services as intake
from portal.intake.handlers import StalePlan
from portal.models import Batch, BatchFinding, BatchRow
from portal.scope import nation
from reporting.models import Fact, FactRow, Figure, Obligation, Submission, SubmissionLine
from reporting.services import obligations
from tests.reporting.world import FORM, MONTH, World, line

pytestmark = pytest.mark.django_db
FEBRUARY_5 = datetime(2026, 2, 5, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(FEBRUARY_5, tick=False):
        yield


@pytest.fixture(autouse=True)
def everywhere() -> Any:
    with nation("test"):
        yield


def counts(batch: Batch) -> tuple[int, int, int, int]:
    return tuple(batch.counts[name] for name in ("new", "changed", "same", "refused"))  # type: ignore[return-value]


def codes(batch: Batch, level: str = "") -> set[str]:
    found = BatchFinding.objects.filter(batch=batch)
    return set((found.filter(level=level) if level else found).values_list("code", flat=True))


def facts(**where: Any) -> dict[str, Decimal]:
    """Facts of current reports by measure, summed."""
    current = Obligation.objects.exclude(current=None).values("current_id")
    total: dict[str, Decimal] = {}
    for fact in Fact.objects.filter(submission_id__in=current, **where):
        total[fact.measure] = total.get(fact.measure, Decimal(0)) + fact.value
    return total


def figures(**where: Any) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for figure in Figure.objects.filter(**where):
        total[figure.measure] = total.get(figure.measure, Decimal(0)) + figure.provisional
    return total


def test_a_new_month(world: World) -> None:
    a, b = world.factory(), world.factory(old="จ3-9(6)-100/51ปจ")
    world.oblige(a)
    batch = world.send([line(a), line(a, product="CLINKER", produced="1,000.5", capacity="2000", stock_close="1010.5"),
                        line("จ. 3-9(6)-100/2551 ปจ")])  # fmt: skip
    assert batch.state == "previewed", batch.refusal
    assert counts(batch) == (3, 0, 0, 0)
    assert codes(batch) == {"FAC03"}  # b is not on the list
    assert world.apply(batch) == {"reports": 2, "lines": 3}

    assert {o.factory_id: o.owed for o in Obligation.objects.all()} == {a.pk: True, b.pk: False}
    first = Submission.objects.get(factory=a)
    assert (first.version, first.channel, first.batch_id) == (1, "file", batch.pk)
    assert first.submitted_at == FEBRUARY_5
    assert Obligation.objects.get(factory=a).current_id == first.pk
    header = SubmissionLine.objects.get(submission=first, section="header")
    assert header.payload == {"operating_state": "operating", "workers": 10, "work_days": 26}
    product = SubmissionLine.objects.get(submission=first, line_key="CLINKER")
    assert (product.section, product.unit, product.payload["produced"]) == ("product", "ตัน", 1000.5)
    assert facts(product="CLINKER") == {
        "produced": Decimal("1000.5"), "capacity": 2000, "shipped_qty": 50, "shipped_value": 100000,
        "stock_close": Decimal("1010.5"), "util_value": Decimal("50025"), "util_base": 100000,
    }  # fmt: skip
    assert facts(product="") == {"workers": 20, "work_days": 52}
    assert figures() == facts()


def test_quantities_are_converted_and_baht_is_not(world: World) -> None:
    a = world.factory()
    world.report([line(a, unit="กก.", capacity="200000", produced="100000", shipped_dom_qty="50000",
                       stock_open="60000", stock_close="110000")])  # fmt: skip
    found = facts(product="CEMENT")
    assert (found["produced"], found["shipped_value"], found["stock_close"]) == (100, 100000, 110)
    assert SubmissionLine.objects.get(line_key="CEMENT").payload["factor"] == 0.001


def test_unknown_capacity_gives_no_share(world: World) -> None:
    world.report([line(world.factory(), capacity="0")])
    assert set(facts(product="CEMENT")) == {"produced", "shipped_qty", "shipped_value", "stock_close"}


def test_the_same_file_twice(world: World) -> None:
    a = world.factory()
    world.report([line(a)])
    again = world.send([line(a)])
    assert counts(again) == (0, 0, 1, 0)
    assert any("เคยส่งแล้ว" in note for note in again.notes)
    assert world.apply(again) == {"reports": 0, "lines": 0}
    assert Submission.objects.count() == 1


def test_a_correction_is_a_new_version(world: World) -> None:
    a, b = world.factory(), world.factory()
    world.report([line(a), line(a, product="CLINKER"), line(b)])
    batch = world.send([line(a, produced="101", stock_close="111"), line(b)])
    assert counts(batch) == (0, 1, 1, 0)
    (row,) = BatchRow.objects.filter(batch=batch, action="changed")
    assert row.diff == {"produced": [100, 101], "stock_close": [110, 111]}
    (note,) = BatchFinding.objects.filter(batch=batch, code="V27")
    assert (note.level, note.found, note.expected) == ("info", "ฉบับที่ 1", "เปลี่ยน 2 บรรทัด")
    world.apply(batch)
    assert [s.version for s in Submission.objects.filter(factory=a).order_by("version")] == [1, 2]
    assert facts(product="CLINKER") == {}  # the new version no longer names it
    assert facts(product="CEMENT")["produced"] == 201
    assert figures() == facts()


def test_one_fault_refuses_the_whole_report_and_no_other(world: World) -> None:
    a, b = world.factory(), world.factory()
    batch = world.send([line(a), line(a, product="CLINKER", unit="กระสอบ"), line(b)])
    assert counts(batch) == (1, 0, 0, 2)
    assert codes(batch, "block") == {"V12"}
    waiting = BatchFinding.objects.get(batch=batch, code="REPORT")
    assert (waiting.row_no, waiting.found) == (2, "แถว 3")
    assert world.apply(batch) == {"reports": 1, "lines": 1}
    assert list(Submission.objects.values_list("factory_id", flat=True)) == [b.pk]


def test_a_cell_that_cannot_be_read_refuses_the_whole_report(world: World) -> None:
    a = world.factory()
    batch = world.send([line(a), line(a, product="CLINKER", produced="ราว 100")])
    assert counts(batch) == (0, 0, 0, 2)
    assert codes(batch, "block") == {"not_number"}  # and V01 says nothing about the same cell


def test_bad_rows(world: World) -> None:
    foreign, here = world.factory("19"), world.factory()
    batch = world.send(
        [
            line(foreign),
            line("20250900999999"),
            line(here, period="02/2569"),
            line(world.factory(), product="ไม่มีในบัญชี"),
            line(world.factory(), work_days="32"),
            line(world.factory(), workers="-1"),
            line(world.factory(), shipped_total_qty="51"),
            line(world.factory(), total_value="1"),
            line(world.factory(), produced=""),
            line(world.factory(), produced="250", stock_close="260"),
        ]
    )
    assert counts(batch) == (0, 0, 0, 10)
    by_row = {
        row: set(
            BatchFinding.objects.filter(batch=batch, row_no=row, level="block").values_list("code", flat=True)
        )
        for row in range(2, 12)
    }
    assert by_row == {
        2: {"FAC02"}, 3: {"FAC01"}, 4: {"PER01"}, 5: {"not_choice"}, 6: {"V14"}, 7: {"V02"}, 8: {"V05"},
        9: {"V29"}, 10: {"V01"}, 11: {"V06"},
    }  # fmt: skip
    assert foreign.name not in str(list(BatchFinding.objects.filter(batch=batch).values()))


def test_two_rows_of_one_product_name_each_other(world: World) -> None:
    a = world.factory()
    b = world.factory(old="จ3-9(6)-100/51ปจ")
    batch = world.send([line(a), line(a), line(b), line("จ3-9(6)-100/2551ปจ")])
    found = BatchFinding.objects.filter(batch=batch, code="V27").order_by("row_no")
    assert [(f.row_no, f.expected) for f in found] == [(2, "แถว 3"), (3, "แถว 2"), (4, "แถว 5"), (5, "แถว 4")]
    assert counts(batch)[3] == 4


def test_the_header_may_be_given_once_but_not_two_ways(world: World) -> None:
    a, b = world.factory(), world.factory()
    once = dict.fromkeys(("operating_state", "workers", "work_days"), "")
    batch = world.send(
        [line(a), line(a, product="CLINKER", **once), line(b), line(b, product="CLINKER", workers="9")]
    )
    assert counts(batch) == (2, 0, 0, 2)
    (found,) = BatchFinding.objects.filter(batch=batch, level="block")
    assert (found.code, found.row_no, found.found) == ("HDR01", 4, "จำนวนคนทำงาน")


def test_a_stopped_factory_reports_without_products(world: World) -> None:
    stopped = {"factory_no": world.factory().number14, "operating_state": "หยุดชั่วคราว", "workers": "3"}
    idle = {"factory_no": world.factory().number14, "operating_state": "ดำเนินการ", "workers": "3"}
    batch = world.send([stopped, idle])
    assert counts(batch) == (1, 0, 0, 1)
    assert world.apply(batch) == {"reports": 1, "lines": 0}
    assert facts() == {"workers": 3}


def test_thai_digits_and_excel_artefacts(world: World) -> None:
    a = world.factory()
    batch = world.report([line(f'="{a.number14}"', produced="๑๐๐.๐", workers="10.0", period="ม.ค. 2569")])
    assert counts(batch) == (1, 0, 0, 0)
    assert facts(product="CEMENT")["produced"] == 100


def test_a_month_that_is_not_over_is_refused(world: World) -> None:
    batch = world.send([line(world.factory())], period=date(2026, 2, 1))
    assert counts(batch)[3] == 1
    assert codes(batch, "block") == {"PER02"}


def test_a_month_without_a_form_version_is_refused(world: World) -> None:
    with pytest.raises(intake.IntakeError):
        world.send([line(world.factory())], period=date(2019, 12, 1))


def test_late_is_said_and_kept(world: World) -> None:
    a = world.factory()
    world.oblige(a)
    with time_machine.travel(datetime(2026, 2, 12, 17, tzinfo=UTC), tick=False):  # the 13th in Bangkok
        batch = world.report([line(a)])
    (found,) = BatchFinding.objects.filter(batch=batch, code="V28")
    assert (found.level, found.found) == ("info", "ช้า 3 วัน")
    obligation = Obligation.objects.get(factory=a)
    assert obligation.first_submitted_at > obligation.due_at


def test_the_last_minute_of_the_due_day_is_in_time(world: World) -> None:
    a = world.factory()
    world.oblige(a)
    with time_machine.travel(datetime(2026, 2, 10, 16, 59, 59, tzinfo=UTC), tick=False):
        batch = world.report([line(a)])
    assert "V28" not in codes(batch)
    obligation = Obligation.objects.get(factory=a)
    assert obligation.first_submitted_at <= obligation.due_at


def test_the_month_before_is_remembered(world: World) -> None:
    a = world.factory()
    world.report([line(a, produced="100", stock_close="110")], period=date(2025, 12, 1))
    batch = world.send([line(a, stock_open="90", produced="140", stock_close="180", workers="20")])
    assert codes(batch, "warn") == {"V04", "V10"}
    found = {f.column: f.expected for f in BatchFinding.objects.filter(batch=batch, level="warn")}
    assert found == {"stock_open": "110 ตัน", "produced": "เดือนก่อน 100", "workers": "เดือนก่อน 10"}
    assert counts(batch) == (1, 0, 0, 0)


def test_the_month_before_in_another_unit(world: World) -> None:
    a = world.factory()
    world.report([line(a, unit="กก.", produced="100000", capacity="200000", shipped_dom_qty="50000",
                       stock_open="60000", stock_close="110000")], period=date(2025, 12, 1))  # fmt: skip
    batch = world.send([line(a, stock_open="110", stock_close="160")])
    assert codes(batch) == {"FAC03"}


def test_undo_restores_what_was(world: World) -> None:
    a, b = world.factory(), world.factory()
    world.oblige(a, b)
    world.report([line(a)])
    before = (facts(), figures())
    batch = world.report([line(a, produced="101", stock_close="111"), line(b)])
    assert world.undo(batch) == {"undone": 2, "kept": 0}
    assert (facts(), figures()) == before
    versions = Submission.objects.order_by("factory_id", "version").values_list(
        "factory_id", "version", "withdrawn"
    )
    assert list(versions) == [
        (a.pk, 1, False),
        (a.pk, 2, False),
        (a.pk, 3, False),
        (b.pk, 1, False),
        (b.pk, 2, True),
    ]
    assert Obligation.objects.get(factory=b).current is None
    again = world.send([line(a), line(b)])
    assert counts(again) == (1, 0, 1, 0)
    world.apply(again)
    assert Submission.objects.get(factory=b, version=3).withdrawn is False


def test_undo_keeps_what_was_changed_since(world: World) -> None:
    a, b = world.factory(), world.factory()
    batch = world.report([line(a), line(b)])
    world.report([line(a, produced="101", stock_close="111")])
    assert world.undo(batch) == {"undone": 1, "kept": 1}
    (kept,) = BatchFinding.objects.filter(batch=batch, code="undo_kept")
    assert kept.row_no == 2
    assert Obligation.objects.get(factory=a).current.version == 2


def test_a_plan_goes_stale_when_another_file_came_first(world: World) -> None:
    a = world.factory()
    slow = world.send([line(a)])
    world.report([line(a, produced="101", stock_close="111")])
    with pytest.raises(StalePlan):
        world.apply(slow)
    assert Submission.objects.count() == 1


def test_applying_twice_writes_once(world: World) -> None:
    batch = world.report([line(world.factory())])
    with pytest.raises(intake.AlreadyDone):
        world.apply(batch)
    assert Submission.objects.count() == 1


def test_obligations_follow_the_list(world: World) -> None:
    a, gone, later = world.factory(), world.factory(status="deregistered"), world.factory()
    world.oblige(a, gone)
    assert obligations.generate(form=FORM, period=MONTH) == 2
    assert obligations.generate(form=FORM, period=MONTH) == 0
    assert Obligation.objects.get(factory=gone).owed is False
    assert "จำหน่าย" in Obligation.objects.get(factory=gone).reason
    world.oblige(later)
    assert obligations.generate(form=FORM, period=MONTH) == 1
    later.obliged.all().delete()
    assert obligations.generate(form=FORM, period=MONTH) == 1
    assert Obligation.objects.get(factory=later).owed is False
    assert Obligation.objects.get(factory=a).due_at == datetime(2026, 2, 10, 16, 59, 59, 999999, tzinfo=UTC)


def test_a_fact_without_a_line_is_refused(world: World) -> None:
    world.report([line(world.factory())])
    fact = FactRow.objects.all()[0]
    fact.pk = fact.line_id + 1_000_000
    with pytest.raises(IntegrityError, match="does not exist"), transaction.atomic():
        fact.save(force_insert=True)


def test_a_line_without_a_version_is_refused(world: World) -> None:
    world.report([line(world.factory())])
    found = SubmissionLine.objects.all()[0]
    found.pk, found.submission_id = None, found.submission_id + 1_000_000
    with pytest.raises(IntegrityError, match="does not exist"), transaction.atomic():
        found.save(force_insert=True)


@pytest.mark.parametrize("named", ["form_version_id", "batch_id", "submitted_by_id"])
def test_a_version_that_names_what_is_not_there_is_refused(world: World, named: str) -> None:
    world.report([line(world.factory())])
    copy = Submission.objects.get()
    copy.pk, copy.uuid, copy.version = None, uuid4(), copy.version + 1
    with transaction.atomic():
        copy.save(force_insert=True)  # names what the first one names
    copy.pk, copy.uuid, copy.version = None, uuid4(), copy.version + 1
    setattr(copy, named, 10**9)
    with pytest.raises(IntegrityError, match="does not exist"), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("portal_batch", "batch_id"),
        ("portal_user", "submitted_by_id"),
        ("reporting_formversion", "form_version_id"),
    ],
)
def test_what_a_version_names_cannot_be_deleted(world: World, table: str, column: str) -> None:
    world.report([line(world.factory())])
    sql.execute("DELETE FROM portal_batchfinding")
    sql.execute("DELETE FROM portal_batchrow")
    with pytest.raises(IntegrityError, match="submissions name this row"), transaction.atomic():
        sql.execute(f"DELETE FROM {table} WHERE id IN (SELECT {column} FROM reporting_submission)")


def test_a_change_in_the_header_alone_is_a_correction(world: World) -> None:
    a = world.factory()
    world.report([line(a)])
    batch = world.plan_of([line(a, workers="11")])
    assert counts(batch) == (0, 1, 0, 0)
    assert BatchRow.objects.get(batch=batch).diff == {"workers": [10, 11]}
    world.apply(batch)
    assert facts(product="")["workers"] == 11


def test_a_later_correction_does_not_make_a_report_late(world: World) -> None:
    a = world.factory()
    world.oblige(a)
    world.report([line(a)])
    with time_machine.travel(datetime(2026, 3, 1, 3, tzinfo=UTC), tick=False):
        world.report([line(a, produced="101", stock_close="111")])
    obligation = Obligation.objects.get(factory=a)
    assert (obligation.current.version, obligation.first_submitted_at) == (2, FEBRUARY_5)
