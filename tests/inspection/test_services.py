"""Who inspects what changes by two people, from a day on; who sees which offices follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from offices.inspection import selectors, services
from offices.inspection.rules import Wish
from offices.models import InspectionChange, InspectionGroup, InspectionGroupZone, ZoneProvince
from offices.services.rules.sentences import SENTENCES
from portal import worklist
from portal.models import AuditEvent
from portal.problems import Conflict, Invalid, NotAllowed
from tests.offices import make
from tests.offices.make import span
from tests.offices.november import DAY

NEW_YEAR, EVE = date(2027, 1, 1), date(2026, 12, 31)


def wish(kind: str, **values: Any) -> Wish:
    return Wish(**{"kind": kind, "since": NEW_YEAR, "reason": "คำสั่งกระทรวง ที่ 1/2569", **values})


def move(house: Any) -> Wish:
    return wish("province", province=house.there.province, zone=house.nine)


def carried(house: Any, wished: Wish) -> InspectionChange:
    change = services.propose(actor=house.actor("admin"), wish=wished)
    return services.confirm(actor=house.actor("second_admin"), change=change)


def rows() -> list[Any]:
    """Everything that says who inspects what."""
    tables = (InspectionGroup, InspectionGroupZone, ZoneProvince)
    return [list(model.objects.order_by("pk").values_list()) for model in tables]


def refused(house: Any, wished: Wish) -> dict[str, Any]:
    with pytest.raises(Invalid) as caught:
        services.propose(actor=house.actor("admin"), wish=wished)
    return dict(caught.value.fields)


def test_after_a_province_moved_the_inspectors_scope_follows_from_the_day(house: Any) -> None:
    change = services.propose(actor=house.actor("admin"), wish=move(house))
    before, day = rows(), NEW_YEAR
    assert house.actor("inspector", day).scope.offices == {house.here.pk}, "only proposed"
    with pytest.raises(NotAllowed, match="อีกคน"):
        services.confirm(actor=house.actor("admin"), change=change)
    assert rows() == before
    services.confirm(actor=house.actor("second_admin"), change=change)
    assert house.actor("inspector", EVE).scope.offices == {house.here.pk}
    assert house.actor("inspector", EVE).scope.provinces == {"25"}
    assert house.actor("inspector", day).scope.offices == {house.here.pk, house.there.pk}
    assert house.actor("inspector", day).scope.provinces == {"25", "19"}
    periods = (
        ZoneProvince.objects.filter(province="19").order_by("valid").values_list("zone__number", "valid")
    )
    assert [(number, valid.lower, valid.upper) for number, valid in periods] == [
        (1, make.EVER.lower, day),
        (9, day, None),
    ]
    assert ZoneProvince.pgh_event_model.objects.filter(pgh_obj__province="19").count() == 3


def test_a_zone_goes_from_one_group_to_another_and_the_inspectors_see_it(house: Any) -> None:
    carried(house, wish("end", group=house.first, zone=house.nine))
    assert house.actor("inspector", EVE).scope.offices == {house.here.pk}
    assert house.actor("inspector", NEW_YEAR).scope.offices == set()
    carried(house, wish("zone", group=house.second, zone=house.nine))
    assert house.actor("other", EVE).scope.offices == set()
    assert house.actor("other", NEW_YEAR).scope.offices == {house.here.pk}


def test_a_new_group_and_its_first_zone(house: Any) -> None:
    carried(house, wish("group", name=" กลุ่มตรวจราชการ  ใหม่ "))
    made = InspectionGroup.objects.get(name_th="กลุ่มตรวจราชการ ใหม่")
    assert (made.valid.lower, made.valid.upper) == (NEW_YEAR, None)
    assert made not in selectors.groups(EVE) and made in selectors.groups(NEW_YEAR)
    assert "since" in refused(house, wish("zone", group=made, zone=house.one, since=EVE))
    carried(house, wish("zone", group=made, zone=house.one))
    (member,) = selectors.members(NEW_YEAR).filter(province="19")
    assert member.group_name == made.name_th


def test_what_stands_in_the_way_is_named_with_its_dates(house: Any) -> None:
    said = refused(house, wish("zone", group=house.second, zone=house.nine))["zone"][0]
    assert house.first.name_th in said and "เขต 9" in said and "ตั้งแต่ 1 ต.ค. 2562" in said
    said = refused(house, wish("group", name=house.first.name_th))["name"][0]
    assert "ตั้งแต่ 1 ต.ค. 2562" in said
    said = refused(house, wish("end", group=house.second, zone=house.nine))["last_day"][0]
    assert house.second.name_th in said and "31 ธ.ค. 2569" in said and "ไม่เคยอยู่" in said
    said = refused(house, wish("province", province=house.there.province, zone=house.one))["zone"][0]
    assert "เขต 1" in said and "ไม่มีอะไรเปลี่ยน" in said
    carried(house, move(house))
    again = wish("province", province=house.there.province, zone=house.one)
    said = refused(house, again)["since"][0]
    assert "เขต 9" in said and "ตั้งแต่ 1 ม.ค. 2570" in said
    assert set(refused(house, wish("group", reason=" "))) == {"reason", "name"}


def test_what_came_in_the_way_meanwhile_is_refused_at_the_confirmation(house: Any) -> None:
    InspectionGroupZone.objects.filter(zone=house.nine).update(valid=span(make.EVER.lower, NEW_YEAR))
    change = services.propose(
        actor=house.actor("admin"), wish=wish("zone", group=house.second, zone=house.nine)
    )
    third = make.inspection_group()
    row = InspectionGroupZone.objects.create(group=third, zone=house.nine, valid=span(NEW_YEAR))
    before = rows()
    with pytest.raises(Invalid, match=third.name_th):
        services.confirm(actor=house.actor("second_admin"), change=change)
    change.refresh_from_db()
    assert rows() == before and change.state == "proposed"
    row.delete()
    services.confirm(actor=house.actor("second_admin"), change=change)


def test_declined_and_withdrawn_change_nothing_and_are_decided_once(house: Any) -> None:
    before = rows()
    change = services.propose(actor=house.actor("admin"), wish=move(house))
    assert "province" in refused(house, move(house)), "one at a time"
    with pytest.raises(NotAllowed, match="ผู้เสนอเท่านั้น"):
        services.withdraw(actor=house.actor("second_admin"), change=change)
    with pytest.raises(Invalid):
        services.decline(actor=house.actor("second_admin"), change=change, reason=" ")
    services.decline(actor=house.actor("second_admin"), change=change, reason="ผิดเขต")
    with pytest.raises(Conflict, match="ไม่ยืนยัน"):
        services.confirm(actor=house.actor("second_admin"), change=change)
    services.withdraw(
        actor=house.actor("admin"), change=services.propose(actor=house.actor("admin"), wish=move(house))
    )
    assert rows() == before
    verbs = AuditEvent.objects.filter(verb__startswith="inspection.").order_by("id")
    assert [event.verb.partition(".")[2] for event in verbs] == [
        *("proposed", "declined", "proposed", "withdrawn")
    ]


@pytest.mark.parametrize("who", ["chief", "inspector"])
def test_only_central_administrators(house: Any, who: str) -> None:
    change = services.propose(actor=house.actor("admin"), wish=move(house))
    for call in (
        lambda: services.propose(actor=house.actor(who), wish=wish("group", name="x")),
        lambda: services.confirm(actor=house.actor(who), change=change),
        lambda: services.decline(actor=house.actor(who), change=change, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_the_other_administrator_finds_it_among_what_waits(house: Any) -> None:
    change = services.propose(actor=house.actor("admin"), wish=move(house))

    def waits(who: str) -> list[str]:
        return [row.label for heap in worklist.of(house.actor(who)) for row in heap.rows]

    assert str(change) in waits("second_admin")
    assert str(change) not in waits("admin") and str(change) not in waits("inspector")


def test_the_database_asks_the_same(house: Any) -> None:
    """Each rule of the table, past every service."""
    admin, other = (house.people[name].user for name in ("admin", "second_admin"))
    row = services.propose(actor=house.actor("admin"), wish=move(house))
    given = {
        "kind": "group", "name": "x", "since": DAY, "reason": "x", "proposed_by": admin, "proposer_name": "x",
        "proposed_at": row.proposed_at,
    }  # fmt: skip
    decided = {"decided_by": other, "decided_at": row.proposed_at}
    for values, constraint in (
        ({"name": ""}, "inspectionchange_says_what"),
        ({"zone": house.one}, "inspectionchange_says_what"),
        ({"kind": "zone", "name": "", "zone": house.one}, "inspectionchange_says_what"),
        ({"reason": ""}, "inspectionchange_has_reason"),
        ({"state": "declined", **decided}, "inspectionchange_has_reason"),
        ({"state": "confirmed", **decided, "decided_by": admin}, "inspectionchange_second_person"),
        ({"state": "withdrawn", **decided}, "inspectionchange_withdrawn_by_proposer"),
        ({"state": "confirmed"}, "inspectionchange_decision_is_whole"),
        (decided, "inspectionchange_decision_is_whole"),
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            InspectionChange.objects.create(**(given | values))
        assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]
    rows = InspectionChange.objects.filter(pk=row.pk)
    for call in (rows.delete, lambda: rows.update(since=DAY)):
        with pytest.raises(Exception, match="pgtrigger"), transaction.atomic():
            call()
    rows.update(state="confirmed", **decided)
    with pytest.raises(Exception, match="pgtrigger"), transaction.atomic():
        rows.update(state="proposed", decided_by=None, decided_at=None)
    with pytest.raises(IntegrityError) as same, transaction.atomic():
        make.inspection_group().__class__.objects.create(name_th=house.first.name_th, valid=span(DAY))
    assert same.value.__cause__.diag.constraint_name in SENTENCES  # type: ignore[union-attr]
    assert timedelta(days=1) == NEW_YEAR - EVE
