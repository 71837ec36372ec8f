"""The dashboard's numbers are those of the reports, read another way; its queries do not grow."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from offices.demo import DOMAIN
from portal import calendar, thai
from portal.actors import actor_of
from portal.models import User
from portal.scope import nation
from reporting import dashboards
from reporting.models import Cell, Obligation, PackageEntry, SubmissionLine

pytestmark = pytest.mark.django_db  # each test in a savepoint of the file's transaction

FORM = "PROD-M"
TODAY = date(2026, 11, 22)
NEWEST, BEFORE, FIRST = date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1)


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup, django_db_blocker):
    """Three demonstration months, rolled back at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        out = io.StringIO()
        call_command("load_reference", stdout=out)
        call_command("load_demo", scale="tiny", months=3, today=TODAY, stdout=out)
        yield
        transaction.set_rollback(True)


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{name}@{DOMAIN}"))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def board(name: str, period: date, product: str = "") -> dashboards.Dashboard:
    actor = actor_of(User.objects.get(email=f"{name}@{DOMAIN}"), TODAY)
    with actor.scope.active():
        return dashboards.dashboard(form=FORM, period=period, product=product)


def lines(period: date, province: str | None = None, *, certified: bool = False) -> list[Any]:
    """The payloads of the reports that count, one by one, without figures or facts."""
    with nation("test"):
        if certified:
            entries = PackageEntry.objects.filter(package__period=period, package__certified_round__gt=0)
            versions = [e.submission_id for e in entries.select_related("package")
                        if e.round == e.package.certified_round
                        and province in (None, e.province_id)]  # fmt: skip
        else:
            current = Obligation.objects.filter(period=period, current__isnull=False)
            if province:
                current = current.filter(province_id=province)
            versions = list(current.values_list("current_id", flat=True))
        found = SubmissionLine.objects.filter(submission__in=versions, section="product")
        return list(found.values_list("line_key", "payload"))


def value_of(rows: list[Any]) -> Decimal:
    return sum(
        (Decimal(str(p["shipped_dom_value"])) + Decimal(str(p["shipped_exp_value"])) for _key, p in rows),
        Decimal(0),
    )


@pytest.mark.parametrize("period", [FIRST, BEFORE, NEWEST])
@pytest.mark.parametrize(("name", "province"), [("admin.1", None), ("chief.11", "11"), ("chief.25", "25")])
def test_shipment_value_is_the_sum_of_the_reports(period, name, province):
    shown = board(name, period)
    assert shown.money_now.value == value_of(lines(period, province))
    assert shown.money_now.value_certified == value_of(lines(period, province, certified=True))


def test_capacity_use_is_weighted_by_value():
    shown = board("admin.1", FIRST)
    weighted, base = Decimal(0), Decimal(0)
    for _key, p in lines(FIRST):
        value = Decimal(str(p["shipped_dom_value"])) + Decimal(str(p["shipped_exp_value"]))
        if Decimal(str(p["capacity"])) > 0:
            weighted += value * Decimal(str(p["produced"])) / Decimal(str(p["capacity"]))
            base += value
    assert shown.money_now.capacity_use == (100 * weighted / base).quantize(Decimal("0.1"))


def test_output_of_each_product_is_in_its_standard_unit():
    made: dict[str, Decimal] = defaultdict(Decimal)
    for key, p in lines(FIRST):
        made[key] += Decimal(str(p["produced"])) * Decimal(str(p["factor"]))
    shown = board("admin.1", FIRST)
    assert {row["product"] for row in shown.products} == set(made)
    for product, produced in made.items():
        month = board("admin.1", FIRST, product).output[-1]
        assert (month.period, month.produced) == (FIRST, produced)


@pytest.mark.parametrize("period", [FIRST, BEFORE, NEWEST])
def test_standing_is_counted_from_obligations(period):
    shown = board("admin.1", period).now
    with nation("test"):
        owed = Obligation.objects.filter(period=period, owed=True)
        assert shown.owed == owed.count()
        assert shown.reported == owed.filter(current__isnull=False).count()
        assert shown.on_time == sum(
            1 for o in owed if o.first_submitted_at is not None and o.first_submitted_at <= o.due_at
        )
    assert shown.missing == shown.owed - shown.reported
    for share in (shown.complete_percent, shown.on_time_percent, shown.certified_percent):
        assert share is not None and 0 <= share <= 100


def test_provinces_add_up_to_the_whole():
    shown = board("admin.1", FIRST)
    for name in ("owed", "reported", "on_time", "certified"):
        assert sum(getattr(s, name) for _code, _name, s in shown.by_province) == getattr(shown.now, name)


def test_a_month_without_obligations_has_no_percentage():
    shown = board("admin.1", date(2020, 1, 1))
    assert shown.now.complete_percent is None and shown.money_now.capacity_use is None and shown.output == []


def test_rows_behind_a_total_have_the_same_sum_by_another_road():
    actor = actor_of(User.objects.get(email=f"admin.1@{DOMAIN}"), TODAY)
    with actor.scope.active():
        shown = dashboards.dashboard(form=FORM, period=FIRST)
        product = shown.products[0]["product"]
        for measure, wanted in (("shipped_value", ""), ("shipped_value", product), ("produced", product)):
            behind = dashboards.rows_behind(form=FORM, period=FIRST, measure=measure, product=wanted, limit=7)
            figure = dashboards.figure_total(form=FORM, period=FIRST, measure=measure, product=wanted)
            assert behind.total == figure and behind.total > 0
            assert len(behind.rows) == min(7, behind.count)


def test_the_page_of_rows_says_when_the_sums_differ():
    client = signed_in("admin.1")
    address = "/reports/figures/?period=2026-08&measure=shipped_value"
    assert "ตรงกัน" in client.get(address).content.decode()
    cell = Cell.objects.filter(period=FIRST).exclude(product="").first()
    cell.provisional = [number + 1 for number in cell.provisional]
    cell.save()
    assert "ไม่ตรงกัน" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "address", ["/reports/dashboard/", "/reports/dashboard/?office=zone-8", "/reports/figures/"]
)
def test_queries_do_not_grow_with_the_nation(address):
    client = signed_in("admin.1")
    client.get(address)  # draws the charts into the cache
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    real = [q for q in asked.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(real) <= 12, "\n".join(q["sql"][:120] for q in real)


@pytest.mark.parametrize(
    "query", ["period=2026-13", "period=x", "measure=secret", "office=99", "office=zone-99"]
)
def test_an_unknown_month_measure_or_place_is_not_found(query):
    assert signed_in("admin.1").get(f"/reports/figures/?{query}").status_code == 404


def test_an_inspector_sees_his_zones_only_and_may_narrow_to_one():
    client = signed_in("inspector.3")  # zones 8–11, the eastern pilots
    page = client.get("/reports/dashboard/?period=2026-08").content.decode()
    assert "ระยอง" in page and "นนทบุรี" not in page
    one = client.get("/reports/dashboard/?period=2026-08&office=zone-8").content.decode()
    assert "ระยอง" in one and "ปราจีนบุรี" not in one.split("แยกตามจังหวัด")[1]
    assert client.get("/reports/dashboard/?office=zone-1").status_code == 404


def test_the_paper_says_what_the_page_says():
    client = signed_in("admin.1")
    shown = board("admin.1", FIRST)
    response = client.get("/reports/dashboard/pdf/?period=2026-08")
    assert response["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    assert thai.format_number(shown.money_now.value, 0) in text
    assert "ความครบถ้วน" in text and calendar.format_date_th(FIRST, "month_short") in text
