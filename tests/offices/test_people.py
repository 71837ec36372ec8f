"""Services of people: who may, all faults at once, what stays behind."""

from datetime import date

import pytest

from offices.models import Person
from offices.selectors.actors import resolve
from offices.services import people
from offices.services.rules import explained, in_words, last_day, period
from portal.models import AuditEvent
from portal.problems import Invalid, NotAllowed
from tests.offices import make
from tests.offices.make import span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
DAY = date(2026, 11, 20)


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


def test_nobody_but_the_centre(chief):
    with pytest.raises(NotAllowed):
        people.add_person(actor=chief, title_th="นาย", first_th="ก", last_th="ข", employment="contract")


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


def test_periods_in_words():
    assert period(DAY, DAY).upper == date(2026, 11, 21) and last_day(period(DAY, DAY)) == DAY
    assert in_words(period(DAY, None)) == "ตั้งแต่ 20 พ.ย. 2569" and in_words(span(None)) == "ไม่กำหนด"
    assert in_words(span(None, DAY)) == "ถึง 19 พ.ย. 2569"


def test_an_unknown_database_error_is_not_dressed_up():
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        explained(IntegrityError("something else"))
    assert Person._meta.label == "offices.Person"
