"""A list as a file: the same rows, columns and scope as the page, and a sheet that imports back unchanged."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.models import Factory
from offices.demo import DOMAIN
from offices.models import Assignment
from portal import jobs
from portal.actors import actor_of
from portal.intake import services as intake
from portal.intake.handlers import get_handler
from portal.models import Batch, Job, StoredFile, User
from portal.scope import nation
from portal.screens import export
from tests.lists.conftest import TODAY, address, lists, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

FACTORIES = "/factories/"
# Which lists are imported at all. A new list must be put here, so that nobody forgets to ask.
IMPORTED = {
    "factories/": "factories.register",
    "reports/forms/<str:code>/obliged/": "obliged.PROD-M",
    "reports/forms/<str:code>/<month:period>/factories/": "PROD-M",
    "offices/learning/training/attendances/": "offices.training",
}
NOT_IMPORTED = {
    "factories/<uuid:uuid>/contacts/": "each with its own source, entered by who found it out",
    "intake/mappings/": "agreed on the page of a file",
    "offices/audit/seals/": "the chain over the audit",
    "reports/reminders/": "counted from what is owed",
    "factories/responsibility/": "rules with their own page of changes",
    "jobs/": "what the portal does itself",
    "intake/": "uploads, each a file of its own",
    "intake/<uuid:uuid>/rows/": "the plan of one upload",
    "offices/": "offices come with the reference data",
    "offices/people/": "people are entered by the centre, with their orders",
    "offices/orders/": "signed papers, entered with their scans",
    "offices/documents/": "issued papers, each with a number of its own",
    "offices/registers/": "counted up by the papers they number",
    "offices/assistants/": "made by orders only",
    "offices/assistants/nominations/": "matters that a chief decides",
    "offices/assistants/reviews/": "matters that a chief decides",
    "offices/assignments/": "made by orders only",
    "offices/proposals/": "orders not yet signed: matters that are decided",
    "offices/absences/": "each entered by the person, the chief or personnel",
    "offices/absences/mine/": "each entered by the person, the chief or personnel",
    "offices/staffing/handovers/": "signed by both",
    "offices/staffing/groups/": "each opened, renamed and ended on its own page",
    "offices/inspection/": "proposed by one, confirmed by another",
    "offices/inspection/provinces/": "proposed by one, confirmed by another",
    "offices/inspection/changes/": "proposed by one, confirmed by another",
    "offices/invitations/": "codes, each made once for one person",
    "offices/sign-ins/": "what came from the identity providers",
    "offices/second-factors/": "asked by one, decided by another",
    "offices/support/": "access lent for a time",
    "offices/audit/personal/mine/": "who read what: the log",
    "offices/private/": "who read what: the log",
    "offices/private/erasures/": "asked by one, decided by another",
    "offices/me/copies/": "copies of one's own data",
    "offices/learning/levels/": "each assessed and confirmed on its own page",
    "offices/learning/levels/meaning/": "come with the reference data",
    "offices/learning/plans/": "matters between a person and his superior",
    "offices/learning/records/": "certified papers",
    "offices/learning/stints/": "agreed between learner and host",
    "offices/learning/hours/": "counted from training and days signed",
    "offices/learning/training/": "sessions, entered by who holds them",
    "offices/learning/training/courses/": "courses, entered by who holds them",
    "reports/packages/": "matters that a chief decides",
    "reports/editions/": "frozen figures",
    "reports/forms/<str:code>/<month:period>/completeness/": "counted from the reports",
    "reports/runs/": "the ledger of the compilation",
}


def body(response: Any) -> bytes:
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def test_every_list_says_whether_it_is_imported() -> None:
    assert lists().keys() == IMPORTED.keys() | NOT_IMPORTED.keys()
    for path in lists():
        screen = signed_in("admin.1").get(address(path)).context["screen"]
        assert (screen.sheet[0] if screen.sheet else None) == IMPORTED.get(path), path


def bring_back(name: str, code: str, params: dict[str, Any], data: bytes, kind: str) -> Batch:
    """The file as a reader of the export sends it in; previewed."""
    actor = actor_of(User.objects.get(email=f"{name}@{DOMAIN}"), TODAY)
    with actor.scope.active():
        batch = intake.receive(
            actor=actor,
            handler_code=code,
            upload=intake.Upload(f"t.{kind}", io.BytesIO(data)),
            office_id=actor.capacities[0].office_id,
            params=params,
        )
    intake.preview(batch_uuid=batch.uuid)
    with nation("test"):
        return Batch.objects.get(pk=batch.pk)


QUERIES = {
    "factories/": ("", "status=operating&sort=-horsepower", "q=เจริญ&col=workers", "category=3&last=1"),
    "reports/forms/<str:code>/obliged/": ("", "sort=-name", "q=ไพศาล"),
    "reports/forms/<str:code>/<month:period>/factories/": ("", "state=reported", "q=ไพศาล&sort=name"),
}


@pytest.mark.parametrize("path", QUERIES)  # training: tests/learning/test_intake
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_imports_back_unchanged(path: str, kind: str) -> None:
    client = signed_in("officer.25")
    params = {"period": "2026-09-01", "source": "บัญชีทดสอบ"}
    url = address(path, month="2026-09")
    for query in QUERIES[path]:
        total = client.get(f"{url}?{query}").context["total"]
        assert total, query
        data = body(client.get(f"{url}?{query}&export=sheet-{kind}"))
        batch = bring_back("officer.25", IMPORTED[path], params, data, kind)
        assert batch.state == Batch.State.PREVIEWED, (batch.refusal, query)
        counts = {name: batch.counts[name] for name in ("new", "changed", "same", "refused")}
        assert counts == {"new": 0, "changed": 0, "same": batch.counts["rows"], "refused": 0}, query
        if path != "reports/forms/<str:code>/<month:period>/factories/":  # where reports have lines
            assert batch.counts["same"] == total
        assert batch.counts["same"] > 0


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"]), max_size=40
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(["xlsx", "csv"]),
    facts=st.fixed_dictionaries(
        {
            "activity": TEXTS,
            "house_no": TEXTS | st.sampled_from(["=1+1", "001", "1/2", "'x"]),
            "telephone": st.sampled_from(["", "0812345678", "+66 2", "-"]),
            "workers": st.none() | st.integers(0, 10**6),
            "horsepower": st.none() | st.decimals(0, 10**9, places=6),
            "capital_baht": st.none() | st.decimals(0, 10**12, places=2),
            "licensed_on": st.none()
            | st.dates(date(1858, 1, 1), date(2157, 12, 31)),  # what the calendar takes
        }
    ),
)
def test_whatever_the_registry_holds_imports_back_unchanged(kind: str, facts: dict[str, Any]) -> None:
    from portal.sheets.cells import tidy

    with nation("test"):
        one = Factory.objects.filter(province_id="25").earliest("id")
        facts = {
            key: (tidy(value) or "") if isinstance(value, str) else value for key, value in facts.items()
        }
        Factory.objects.filter(pk=one.pk).update(**facts)
    data = body(
        signed_in("officer.25").get(f"{FACTORIES}?q={one.number14 or one.old_number}&export=sheet-{kind}")
    )
    batch = bring_back("officer.25", "factories.register", {}, data, kind)
    assert (batch.counts["same"], batch.counts["rows"]) == (1, 1), list(batch.rows.values("diff", "data"))


def test_a_file_has_the_columns_of_the_page_in_their_order() -> None:
    client = signed_in("officer.25")
    text = body(client.get(f"{FACTORIES}?col=workers&col=name&sort=-workers&export=csv")).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert head == ["คนงาน", "โรงงาน"]
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), key=int, reverse=True)


class TestJob:
    """A list too long to wait for."""

    @pytest.fixture(autouse=True)
    def long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(export, "AT_ONCE", 3)
        monkeypatch.setattr(export, "CHUNK", 2)

    def asked(self, client: Client, query: str) -> Job:
        response = client.get(f"{FACTORIES}?{query}")
        assert response.status_code == 302
        path = urlsplit(response["Location"]).path
        return Job.objects.get(uuid=path.strip("/").rsplit("/", 1)[-1])

    def test_the_job_writes_what_the_page_shows(self) -> None:
        client = signed_in("officer.25")
        total = client.get(f"{FACTORIES}?status=operating").context["total"]
        for kind in ("csv", "xlsx", "sheet-csv", "sheet-xlsx"):
            job = self.asked(client, f"status=operating&col=name&col=number14&sort=-name&export={kind}")
            assert (
                self.asked(client, f"status=operating&col=name&col=number14&sort=-name&export={kind}") == job
            )
            jobs.run(job.pk)
            job.refresh_from_db()
            assert (job.state, job.result["rows"]) == ("done", total), job.error
            assert (job.progress, job.total) == (total, total)
            data = body(client.get(job.result_url))
            if kind == "csv":
                rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
                assert rows[0] == ["โรงงาน", "เลข 14 หลัก"] and len(rows) == total + 1
            elif kind.startswith("sheet-"):
                batch = bring_back("officer.25", "factories.register", {}, data, kind.removeprefix("sheet-"))
                assert batch.counts["same"] == total
            shown = client.get(reverse("portal:job-detail", args=[job.uuid])).content.decode()
            assert "เสร็จแล้ว" in shown and job.result_url in shown

    def test_only_its_maker_is_given_the_file(self) -> None:
        client = signed_in("officer.25")
        job = self.asked(client, "export=csv")
        jobs.run(job.pk)
        job.refresh_from_db()
        assert body(client.get(job.result_url))
        for name in ("head.factory.25", "chief.25", "officer.19", "inspector.3", "admin.1"):
            assert signed_in(name).get(job.result_url).status_code == 404, name
        for name in ("chief.25", "officer.19"):
            assert signed_in(name).get(reverse("portal:job-detail", args=[job.uuid])).status_code == 404
        stored = StoredFile.objects
        with nation("test"):
            assert stored.get(purpose=export.PURPOSE).sha256 and not Job.objects.filter(
                office_id__isnull=False, kind=export.JOB
            )

    def test_authority_is_asked_anew_when_the_job_runs(self) -> None:
        client = signed_in("officer.25")
        job = self.asked(client, "export=csv")
        held = Assignment.objects.filter(person__user__email=f"officer.25@{DOMAIN}")
        held.update(valid=(TODAY.replace(year=2025), TODAY))
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.state == "failed" and "ไม่มีคำสั่งแต่งตั้ง" in job.error
        with nation("test"):
            assert not StoredFile.objects.filter(purpose=export.PURPOSE).exists()

    def test_the_place_that_was_chosen_is_asked_anew(self) -> None:
        job = self.asked(signed_in("inspector.3"), "office=25&export=csv")
        total = job.label
        assert "แถว" in total
        Job.objects.filter(pk=job.pk).update(args=job.args | {"query": "office=19&export=csv"})
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.state == "failed" and "ไม่ได้อยู่ในความดูแล" in job.error

    def test_the_file_holds_the_chosen_place_only(self) -> None:
        client = signed_in("admin.1")
        job = self.asked(client, "office=25&export=sheet-csv")
        jobs.run(job.pk)
        job.refresh_from_db()
        text = body(client.get(job.result_url)).decode("utf-8-sig")
        provinces = {row["จังหวัด"] for row in csv.DictReader(io.StringIO(text))}
        assert provinces == {"ปราจีนบุรี"}


def test_handlers_export_what_their_lists_show_and_no_more() -> None:
    """A list of nothing is a sheet of nothing: no filter is forgotten on the way."""
    actor = actor_of(User.objects.get(email=f"admin.1@{DOMAIN}"), TODAY)
    with nation("test"):
        for path, code in IMPORTED.items():
            screen = signed_in("admin.1").get(address(path)).context["screen"]
            params = screen.sheet[1]
            assert list(get_handler(code).export_rows(actor, params, screen.found.none())) == []
            assert list(get_handler(code).export_rows(actor, params, None)) != []
