"""The pages of reports: home, month, list, one report, typing one in, template."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.scope import nation
from reporting.models import Obligation, Submission
from tests.offices import make
from tests.reporting.world import FORM, MONTH, World, drop_stage, line
from tests.screens.conftest import account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(datetime(2026, 2, 5, 3, tzinfo=UTC), tick=False):
        yield


def client_for(kind: str, province: str = "25") -> Client:
    client = Client()
    client.force_login(account(kind, place=make.office(province)))
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


@pytest.fixture
def officer(world: World) -> Client:
    return client_for("OFFICER")


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def fields(**changes: str) -> dict[str, str]:
    """A good report of one line as the entry page sends it."""
    row = {key: value for key, value in line("").items() if key != "factory_no"} | {
        "operating_state": "operating"
    }
    head = ("operating_state", "workers", "work_days")
    data = {(f"h-{key}" if key in head else f"1-{key}"): value for key, value in row.items()}
    return data | {"lines": "1"} | changes


def entry_url(factory: Any) -> str:
    return reverse("reporting:submission-add", args=[FORM, MONTH, factory.uuid])


def test_home_lists_the_months(world: World, officer: Client) -> None:
    world.oblige(world.factory())
    page = text(officer.get(reverse("reporting:form-list")))
    assert "ม.ค. 2569" in page and reverse("reporting:form-detail", args=[FORM, MONTH]) in page


def test_the_month_counts_and_names_who_is_missing(world: World, officer: Client) -> None:
    a, b, elsewhere = world.factory(), world.factory(), world.factory("19")
    world.oblige(a, b, elsewhere)
    world.report([line(a)])
    page = text(officer.get(reverse("reporting:form-detail", args=[FORM, MONTH])))
    assert "(50.0 %)" in page
    assert b.name in page and a.name not in page and elsewhere.name not in page
    assert f"period={MONTH.isoformat()}" in page


def test_the_month_makes_its_obligations(world: World, officer: Client) -> None:
    world.oblige(world.factory())
    text(officer.get(reverse("reporting:form-detail", args=[FORM, MONTH])))
    with nation("test"):
        assert Obligation.objects.filter(period=MONTH).count() == 1


def test_unknown_forms_and_months_are_not_found(world: World, officer: Client) -> None:
    assert officer.get(reverse("reporting:form-detail", args=["XXX", MONTH])).status_code == 404
    assert officer.get(reverse("reporting:form-detail", args=[FORM, date(2000, 1, 1)])).status_code == 404


def test_the_list_filters_by_state(world: World, officer: Client) -> None:
    a, b = world.factory(), world.factory()
    world.oblige(a, b)
    world.report([line(a)])
    url = reverse("reporting:obligation-list", args=[FORM, MONTH])
    everything, missing = text(officer.get(url)), text(officer.get(url, {"state": "missing"}))
    assert a.name in everything and b.name in everything
    assert a.name not in missing and b.name in missing
    assert "รายงานแล้ว" in everything


def test_one_report_with_its_versions_and_findings(world: World, officer: Client) -> None:
    a = world.factory()
    world.report([line(a)])
    world.report([line(a, produced="140", stock_close="100")])
    with nation("test"):
        first, second = Submission.objects.order_by("version")
    page = text(officer.get(reverse("reporting:submission-detail", args=[second.uuid])))
    assert "ปูนซีเมนต์" in page and "140" in page and "V03" in page
    assert "สิ่งที่เปลี่ยนจากฉบับก่อน" in page
    old = text(officer.get(reverse("reporting:submission-detail", args=[first.uuid])))
    assert "ถูกแทนแล้วด้วยฉบับใหม่กว่า" in old


def test_a_report_of_another_office_is_not_found(world: World, officer: Client) -> None:
    foreign = world.factory("19")
    world.report([line(foreign)], province="19")
    with nation("test"):
        report = Submission.objects.get()
    assert officer.get(reverse("reporting:submission-detail", args=[report.uuid])).status_code == 404
    assert officer.get(entry_url(foreign)).status_code == 404


def test_a_chief_reads_but_does_not_type(world: World) -> None:
    chief = client_for("CHIEF")
    assert chief.get(reverse("reporting:form-list")).status_code == 200
    assert chief.get(entry_url(world.factory())).status_code == 403


def test_typing_in_a_report(world: World, officer: Client) -> None:
    a = world.factory()
    world.oblige(a)
    assert "จำนวนคนทำงาน" in text(officer.get(entry_url(a)))
    response = officer.post(entry_url(a), fields())
    drop_stage()
    assert response.status_code == 302, response.content.decode()
    with nation("test"):
        report = Submission.objects.get(factory=a)
        assert (report.channel, report.version, report.submitted_by_id) == (
            "officer",
            1,
            int(officer.session["_auth_user_id"]),
        )
        assert Obligation.objects.get(factory=a).current_id == report.pk
    assert 'value="100"' in text(officer.get(entry_url(a)))  # a correction starts from what stands there


def test_everything_wrong_is_told_at_once_and_nothing_is_written(world: World, officer: Client) -> None:
    a = world.factory()
    page = text(
        officer.post(
            entry_url(a),
            fields(**{"h-workers": "สิบ", "h-work_days": "40", "1-produced": "", "1-unit": "กระสอบ"}),
        ),
        422,
    )
    for code in ("not_number", "V14", "V01", "V12"):
        assert code in page
    with nation("test"):
        assert not Submission.objects.exists()


def test_warnings_ask_once_more(world: World, officer: Client) -> None:
    a = world.factory()
    page = text(officer.post(entry_url(a), fields(**{"1-stock_close": "90"})), 422)
    drop_stage()
    assert "V03" in page and 'name="accept"' in page
    assert officer.post(entry_url(a), fields(**{"1-stock_close": "90", "accept": "1"})).status_code == 302


def test_more_lines_keep_what_was_typed(world: World, officer: Client) -> None:
    page = text(officer.post(entry_url(world.factory()), fields(more="1")))
    assert 'name="6-product"' in page and 'value="100"' in page


def test_what_was_typed_of_many_lines_comes_back(world: World, officer: Client) -> None:
    address = entry_url(world.factory())
    typed = fields(**{"7-produced": "ยังไม่แน่", "lines": "10"})
    assert officer.post(address, typed | {"_draft": "keep"})["Location"] == f"{address}?draft=use"
    page = text(officer.get(f"{address}?draft=use"))
    assert 'value="ยังไม่แน่"' in page and 'name="7-product"' in page and 'name="8-product"' not in page
    assert officer.post(address, typed | {"7-produced": ""}).status_code == 302
    drop_stage()
    assert "มีร่าง" not in text(officer.get(address)), "waits no more: it lies in the bin"
    refused = text(officer.post(address, fields(**{"h-workers": "สิบ"})), 422)
    assert "_draft_id" in refused and "มีร่างที่บันทึกไว้" in text(officer.get(address))


def test_the_template_names_who_is_missing_and_what_they_made(world: World, officer: Client) -> None:
    a, b = world.factory(), world.factory()
    world.oblige(a, b)
    world.report([line(a)], period=date(2025, 12, 1))
    response = officer.get(reverse("reporting:form-export", args=[FORM, MONTH]))
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [
        [cell for cell in row if cell is not None] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    row = next(row for row in cells if a.number14 in row)
    assert "ปูนซีเมนต์" in row and 110 in row
    assert any(b.number14 in row for row in cells)


def test_the_obliged_list(world: World, officer: Client) -> None:
    a = world.factory()
    world.oblige(a)
    page = text(officer.get(reverse("reporting:obligedfactory-list", args=[FORM])))
    assert a.name in page and "บัญชีทดสอบ" in page
    assert reverse("intake:batch-import", args=[f"obliged.{FORM}"]) in page
