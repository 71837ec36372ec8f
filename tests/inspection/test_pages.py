"""Pages of inspection: a day is chosen, one proposes by form, another confirms, nobody else comes in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from offices.models import InspectionChange, InspectionGroup
from tests.offices.test_pages import signed_in


def url(name: str, *args: Any) -> str:
    return reverse(f"offices:{name}", args=args)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def clients(house: Any) -> dict[str, Client]:
    return {name: signed_in(person.user) for name, person in house.people.items()}


def test_from_a_form_to_the_day_it_holds(house: Any, clients: dict[str, Client]) -> None:
    admin, second = clients["admin"], clients["second_admin"]
    add = url("inspectionchange-add", "province")
    page = admin.get(add, {"province": "19"})
    assert page.context["form"].initial["province"] == "19"
    given = {"province": "19", "zone": "9", "since": "1/1/2570", "reason": "คำสั่งกระทรวง ที่ 1/2569"}
    asked = text(admin.post(add, given))
    assert f"เขต 9 ({house.first.name_th})" in asked and "ตั้งแต่ 1 ม.ค. 2570" in asked
    assert not InspectionChange.objects.exists(), "shown before it is sent"
    answer = admin.post(add, {**given, "confirmed": "1"})
    change = InspectionChange.objects.get()
    assert answer.status_code == 302 and answer["Location"] == url("inspectionchange-detail", change.uuid)
    act = url("inspectionchange-act", change.uuid, "confirm")
    assert "ต้องให้ผู้ดูแลระบบส่วนกลางอีกคน" in text(admin.get(answer["Location"]))
    assert admin.post(act).status_code == 403
    assert f"เขต 9 ({house.first.name_th})" in text(second.get(act))
    assert second.post(act).status_code == 302
    provinces = url("zoneprovince-list")
    for day, number in (("31/12/2569", 1), ("1/1/2570", 9)):
        page = second.get(provinces, {"on": day, "q": "สระบุรี"})
        (row,) = page.context["page"].object_list
        assert row.zone.number == number
    assert "1 ม.ค. 2570" in page.context["filters"][1]["value"]
    assert "ยืนยันแล้ว" in text(second.get(url("inspectionchange-list")))


def test_a_zone_ends_after_its_last_day(house: Any, clients: dict[str, Client]) -> None:
    add = url("inspectionchange-add", "end")
    given = {"zone": "9", "group": house.first.uuid, "last_day": "31/12/2569", "reason": "x"}
    clients["admin"].post(add, {**given, "confirmed": "1"})
    change = InspectionChange.objects.get()
    clients["second_admin"].post(url("inspectionchange-act", change.uuid, "confirm"))
    page = url("inspectiongroup-list")
    for day, zones in (("31/12/2569", "เขต 9"), ("1/1/2570", "")):
        listed = clients["admin"].get(page, {"on": day, "q": house.first.name_th}).context["page"].object_list
        assert [(row.zones_on, row.inspectors_on.strip()) for row in listed] == [
            (zones, house.people["inspector"].name.strip())
        ]
    detail = text(clients["admin"].get(url("inspectiongroup-detail", house.first.uuid)))
    assert "31 ธ.ค. 2569" in detail and house.people["inspector"].name in detail
    answer = clients["admin"].post(add, {**given, "confirmed": "1"})
    assert answer.status_code == 422 and "ต้องอยู่ใน" in str(answer.context["form"].errors["last_day"])


def test_a_group_by_form_and_a_proposal_that_is_not_confirmed(house: Any, clients: dict[str, Client]) -> None:
    add = url("inspectionchange-add", "group")
    given = {"name": "กลุ่มใหม่", "since": "1/1/2570", "reason": "x", "confirmed": "1"}
    clients["admin"].post(add, given)
    change = InspectionChange.objects.get()
    decline = url("inspectionchange-act", change.uuid, "decline")
    assert clients["second_admin"].post(decline).status_code == 422
    assert clients["second_admin"].post(decline, {"reason": "ซ้ำ"}).status_code == 302
    assert clients["second_admin"].post(decline, {"reason": "ซ้ำ"}).status_code == 409
    clients["admin"].post(add, given)
    second = InspectionChange.objects.latest("id")
    assert clients["admin"].post(url("inspectionchange-act", second.uuid, "withdraw")).status_code == 302
    assert not InspectionGroup.objects.filter(name_th="กลุ่มใหม่").exists()


@pytest.mark.parametrize("who", ["chief", "inspector"])
def test_nobody_but_the_centre(house: Any, clients: dict[str, Client], who: str) -> None:
    for address in (
        url("inspectiongroup-list"),
        url("inspectiongroup-detail", house.first.uuid),
        url("zoneprovince-list"),
        url("inspectionchange-list"),
        url("inspectionchange-add", "group"),
    ):
        assert clients[who].get(address).status_code == 403, address
    admin = clients["admin"]
    assert admin.get(url("inspectionchange-add", "nonsense")).status_code == 404
    for act in ("confirm", "nonsense"):
        assert admin.get(url("inspectionchange-act", house.first.uuid, act)).status_code == 404
