"""Services of people and orders: who may, all faults at once, what stays behind."""

from datetime import date
from io import BytesIO

import pytest

from offices.models import AppointmentOrder, Assignment, Person
from offices.selectors.actors import resolve
from offices.services import people
from offices.services.rules import NewAssignment, explained, in_words, last_day, period
from portal.models import AuditEvent, StoredFile, User
from portal.problems import Conflict, Invalid, NotAllowed
from tests.offices import make
from tests.offices.make import span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
DAY = date(2026, 11, 20)
PDF = b"%PDF-1.7 test"


@pytest.fixture
def admin():
    user = make.user()
    make.assign(make.person(user=user), "CENTRAL_ADMIN", make.centre())
    return resolve(user, DAY)


@pytest.fixture
def chief():
    user = make.user()
    make.assign(make.person(user=user), "CHIEF", make.office())
    return resolve(user, DAY)


def order_values(**values):
    return {
        "issuer": "สปอ.", "number": " 12 ", "title": "แต่งตั้ง", "signed_on": date(2026, 9, 25),
        "starts_on": date(2026, 10, 1), **values,
    }  # fmt: skip


def test_nobody_but_the_centre(chief):
    person, row = make.person(), make.assign(make.person(), "OFFICER", make.office())
    for call in (
        lambda: people.add_person(
            actor=chief, title_th="นาย", first_th="ก", last_th="ข", employment="contract"
        ),
        lambda: people.link_user(actor=chief, person=person, email="x@demo.invalid"),
        lambda: people.enter_order(actor=chief, **order_values()),
        lambda: people.assign(
            actor=chief, order=row.order, person=person, kind="OFFICER", office=row.office, starts_on=DAY
        ),
        lambda: people.end_assignment(actor=chief, assignment=row, last_day_on=DAY, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_add_person(admin):
    person = people.add_person(
        actor=admin, title_th="นาง", first_th=" ดารา ", last_th="ทอง  สมมติ", employment="civil_servant"
    )
    assert person.name == "นางดารา ทอง สมมติ"
    event = AuditEvent.objects.get(verb="person.added")
    assert (
        event.object_id == str(person.uuid)
        and event.person_id == admin.person_id
        and "ดารา" not in str(event.data)
    )
    with pytest.raises(Invalid) as caught:
        people.add_person(actor=admin, title_th="", first_th=" ", last_th="", employment="king")
    assert set(caught.value.fields) == {"title_th", "first_th", "last_th", "employment"}


def test_link_user_gives_a_password_once(admin, caplog):
    person = make.person()
    password = people.link_user(actor=admin, person=person, email=" New@Demo.invalid ")
    user = User.objects.get(person=person)
    assert user.email == "new@demo.invalid" and user.check_password(password) and len(password) >= 12
    assert password not in caplog.text and password not in str(AuditEvent.objects.values())
    with pytest.raises(Conflict):
        people.link_user(actor=admin, person=person, email="other@demo.invalid")
    for email in ("NEW@demo.invalid", "no address"):
        with pytest.raises(Invalid) as caught:
            people.link_user(actor=admin, person=make.person(), email=email)
        assert list(caught.value.fields) == ["email"]


def test_enter_order_with_scan_and_assignments(admin):
    place = make.office()
    new = NewAssignment(make.person(), "CHIEF", place, date(2026, 10, 1), date(2027, 9, 30))
    order = people.enter_order(
        actor=admin,
        office=place,
        scan=("..\\..\\คำสั่ง 12.exe", BytesIO(PDF)),
        assignments=[new],
        **order_values(),
    )
    assert order.reference == "คำสั่งสปอ. ที่ 12/2569" and order.entered_by == admin.user
    stored = order.scan
    assert (stored.name, stored.content_type, stored.state) == ("คำสั่ง 12.pdf", "application/pdf", "accepted")
    with stored.file.open() as content:
        assert content.read() == PDF
    assert stored.office_id == place.pk and stored.size == len(PDF)
    row = Assignment.objects.get(order=order)
    assert (row.valid.lower, row.valid.upper, row.kind) == (date(2026, 10, 1), date(2027, 10, 1), "CHIEF")
    assert {"order.entered", "assignment.made"} <= set(AuditEvent.objects.values_list("verb", flat=True))


def test_every_fault_of_an_order_at_once(admin):
    with pytest.raises(Invalid) as caught:
        people.enter_order(
            actor=admin, issuer="", number="", title="", signed_on=date(2026, 12, 1),
            starts_on=date(2026, 11, 1), ends_on=date(2026, 10, 1),
        )  # fmt: skip
    assert set(caught.value.fields) == {"issuer", "number", "title", "signed_on", "ends_on", "reason"}
    assert not AppointmentOrder.objects.filter(title="").exists()


def test_an_order_with_effect_before_its_signature_needs_a_reason(admin):
    early = order_values(starts_on=date(2026, 9, 1))
    with pytest.raises(Invalid) as caught:
        people.enter_order(actor=admin, **early)
    assert list(caught.value.fields) == ["reason"]
    people.enter_order(actor=admin, **early, reason="คำสั่งย้อนหลังตามมติ")
    assert AuditEvent.objects.get(verb="order.entered").data["reason"] == "คำสั่งย้อนหลังตามมติ"


def test_the_same_order_twice_is_said_in_words(admin):
    people.enter_order(actor=admin, **order_values())
    with pytest.raises(Invalid, match="มีในระบบแล้ว") as caught:
        people.enter_order(actor=admin, **order_values())
    assert caught.value.code == "order_number_once" and list(caught.value.fields) == ["number"]


@pytest.mark.parametrize("data", [b"", b"MZ...", b"%PDF-" + b"x" * (20 * 2**20)])
def test_scans_that_are_none(admin, data):
    with pytest.raises(Invalid) as caught:
        people.enter_order(actor=admin, scan=("a.pdf", BytesIO(data)), **order_values())
    assert list(caught.value.fields) == ["scan"]
    assert not AppointmentOrder.objects.filter(number="12").exists() and not StoredFile.objects.exists()


def test_two_chiefs_in_one_order_are_found_by_the_database(admin):
    place = make.office()
    pair = [NewAssignment(make.person(), "CHIEF", place, date(2026, 10, 1)) for _ in range(2)]
    with pytest.raises(Invalid) as caught:
        people.enter_order(actor=admin, assignments=pair, **order_values())
    assert caught.value.code == "assignment_one_chief"
    assert not AppointmentOrder.objects.filter(number="12").exists()


def test_every_fault_of_an_assignment_at_once(admin):
    place, other = make.office(), make.office("19", "สระบุรี")
    order = make.order(span(date(2026, 1, 1), date(2026, 10, 1)))
    holder = make.assign(make.person("เดิม"), "ASSISTANT", other, group=make.group(other, "POLICY"))
    with pytest.raises(Invalid) as caught:
        people.assign(
            actor=admin, order=order, person=make.person(employment="contract"), kind="ASSISTANT",
            office=place, starts_on=date(2026, 5, 1), group=holder.group,
        )  # fmt: skip
    fields = caught.value.fields
    assert set(fields) == {"group", "person", "starts_on", "kind"}
    assert "สำนักงานอื่น" in fields["group"][0] and "ข้าราชการ" in fields["person"][0]
    assert "1 ม.ค. 2569 – 30 ก.ย. 2569" in fields["starts_on"][0] and "เดิม" in fields["starts_on"][1]
    assert "ยังไม่ได้เปิดใช้" in fields["kind"][0]


def test_kinds_in_the_wrong_place(admin):
    place = make.office()
    order, zones = make.order(), make.inspection_group(valid=span(date(2026, 1, 1)))
    cases = (
        ({"kind": "OFFICER", "office": place}, {"group"}),
        ({"kind": "INSPECTOR", "office": place}, {"inspection_group", "office"}),
        ({"kind": "CHIEF", "office": make.centre(), "group": make.group(place)}, {"group", "office"}),
        ({"kind": "INSPECTOR", "office": make.centre(), "inspection_group": zones}, {"inspection_group"}),
        ({"kind": "CHIEF", "office": place, "last_day": date(2024, 1, 1)}, {"starts_on"}),
    )
    for values, fields in cases:
        with pytest.raises(Invalid) as caught:
            people.assign(
                actor=admin, order=order, person=make.person(), starts_on=date(2025, 1, 1), **values
            )
        assert set(caught.value.fields) == fields
    short = make.group(place, "PROMO", span(date(2026, 1, 1)))
    with pytest.raises(Invalid, match="ไม่ได้มีอยู่ตลอด"):
        people.assign(
            actor=admin, order=order, person=make.person(), kind="OFFICER", office=place, group=short,
            starts_on=date(2025, 1, 1),
        )  # fmt: skip


def test_an_officer_twice_in_one_group(admin):
    row = make.assign(make.person(), "OFFICER", make.office())
    with pytest.raises(Invalid) as caught:
        people.assign(
            actor=admin, order=row.order, person=row.person, kind="OFFICER", office=row.office,
            group=row.group, starts_on=DAY,
        )  # fmt: skip
    assert list(caught.value.fields) == ["person"]


def test_a_vacancy_is_filled(admin):
    place = make.office()
    old = make.assign(make.person(), "CHIEF", place)
    people.end_assignment(actor=admin, assignment=old, last_day_on=date(2026, 9, 30), reason="เกษียณอายุ")
    old.refresh_from_db()
    assert old.valid.upper == date(2026, 10, 1)
    new = people.assign(
        actor=admin,
        order=make.order(),
        person=make.person(),
        kind="CHIEF",
        office=place,
        starts_on=date(2026, 10, 1),
    )
    assert new.valid.upper is None
    assert AuditEvent.objects.get(verb="assignment.ended").data == {
        "reason": "เกษียณอายุ",
        "last_day": "2026-09-30",
    }


def test_ending_wrongly(admin):
    row = make.assign(make.person(), "CHIEF", make.office(), valid=span(date(2026, 1, 1), date(2026, 10, 1)))
    for day, reason, fields in (
        (date(2025, 12, 31), "", {"reason", "last_day_on"}),
        (date(2026, 9, 30), "x", {"last_day_on"}),
        (date(2026, 12, 1), "x", {"last_day_on"}),
    ):
        with pytest.raises(Invalid) as caught:
            people.end_assignment(actor=admin, assignment=row, last_day_on=day, reason=reason)
        assert set(caught.value.fields) == fields


def test_the_last_administrator_stays(admin):
    own = Assignment.objects.get(kind="CENTRAL_ADMIN")
    end = {"actor": admin, "assignment": own, "last_day_on": DAY, "reason": "ลาออก"}
    with pytest.raises(Conflict, match="อย่างน้อยหนึ่งคน"):
        people.end_assignment(**end)
    later = make.assign(make.person(), "CENTRAL_ADMIN", make.centre(), valid=span(date(2026, 11, 22)))
    with pytest.raises(Conflict):  # a day without any would be left
        people.end_assignment(**end)
    people.end_assignment(**{**end, "last_day_on": date(2026, 11, 21)})
    assert later.valid.lower == Assignment.objects.get(pk=own.pk).valid.upper


def test_history_keeps_who_changed_what(admin):
    row = make.assign(make.person(), "CHIEF", make.office())
    from portal import audit

    with audit.context(admin):
        people.end_assignment(actor=admin, assignment=row, last_day_on=DAY, reason="ย้าย")
    event = row.events.order_by("pgh_id").last()
    assert event.valid.upper == date(2026, 11, 21) and event.pgh_context.metadata["person"] == admin.person_id


def test_periods_in_words():
    assert period(DAY, DAY).upper == date(2026, 11, 21) and last_day(period(DAY, DAY)) == DAY
    assert in_words(period(DAY, None)) == "ตั้งแต่ 20 พ.ย. 2569" and in_words(span(None)) == "ไม่กำหนด"
    assert in_words(span(None, DAY)) == "ถึง 19 พ.ย. 2569"


def test_an_unknown_database_error_is_not_dressed_up():
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        explained(IntegrityError("something else"))
    assert Person._meta.label == "offices.Person"
