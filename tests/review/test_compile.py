"""Figures: a month recomputed is right, a full run finds nothing to change, and hashes repeat."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from offices.models import Case, CaseEvent, CaseState, CaseType
from portal import calendar, jobs
from portal.models import Job
from portal.scope import nation
from reporting import compile
from reporting.models import Cell, CompileRun, Fact, Figure, Form, OfficePackage, PackageEntry
from tests.review.builders import FORM, MEASURES, MONTH, World, build

NEXT = date(2026, 11, 1)


def bare_package(world: World, code: str, sequence: int = 0, period: date = MONTH) -> OfficePackage:
    """A package without its workflow."""
    place = world.places[code]
    with nation("test"), transaction.atomic():
        kind, _ = CaseType.objects.get_or_create(
            code="test.package", defaults={"name_th": "ชุด", "name_en": "-"}
        )
        CaseState.objects.get_or_create(case_type=kind, code="collecting")
        case = Case.objects.create(
            case_type=kind,
            state="collecting",
            office=place.office,
            group=place.groups["FACTORY"],
            title="ชุด",
            state_since=calendar.now(),
        )
        CaseEvent.objects.create(
            case=case, office=place.office, transition="open", to_state=case.state, version_after=1
        )
        return OfficePackage.objects.create(
            case=case,
            office=place.office,
            province=place.province,
            form_id=FORM,
            period=period,
            sequence=sequence,
        )


def certify(package: OfficePackage, submissions: list[Any]) -> None:
    """The next round with exactly these versions, certified."""
    with nation("test"):
        number = package.certified_round + 1
        for row in submissions:
            row.factory.obligations.filter(form_id=FORM, period=row.period).update(package=package)
            PackageEntry.objects.create(
                package=package,
                round=number,
                factory=row.factory,
                submission=row,
                province_id=row.province_id,
            )
        package.certified_round, package.certified_at = number, calendar.now()
        package.save()


def cells(**filters: Any) -> dict[tuple[str, ...], tuple[Decimal, Decimal, int, int]]:
    return {
        (f.district, f.factory_type, f.product, f.measure): (
            f.provisional,
            f.certified,
            f.reports,
            f.reports_certified,
        )
        for f in Figure.objects.filter(**filters)
    }


def refresh(code: str = "25", period: date = MONTH) -> int:
    return compile.refresh_cells(form=FORM, period=period, provinces=[code], cause="ทดสอบ")


@pytest.mark.django_db
def test_a_month_sums_current_reports_by_cell() -> None:
    world = build()
    first, second = world.factory(), world.factory()
    world.report(first, {"": {"workers": 10}, "P-RICE": {"produced": "1.5", "shipped_value": "100.25"}})
    world.report(
        second, {"": {"workers": 5}, "P-RICE": {"produced": "2"}}, district="2501", factory_type="00900"
    )
    third = world.factory()
    world.report(third, {"P-RICE": {"produced": "0.5"}})
    assert refresh() == 4
    assert cells() == {
        ("2500", "00000", "", "workers"): (10, 0, 1, 0),
        ("2500", "00000", "P-RICE", "produced"): (2, 0, 2, 0),
        ("2500", "00000", "P-RICE", "shipped_value"): (Decimal("100.25"), 0, 1, 0),
        ("2501", "00900", "", "workers"): (5, 0, 1, 0),
        ("2501", "00900", "P-RICE", "produced"): (2, 0, 1, 0),
    }
    assert refresh() == 0  # nothing changed, nothing written


@pytest.mark.django_db
def test_only_the_current_version_counts_and_emptied_cells_go() -> None:
    world = build()
    factory = world.factory()
    world.report(factory, {"P-RICE": {"produced": 7}})
    refresh()
    world.report(factory, {"P-CEMENT": {"produced": 4}})
    assert refresh() == 2  # one new, one gone
    assert cells() == {("2500", "00000", "P-CEMENT", "produced"): (4, 0, 1, 0)}
    world.report(factory, {"P-CEMENT": {"produced": 4}}, withdrawn=True)  # adds nothing, whatever it says
    assert refresh() == 1
    assert cells() == {}


@pytest.mark.django_db
def test_certified_figures_are_those_of_the_certified_round() -> None:
    world = build()
    one, two = world.factory(), world.factory()
    first = world.report(one, {"P-RICE": {"produced": 10}})
    other = world.report(two, {"P-RICE": {"produced": 1}})
    package = bare_package(world, "25")
    certify(package, [first, other])
    world.report(one, {"P-RICE": {"produced": 30}})  # after the chief: provisional only
    refresh()
    key = ("2500", "00000", "P-RICE", "produced")
    assert cells() == {key: (31, 11, 2, 2)}
    with nation("test"):
        corrected = one.obligations.get(form_id=FORM, period=MONTH).current
    certify(package, [corrected, other])  # the earlier round no longer counts
    refresh()
    assert cells() == {key: (31, 31, 2, 2)}


@pytest.mark.django_db
def test_a_certified_version_stays_in_certified_figures_after_the_report_is_taken_back() -> None:
    world = build()
    factory = world.factory()
    certify(bare_package(world, "25"), [world.report(factory, {"P-RICE": {"produced": 10}})])
    world.report(factory, withdrawn=True)
    refresh()
    assert cells() == {("2500", "00000", "P-RICE", "produced"): (0, 10, 0, 1)}


@pytest.mark.django_db
def test_supplements_add_to_the_month() -> None:
    world = build()
    certify(bare_package(world, "25"), [world.report(world.factory(), {"P-RICE": {"produced": 10}})])
    late = world.report(world.factory(), {"P-RICE": {"produced": 2}})
    certify(bare_package(world, "25", sequence=1), [late])
    refresh()
    assert cells() == {("2500", "00000", "P-RICE", "produced"): (12, 12, 2, 2)}


@pytest.mark.django_db
def test_a_refresh_touches_only_its_own_month_and_province() -> None:
    world = build()
    for code in ("19", "25"):
        for period in (MONTH, NEXT):
            world.report(world.factory(code), {"P-RICE": {"produced": 1}}, period=period)
    assert refresh("25", MONTH) == 1
    assert list(Figure.objects.values_list("province", "period")) == [("25", MONTH)]
    refresh("19", MONTH)
    refresh("19", NEXT)
    assert Figure.objects.count() == 3
    assert compile.full(form=FORM, cause="ทดสอบ").inputs["changed"] == 1  # the one never refreshed
    assert Figure.objects.count() == 4


@pytest.mark.django_db
def test_full_mends_what_is_wrong_and_says_how_much() -> None:
    world = build()
    world.report(world.factory(), {"P-RICE": {"produced": 10}, "P-CEMENT": {"produced": 20}})
    refresh()
    before = compile.full(form=FORM, cause="ก่อน")
    right = Cell.objects.get(product="P-RICE")
    wrong = [*right.provisional]
    wrong[MEASURES.index("produced")] = Decimal(11)
    Cell.objects.filter(product="P-RICE").update(provisional=wrong)
    Cell.objects.filter(product="P-CEMENT").delete()
    right.pk, right.product = None, "GHOST"
    right.save()
    after = compile.full(form=FORM, cause="หลัง")
    assert (before.inputs["changed"], after.inputs["changed"]) == (0, 3)
    assert after.cells_sha256 == before.cells_sha256
    assert after.cells == before.cells == 2


@pytest.mark.django_db
def test_the_ledger_says_what_was_read_and_by_which_declaration() -> None:
    world = build()
    world.report(world.factory("25"), {"P-RICE": {"produced": 1}})
    world.report(world.factory("19"), {"P-RICE": {"produced": 1}})
    refresh("25")
    refresh("19")
    run = CompileRun.objects.order_by("id").first()
    assert run is not None
    assert (run.kind, run.cause, run.cells) == ("incremental", "ทดสอบ", 1)
    assert run.inputs == {"periods": ["2026-10-01"], "provinces": ["25"], "changed": 1}
    assert run.form_versions == {"1": "a" * 64}
    whole = compile.full(form=FORM, cause="ทั้งหมด")
    assert whole.inputs == {"periods": ["2026-10-01"], "provinces": ["19", "25"], "changed": 0}
    assert whole.finished_at >= whole.started_at
    assert len({whole.cells_sha256, run.cells_sha256, compile.cells_sha256([])}) == 3


@pytest.mark.django_db
def test_the_hash_sees_every_number() -> None:
    world = build()
    world.report(world.factory(), {"P-RICE": {"produced": 1}})
    refresh()

    def digest() -> str:
        rows = compile.sql.rows(compile._HASHES.format(place=""), {"form": FORM})
        return compile.cells_sha256(rows)

    with nation("test"):
        seen = {digest()}
        one = [1] * len(MEASURES)
        for change in (
            {"provisional": [*one[1:], 2]},
            {"provisional": [2, *one[1:]]},
            {"certified": one},
            {"reports": one},
            {"reports_certified": one},
            {"district": "2501"},
            {"factory_type": "00900"},
            {"product": "P-CEMENT"},
            {"period": NEXT},
            {"province": "19", "district": "1901"},
        ):
            Cell.objects.update(**change)
            assert digest() not in seen, change
            seen.add(digest())


@pytest.mark.django_db
def test_full_refuses_an_unknown_form() -> None:
    with pytest.raises(Form.DoesNotExist):
        compile.full(form="NO", cause="ทดสอบ")


@pytest.mark.django_db(transaction=True)
def test_the_job_compiles_and_reports() -> None:
    world = build()
    world.report(world.factory(), {"P-RICE": {"produced": 1}})
    with transaction.atomic():
        row = jobs.enqueue(
            "reporting.compile_full", key=FORM, actor=None, args={"form": FORM, "cause": "งานทดสอบ"}
        )
    jobs.run(row.pk)
    row = Job.objects.get(pk=row.pk)
    assert (row.state, row.error) == ("done", "")
    assert row.result["changed"] == 1
    run = CompileRun.objects.get()
    assert (run.cause, run.job_id, row.result["sha256"]) == ("งานทดสอบ", str(row.uuid), run.cells_sha256)


# --- Property: after any history, the cells are the plain sums, and a full run changes nothing -----

_REPORT = st.fixed_dictionaries(
    {
        "do": st.just("report"),
        "factory": st.integers(0, 3),
        "value": st.decimals("0", "9999999", places=6),
        "product": st.sampled_from(["P-RICE", "P-CEMENT"]),
        "district": st.sampled_from(["", "01"]),
    }
)
_TAKE_BACK = st.fixed_dictionaries({"do": st.just("withdraw"), "factory": st.integers(0, 3)})
_CERTIFY = st.fixed_dictionaries({"do": st.just("certify"), "office": st.integers(0, 1)})


class Histories(TestCase):  # type: ignore[misc]
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.one_of(_REPORT, _REPORT, _TAKE_BACK, _CERTIFY), max_size=12))
    def test_incremental_equals_full_equals_plain_sums(self, acts: list[dict[str, Any]]) -> None:
        world = build()
        codes = ("19", "25")
        factories = [world.factory(codes[n % 2]) for n in range(4)]
        packages = [bare_package(world, code) for code in codes]
        current: dict[int, Any] = {}
        certified: dict[int, dict[int, Any]] = {0: {}, 1: {}}
        for act in acts:
            if act["do"] == "certify":
                office = act["office"]
                chosen = {n: row for n, row in current.items() if n % 2 == office and not row.withdrawn}
                certify(packages[office], list(chosen.values()))
                certified[office] = chosen
                refresh(codes[office])
                continue
            factory = factories[act["factory"]]
            code = factory.province_id
            if act["do"] == "withdraw":
                current[act["factory"]] = world.report(factory, withdrawn=True)
            else:
                lines = {"": {"workers": 3}, act["product"]: {"produced": act["value"]}}
                district = code + act["district"] if act["district"] else ""
                current[act["factory"]] = world.report(factory, lines, district=district)
            refresh(code)
        expected: dict[tuple[str, ...], list[Any]] = {}
        certified_rows = [row for rows in certified.values() for row in rows.values()]
        for index, rows in ((0, list(current.values())), (1, certified_rows)):
            for row in rows:
                for fact in Fact.objects.filter(submission_id=row.pk):
                    key = (fact.district, fact.factory_type, fact.product, fact.measure)
                    cell = expected.setdefault(key, [Decimal(0), Decimal(0), 0, 0])
                    cell[index] += fact.value
                    cell[index + 2] += 1
        assert cells() == {key: tuple(cell) for key, cell in expected.items()}
        run, again = compile.full(form=FORM, cause="ทดสอบ"), compile.full(form=FORM, cause="ทดสอบ")
        assert run.inputs["changed"] == again.inputs["changed"] == 0
        assert run.cells_sha256 == again.cells_sha256
        assert json.dumps(run.inputs)  # plain JSON
