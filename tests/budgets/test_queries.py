"""How many queries a page may take: the same for one row and for many, so that no page grows with the data.

Counted as the web server sees them, signing in and place filter included, the bounds of transactions
left out. A page that needs one more says why in the commit that raises its budget.
"""

from __future__ import annotations

import io
from datetime import date

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from factories.models import Factory
from offices.demo import DOMAIN
from offices.models import Assignment, Document, Group, InspectionGroup, Office, Person
from portal import calendar, worklist
from portal.actors import actor_of
from portal.intake import services as intake
from portal.models import Batch, User
from portal.scope import nation
from reporting.models import OfficePackage

pytestmark = pytest.mark.django_db  # each test in a savepoint of the file's transaction

TODAY = date(2026, 11, 22)
MONTH = date(2026, 10, 1)
STANDING = 2  # where the month stands: its steps, and the people whose turn it is
YEAR = date(2025, 1, 1)
BOUNDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup, django_db_blocker):
    """Three demonstration months of eleven offices, rolled back at the end of the file."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        time_machine.travel(calendar.end_of_day(TODAY), tick=False),
    ):
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


def queries(client: Client, address: str) -> list[str]:
    """The statements of a request whose caches are warm.

    What waits is remembered for a minute of the real clock: it begins with the first of the two requests, or
    it might end between them.
    """
    if client.cookies:  # reading the session of a stranger would make one
        worklist.forget(int(client.session[SESSION_KEY]))
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in caught.captured_queries if not query["sql"].startswith(BOUNDS)]


def check(client: Client, address: str, budget: int) -> None:
    found = queries(client, address)
    assert len(found) <= budget, f"{len(found)} queries, {budget} allowed:\n" + "\n".join(
        q[:160] for q in found
    )


@pytest.fixture
def telephones() -> None:
    """Whoever is missing can be called: reading the numbers is logged, which is one more."""
    with nation("test"):
        Factory.objects.update(telephone="02 000 0000")


OF_AN_OFFICE = ("", "?whose=mine", "?whose=substitute", "?whose=group", "?whose=nobody", "?whose=all")
OF_SEVERAL = ("", "?office=11", "?period=2026-09&office=13&product=CEMENT")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        *((name, query) for name in ("officer.25", "officer.13", "chief.11") for query in OF_AN_OFFICE),
        *((name, "?office=11&product=CEMENT") for name in ("officer.11", "head.policy.11")),
        *((name, query) for name in ("inspector.1", "admin.1") for query in OF_SEVERAL),
    ],
)
def test_dashboard(telephones: None, name: str, query: str) -> None:
    """Whoever reads it and whatever he chooses."""
    check(signed_in(name), reverse("reporting:dashboard-detail") + query, 12)


@pytest.mark.parametrize(
    ("name", "budget"), [("officer.25", 21), ("chief.11", 30), ("inspector.1", 16), ("admin.1", 24)]
)
def test_home(name: str, budget: int) -> None:
    """Every app tells what waits: offices of which nobody may sign, and placements that end, ask once each."""
    check(signed_in(name), reverse("home"), budget)


LISTED = (
    "", "?sort=-horsepower", "?sort=district", "?late=yes", "?late=yes&sort=name", "?coordinates=none",
    "?q=สาธิต&status=operating", "?q=สาธต", "?q=ก",
)  # fmt: skip


@pytest.mark.parametrize("query", LISTED)
@pytest.mark.parametrize("name", ["officer.25", "inspector.1", "admin.1"])
def test_factory_list(name: str, query: str) -> None:
    """Whose each is: two; the views kept of a list: one."""
    check(signed_in(name), reverse("factories:factory-list") + query, 12)


def test_factory_list_of_a_district() -> None:
    """The name of the one that is chosen is looked up among the others."""
    check(signed_in("admin.1"), reverse("factories:factory-list") + "?district=1101", 13)


def test_further_page_of_the_factory_list() -> None:
    """Where a page begins is counted together with the rows and the sums."""
    check(signed_in("admin.1"), reverse("factories:factory-list") + "?last=1&sort=-horsepower", 12)


@pytest.mark.parametrize("words", ["สาธิต", "สาธต เจริ", "ไม่มีที่ใดเลย", "จ3-36(2)-90000/54สป"])
def test_search_box(words: str) -> None:
    """Each kind asks once, and twice more where it finds little."""
    check(signed_in("admin.1"), f"{reverse('portal:search')}?q={words}", 12)


def test_factory_list_of_mine() -> None:
    check(signed_in("officer.11"), reverse("factories:factory-list") + "?whose=mine", 13)


@pytest.mark.parametrize("name", ["officer.25", "inspector.1", "admin.1"])
@pytest.mark.parametrize("query", ["", "?office=11&late=yes", "?office=11&box=100.5,13.5,100.7,13.7"])
def test_factory_map(name: str, query: str) -> None:
    if query and name != "admin.1":
        query = query.replace("office=11&", "")
    check(signed_in(name), reverse("factories:map-detail") + query, 11)  # one for the views kept of its list


def test_factory_detail() -> None:
    with nation("test"):
        uuid = Factory.objects.filter(province_id="25").latest("id").uuid
    # Its contacts and what other apps show of it are one query each; whose it is: two.
    check(signed_in("officer.25"), reverse("factories:factory-detail", args=[uuid]), 13)


@pytest.mark.parametrize("name", ["head.factory.11", "officer.25", "admin.1"])
def test_rules_of_a_group(name: str) -> None:
    code = "25" if name == "admin.1" else name[-2:]
    group = Group.objects.get(office__code=code, code="FACTORY")
    check(signed_in(name), reverse("factories:responsibilityrule-detail", args=[group.uuid]), 19)


@pytest.mark.parametrize(("name", "budget"), [("officer.25", 15), ("admin.1", 11)])
def test_month(name: str, budget: int) -> None:
    check(signed_in(name), reverse("reporting:form-detail", args=["PROD-M", MONTH]), budget + STANDING)


@pytest.mark.parametrize("name", ["officer.25", "admin.1"])
def test_list_of_a_month(name: str) -> None:
    check(signed_in(name), reverse("reporting:obligation-list", args=["PROD-M", MONTH]), 11)  # whose: three


@pytest.mark.parametrize("name", ["officer.25", "admin.1"])
@pytest.mark.parametrize("by", ["office", "district", "type"])
def test_completeness_of_a_year(name: str, by: str) -> None:
    """One GROUP BY and one sum."""
    url = reverse("reporting:completeness-list", args=["CHEM", YEAR]) + f"?by={by}"
    client = signed_in(name)
    check(client, url, 8)  # one for the views kept of a list
    assert sum("GROUP BY" in query and "COUNT" in query for query in queries(client, url)) == 2


@pytest.mark.parametrize("name", ["officer.25", "admin.1"])
def test_reminders(name: str) -> None:
    check(
        signed_in(name), reverse("reporting:reminder-list"), 12
    )  # the views kept of a list, and the log of who read contacts


def test_call_list() -> None:
    """Waiting, and with a factory in front: as many with one late factory as with a hundred."""
    client, url = signed_in("officer.11"), reverse("reporting:call-list")
    check(client, url, 11)
    client.post(url, {"act": "start"})
    check(client, url, 14)


@pytest.mark.parametrize("period", [date(2026, 8, 1), date(2026, 9, 1), MONTH])
def test_package(period: date) -> None:
    """Certified, with the chief, and on its way: the page of each."""
    with nation("test"):
        uuid = OfficePackage.objects.get(period=period, office__code="11").uuid
    check(signed_in("chief.11"), reverse("reporting:package-detail", args=[uuid]), 23 + STANDING)


@pytest.mark.parametrize("name", ["chief.25", "admin.1"])
def test_people(name: str) -> None:
    check(signed_in(name), reverse("offices:person-list"), 8)


@pytest.mark.parametrize("name", ["chief.25", "admin.1"])
def test_groups(name: str) -> None:
    client = signed_in(name)
    check(client, reverse("offices:group-list"), 8)
    with nation("test"):
        uuid = Group.objects.get(office__code="25", code="FACTORY").uuid
    check(client, reverse("offices:group-detail", args=[uuid]), 10)


@pytest.mark.parametrize("query", ["", "?on=1/10/2568"])
def test_inspection(query: str) -> None:
    """Of the groups the zones and the inspectors are one each."""
    client = signed_in("admin.1")
    with nation("test"):
        uuid = InspectionGroup.objects.earliest("id").uuid
    check(client, reverse("offices:inspectiongroup-list") + query, 10)
    check(client, reverse("offices:zoneprovince-list") + query, 8)
    check(client, reverse("offices:inspectionchange-list"), 8)
    check(client, reverse("offices:inspectiongroup-detail", args=[uuid]), 14)


@pytest.mark.parametrize("name", ["officer.25", "admin.1"])
def test_documents(name: str) -> None:
    client = signed_in(name)
    with nation("test"):
        uuid = Document.objects.filter(office__code="25").earliest("id").uuid
    check(client, reverse("offices:document-list"), 8)
    check(client, reverse("offices:register-list"), 9)  # one asks for the emblem
    check(client, reverse("offices:document-detail", args=[uuid]), 13)


def test_public_check() -> None:
    with nation("test"):
        token = Document.objects.filter(token__isnull=False).earliest("id").token
    check(Client(), reverse("check:document-detail", args=[token]), 1)


READINESS = ("", "?sort=worst", "?show=gaps", "?on=1/10/2568", "?office=25")


@pytest.mark.parametrize("query", READINESS)
@pytest.mark.parametrize("name", ["officer.25", "chief.25", "inspector.3", "admin.1"])
def test_readiness_board(name: str, query: str) -> None:
    """Offices, who is placed in them, what is known of them, and the settings: one each."""
    check(signed_in(name), reverse("offices:readiness-list") + query, 10)


@pytest.mark.parametrize("name", ["chief.25", "admin.1"])
def test_readiness_of_an_office(name: str) -> None:
    with nation("test"):
        uuid = Office.objects.get(code="25").uuid
    for query in ("", "?subject=mining", "?show=assistants", "?show=plans", "?show=hours"):
        check(signed_in(name), reverse("offices:readiness-detail", args=[uuid]) + query, 11)


@pytest.mark.parametrize("name", ["chief.25", "inspector.3", "admin.1"])
def test_trying_a_move(name: str) -> None:
    """The board's four, and the people and groups to choose from; with a choice, that is read too."""
    with nation("test"):
        who = (
            Assignment.objects.filter(office__code="25", kind="GROUP_HEAD", acting_rank=0)
            .earliest("id")
            .person
        )
        group = Group.objects.filter(office__code="25").earliest("id")
    address = reverse("offices:readiness-try")
    check(signed_in(name), address, 9)
    check(signed_in(name), f"{address}?person={who.uuid}&group={group.uuid}", 16)


LEARNING = {
    "subjectlevel-list": 8, "learner-list": 9, "developmentplan-list": 8, "trainingsession-list": 8,
    "trainingcourse-list": 8, "attendance-list": 8, "stint-list": 8, "recordrequest-list": 8,
}  # fmt: skip


@pytest.mark.parametrize("name", ["officer.25", "chief.25", "inspector.3", "admin.1"])
def test_lists_of_learning(name: str) -> None:
    client = signed_in(name)
    for address, budget in LEARNING.items():
        check(client, reverse(f"offices:{address}"), budget)


def test_a_person_of_learning() -> None:
    """Levels, ratings, what every source of evidence counts of five years and of this one, plans, stints."""
    with nation("test"):
        uuid = Person.objects.get(user__email=f"officer.25@{DOMAIN}").uuid
    check(signed_in("chief.25"), reverse("offices:learner-detail", args=[uuid]), 30)


@pytest.mark.parametrize("name", ["officer.25", "chief.25", "admin.1"])
def test_facts(name: str) -> None:
    client = signed_in(name)
    check(client, reverse("portal:fact-list"), 7)
    check(client, reverse("portal:fact-detail", args=["reporting.office_role:PROD-M"]), 19)


def preview(rows: int) -> str:
    """A previewed file of the officer of 25 with one bad row in three."""
    from tests.factories.world import feed_row

    actor = actor_of(User.objects.get(email=f"officer.25@{DOMAIN}"), TODAY)
    lines = [feed_row(n, **({"LAT": "1"} if n % 3 == 0 else {})) for n in range(1, rows + 1)]
    text = ",".join(lines[0]) + "\n" + "".join(f"{','.join(line.values())}\n" for line in lines)
    with actor.scope.active():
        batch = intake.receive(
            actor=actor,
            handler_code="factories.feed",
            upload=intake.Upload("feed.csv", io.BytesIO(text.encode())),
            office_id=actor.capacities[0].office_id,
        )
    intake.preview(batch_uuid=batch.uuid)
    with nation("test"):
        assert Batch.objects.get(pk=batch.pk).state == Batch.State.PREVIEWED
    return str(batch.uuid)


def test_preview_of_a_batch_does_not_grow_with_its_rows() -> None:
    client = signed_in("officer.25")
    few, many = (reverse("intake:batch-detail", args=[preview(rows)]) for rows in (3, 60))
    assert len(queries(client, many)) <= len(queries(client, few))
    check(client, many, 9)
    check(client, reverse("intake:batch-rows", args=[many.rstrip("/").rsplit("/", 1)[-1]]), 8)
