"""Each rule of the database, asked by itself: the name of what broke is what we expect."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from offices.models import AppointmentOrder, Group, InspectionGroup, Office, Person
from offices.services.rules.sentences import SENTENCES
from tests.offices import make
from tests.offices.make import span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture
def refused():
    """refused('constraint', function): the function breaks exactly this constraint."""

    def check(constraint, function):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            function()
        assert caught.value.__cause__.diag.constraint_name == constraint
        assert constraint in SENTENCES, "a constraint without a sentence"

    return check


def test_overlapping_holders(refused):
    place = make.office()
    for kind, constraint in (
        ("CHIEF", "assignment_one_chief"),
        ("ACTING_CHIEF", "assignment_one_chief"),
        ("GROUP_HEAD", "assignment_one_head_and_assistant"),
        ("ASSISTANT", "assignment_one_head_and_assistant"),
    ):
        make.assign(make.person(), kind, place, valid=span(date(2025, 10, 1), date(2026, 10, 1)))
        refused(
            constraint,
            lambda kind=kind: make.assign(make.person(), kind, place, valid=span(date(2026, 9, 30))),
        )
        make.assign(make.person(), kind, place, valid=span(date(2026, 10, 1)))  # the next day is free


def test_a_chief_and_an_acting_chief_may_stand_side_by_side_and_officers_are_many():
    place = make.office()
    for kind in ("CHIEF", "ACTING_CHIEF", "OFFICER", "OFFICER"):
        make.assign(make.person(), kind, place)
    make.assign(make.person(), "ASSISTANT", place)
    make.assign(make.person(), "ASSISTANT", place, group=make.group(place, "POLICY"))


def test_the_same_seat_twice(refused):
    place, person = make.office(), make.person()
    make.assign(person, "OFFICER", place)
    refused("assignment_once_at_a_time", lambda: make.assign(person, "OFFICER", place))
    make.assign(person, "OFFICER", place, group=make.group(place, "POLICY"))


@pytest.mark.parametrize("kind", ["ASSISTANT", "CHIEF", "ACTING_CHIEF", "INSPECTOR"])
def test_only_civil_servants(refused, kind):
    place = make.centre() if kind == "INSPECTOR" else make.office()
    values = {"inspection_group": make.inspection_group()} if kind == "INSPECTOR" else {}
    for employment in ("government_employee", "permanent_employee", "contract"):
        refused(
            "assignment_civil_servant",
            lambda employment=employment: make.assign(
                make.person(employment=employment), kind, place, **values
            ),
        )
    person = make.person()
    make.assign(person, kind, place, **values)
    refused(
        "assignment_civil_servant", lambda: Person.objects.filter(pk=person.pk).update(employment="contract")
    )


def test_inside_the_order(refused):
    place = make.office()
    order = make.order(span(date(2026, 1, 1), date(2026, 10, 1)))
    for valid in (
        span(date(2025, 12, 31), date(2026, 2, 1)),
        span(date(2026, 2, 1), date(2026, 10, 2)),
        span(date(2026, 2, 1)),
    ):
        refused(
            "assignment_inside_order",
            lambda valid=valid: make.assign(make.person(), "OFFICER", place, order=order, valid=valid),
        )
    make.assign(make.person(), "OFFICER", place, order=order, valid=order.valid)
    orders = AppointmentOrder.objects.filter(pk=order.pk)
    refused("assignment_inside_order", lambda: orders.update(valid=span(date(2026, 1, 1), date(2026, 9, 30))))


def test_group_and_inspection_group_by_kind(refused):
    place, centre = make.office(), make.centre()
    zones = make.inspection_group()
    for kind in ("OFFICER", "GROUP_HEAD", "ASSISTANT"):
        refused(
            "assignment_group_by_kind", lambda kind=kind: make.assign(make.person(), kind, place, group=None)
        )
    refused(
        "assignment_group_by_kind",
        lambda: make.assign(make.person(), "CHIEF", place, group=make.group(place)),
    )
    refused("assignment_inspection_group_by_kind", lambda: make.assign(make.person(), "INSPECTOR", centre))
    refused(
        "assignment_inspection_group_by_kind",
        lambda: make.assign(make.person(), "CHIEF", place, inspection_group=zones),
    )


def test_office_by_kind(refused):
    place, centre = make.office(), make.centre()
    refused("assignment_office_by_kind", lambda: make.assign(make.person(), "CHIEF", centre))
    refused("assignment_office_by_kind", lambda: make.assign(make.person(), "CENTRAL_ADMIN", place))
    refused(
        "assignment_office_by_kind",
        lambda: make.assign(make.person(), "INSPECTOR", place, inspection_group=make.inspection_group()),
    )
    make.assign(make.person(), "CENTRAL_ADMIN", centre)
    offices = Office.objects.filter(pk=centre.pk)
    make.Province.objects.create(code="99", name_th="ทดสอบ", name_en="-", region="-", suffix="ทส", source="-")
    refused("assignment_office_by_kind", lambda: offices.update(kind="provincial", province="99"))


def test_a_group_of_another_office(refused):
    place, other = make.office(), make.office("19", "สระบุรี")
    foreign = make.group(other)
    refused("assignment_group_of_office", lambda: make.assign(make.person(), "OFFICER", place, group=foreign))


def test_inside_the_life_of_the_group(refused):
    place = make.office()
    group = make.group(place, "PROMO", span(date(2026, 1, 1), date(2026, 10, 1)))
    refused("assignment_inside_group", lambda: make.assign(make.person(), "OFFICER", place, group=group))
    valid = span(date(2026, 1, 1), date(2026, 10, 1))
    make.assign(make.person(), "OFFICER", place, group=group, valid=valid)
    groups = Group.objects.filter(pk=group.pk)
    refused("assignment_inside_group", lambda: groups.update(valid=span(date(2026, 1, 1), date(2026, 9, 1))))


def test_inside_the_life_of_the_inspection_group(refused):
    centre = make.centre()
    group = make.inspection_group(valid=span(date(2026, 1, 1), date(2026, 10, 1)))
    refused(
        "assignment_inside_inspection_group",
        lambda: make.assign(make.person(), "INSPECTOR", centre, inspection_group=group),
    )
    make.assign(make.person(), "INSPECTOR", centre, inspection_group=group, valid=group.valid)
    groups = InspectionGroup.objects.filter(pk=group.pk)
    refused(
        "assignment_inside_inspection_group",
        lambda: groups.update(valid=span(date(2026, 1, 1), date(2026, 9, 1))),
    )


def test_a_period_needs_a_beginning(refused):
    place = make.office()
    group = make.group(place, valid=span(None))
    order = make.order(span(None))
    refused(
        "assignment_has_beginning",
        lambda: make.assign(make.person(), "OFFICER", place, group=group, order=order, valid=span(None)),
    )


def test_orders_and_people(refused):
    first = make.order()
    refused(
        "order_number_once",
        lambda: AppointmentOrder.objects.create(
            issuer=first.issuer,
            number=first.number,
            year_be=2562,
            title="-",
            signed_on=first.signed_on,
            valid=make.EVER,
        ),
    )
    refused("order_year_is_be", lambda: AppointmentOrder.objects.filter(pk=first.pk).update(year_be=2019))
    person = make.person(user=make.user("a@demo.invalid"))
    refused("person_has_name", lambda: Person.objects.filter(pk=person.pk).update(last_th=""))
    refused("offices_person_user_id_key", lambda: make.person(user=person.user))
    refused("portal_user_email_key", lambda: make.user("A@demo.invalid"))


def test_every_sentence_names_a_constraint_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes "
            "UNION SELECT (regexp_matches(prosrc, 'CONSTRAINT *= *''(\\w+)''', 'g'))[1] FROM pg_proc"
        )
        known = {name for (name,) in cursor.fetchall()}
    assert set(SENTENCES) <= known
    raised = {
        "assignment_inside_order", "assignment_civil_servant", "assignment_office_by_kind",
        "assignment_inside_group", "assignment_inside_inspection_group",
        "register_opening_unused", "register_keeps_its_name", "document_number_next", "document_year_of_register",
        "document_dates_in_order", "document_file_of_office", "documentend_after_signing", "documentend_by_stands",
        "personprivate_erased_by_two", "assignment_not_for_himself", "assignment_assistant_placed",
        "assignment_of_revoked_order", "given_inside_order",
    }  # fmt: skip
    assert set(SENTENCES) - raised <= known
