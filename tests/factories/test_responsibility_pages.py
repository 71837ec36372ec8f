"""The pages of the rules: shown before, said in words, kept in the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from factories.models import Factory, ResponsibilityChange, ResponsibilityRule
from offices.models import District, Group
from offices.selectors.actors import resolve
from portal.actors import Actor
from portal.calendar import format_date_th
from portal.scope import nation
from tests.factories.world import TODAY, People
from tests.offices import make

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(f"{TODAY}T05:00:00+00:00", tick=True):
        yield


@pytest.fixture
def head(people: People) -> Actor:
    user = make.user()
    group = Group.objects.get(office=people.office, code="FACTORY")
    make.assign(make.person(user=user), "GROUP_HEAD", people.office, group=group)
    return resolve(user, TODAY)


@pytest.fixture
def group(people: People, head: Actor) -> Group:
    """The head has every factory, the officer the first district; a factory in each, and one elsewhere."""
    group = Group.objects.get(office=people.office, code="FACTORY")
    districts = District.objects.filter(province_id="25").order_by("code")[:2]
    with nation("test"):
        for at, district in enumerate(districts):
            Factory.objects.create(
                province_id="25", district=district, number14=f"2025{at:010}", name=f"โรงงานทดลอง {at}",
                sort_key=f"โรงงานทดลอง {at}", main_type_id="00901", workers=10,
            )  # fmt: skip
        pairs = (
            (None, head.person_id, people.officer.person_id),
            (districts[0], people.officer.person_id, head.person_id),
        )
        for district, officer, substitute in pairs:
            ResponsibilityRule.objects.create(
                office=people.office, group=group, province_id="25", valid=DateRange(TODAY, None),
                district=district, officer_id=officer, substitute_id=substitute,
            )  # fmt: skip
    return group


def names(client: Client, whose: str) -> list[str]:
    answer = client.get(reverse("factories:factory-list"), {"whose": whose})
    return [row.name for row in answer.context["page"].object_list]


def test_the_list_knows_mine_the_groups_and_all(sign_in: SignIn, people: People, group: Group) -> None:
    client = sign_in(people.officer)
    assert names(client, "mine") == ["โรงงานทดลอง 0"]
    assert names(client, "substitute") == ["โรงงานทดลอง 1"]
    assert names(client, "group") == names(client, "all") == ["โรงงานทดลอง 0", "โรงงานทดลอง 1"]
    assert names(client, "nobody") == []
    page = client.get(reverse("factories:factory-list")).content.decode()
    assert 'aria-current="true">ทั้งหมด' in page
    name = people.officer.name
    assert page.count(name) >= 2  # in the top bar and in his row
    csv = b"".join(client.get(reverse("factories:factory-list") + "?export=csv&whose=mine").streaming_content)  # type: ignore[attr-defined]
    assert name in csv.decode() and "โรงงานทดลอง 1" not in csv.decode()
    centre = sign_in(people.centre).get(reverse("factories:factory-list")).content.decode()
    assert ">ของฉัน</a>" not in centre  # nothing is his, so nothing is offered


def test_the_factory_says_whose_it_is_and_why(sign_in: SignIn, people: People, group: Group) -> None:
    with nation("test"):
        first, second = Factory.objects.order_by("number14")
    client = sign_in(people.officer)
    page = re.sub(
        r"\s+", " ", client.get(reverse("factories:factory-detail", args=[first.uuid])).content.decode()
    )
    assert people.officer.name in page and "อยู่อำเภอ" in page and "ไม่มีกฎที่เจาะจงกว่า" in page
    page = client.get(reverse("factories:factory-detail", args=[second.uuid])).content.decode()
    assert "จึงใช้กฎสำหรับทุกโรงงาน" in page


def press(client: Client, url: str, **values: Any) -> Any:
    """Open the form, send it with these values, and confirm what it shows."""
    seen = client.get(url).context["form"]["seen"].value()
    values = {"seen": seen, "from_day": format_date_th(TODAY, "numeric")} | values
    return client.post(url, values), lambda: client.post(url, values | {"confirmed": "1"})


def test_adding_shows_the_load_before_and_after(
    sign_in: SignIn,
    people: People,
    group: Group,
    head: Actor,
) -> None:
    client = sign_in(head)
    url = reverse("factories:responsibilityrule-add", args=[group.uuid])
    values = {"types": "9, 34", "officer": people.officer.person_id, "substitute": head.person_id}
    shown, confirm = press(client, url, **values)
    assert shown.status_code == 200
    loads = {load.person: load for load in shown.context["outcome"].people}
    assert loads[head.person_id].before["factories"] == 1
    assert "ลำดับประเภท 34" in shown.content.decode()
    with nation("test"):
        assert ResponsibilityRule.objects.count() == 2
    assert confirm().status_code == 302
    with nation("test"):
        assert ResponsibilityRule.objects.count() == 4
    assert confirm().status_code == 409  # the page saw an older state


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"types": "9, 999"}, "ไม่มีลำดับประเภท 999"),
        ({"factories": "12345678901234"}, "ไม่พบโรงงานของจังหวัดนี้"),
        ({"types": "9", "factories": "20250000000000"}, "ไม่ต้องเลือกอำเภอ ประเภท หรือขนาด"),
        ({}, "อยู่แล้ว"),
        ({"types": "9", "from_day": "1/10/69"}, "ปีสี่หลัก"),
        ({"types": "9", "from_day": "1/10/2560"}, "ต้องไม่ก่อนวันนี้"),
    ],
)
def test_bad_input_is_said_at_its_field(
    sign_in: SignIn,
    people: People,
    group: Group,
    head: Actor,
    values: dict[str, str],
    said: str,
) -> None:
    url = reverse("factories:responsibilityrule-add", args=[group.uuid])
    people_ = {"officer": people.officer.person_id, "substitute": head.person_id}
    shown, _confirm = press(sign_in(head), url, **people_, **values)
    assert shown.status_code == 422
    assert said in shown.content.decode()


def test_ending_the_rule_for_all_names_the_factories_it_would_leave(
    sign_in: SignIn,
    people: People,
    group: Group,
    head: Actor,
) -> None:
    client = sign_in(head)
    with nation("test"):
        rule = ResponsibilityRule.objects.get(district=None)
    shown, confirm = press(client, reverse("factories:responsibilityrule-end", args=[rule.uuid]))
    assert shown.status_code == 422
    assert "โรงงานทดลอง 1" in shown.content.decode() and "โรงงานทดลอง 0" not in shown.content.decode()
    assert confirm().status_code == 422


def test_reassigning_and_taking_it_back(sign_in: SignIn, people: People, group: Group, head: Actor) -> None:
    client = sign_in(head)
    user = make.user()
    new = make.person(user=user)
    make.assign(new, "OFFICER", people.office, group=group)
    with nation("test"):
        who = ResponsibilityRule.objects.exclude(district=None).get().officer
        rules = [str(uuid) for uuid in ResponsibilityRule.objects.values_list("uuid", flat=True)]
    url = reverse("factories:responsibilityrule-reassign", args=[group.uuid, who.uuid])
    assert press(client, url, to=new.pk, rules=rules)[1]().status_code == 302
    with nation("test"):
        change = ResponsibilityChange.objects.get()
        assert {rule.officer_id for rule in ResponsibilityRule.objects.all()} == {new.pk, head.person_id}
    page = client.get(reverse("factories:responsibilitychange-detail", args=[change.uuid])).content.decode()
    assert new.name in page and who.name in page
    undo = reverse("factories:responsibilitychange-undo", args=[change.uuid])
    seal = client.get(undo).context["form"]["seal"].value()
    assert client.post(undo, {"seal": seal}).status_code == 302
    with nation("test"):
        assert new.pk not in {rule.officer_id for rule in ResponsibilityRule.objects.all()}
    again = client.get(undo).content.decode()
    assert "ถูกถอนคืนไปแล้ว" in again


def test_everybody_in_the_office_may_look_and_only_its_head_may_act(
    sign_in: SignIn,
    people: People,
    group: Group,
    head: Actor,
) -> None:
    page = reverse("factories:responsibilityrule-detail", args=[group.uuid])
    add = reverse("factories:responsibilityrule-add", args=[group.uuid])
    answers = {
        actor: (sign_in(actor).get(page).status_code, sign_in(actor).get(add).status_code)
        for actor in (head, people.officer, people.inspector, people.centre, people.stranger)
    }
    assert list(answers.values()) == [(200, 200), (200, 403), (200, 403), (200, 403), (404, 403)]
