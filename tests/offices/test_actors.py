"""Who somebody is on a day: boundaries of dates, orders, switches; scope by kind; cost."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from offices import policies
from offices.selectors.actors import in_force, places, resolve
from portal.actors import actor_of
from portal.problems import NotAllowed
from tests.offices import make
from tests.offices.make import span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]
DAY = date(2026, 11, 20)


@pytest.fixture
def somebody():
    user = make.user()
    return user, make.person(user=user)


def test_the_last_day_of_a_fiscal_year_and_the_first_of_the_next(somebody):
    user, person = somebody
    make.assign(person, "CHIEF", make.office(), valid=span(date(2025, 10, 1), date(2026, 10, 1)))
    assert resolve(user, date(2025, 9, 30)).kinds() == set()
    assert resolve(user, date(2025, 10, 1)).kinds() == {"CHIEF"}
    assert resolve(user, date(2026, 9, 30)).kinds() == {"CHIEF"}
    after = resolve(user, date(2026, 10, 1))
    assert after.kinds() == set() and after.scope.offices == set() and after.scope.provinces == set()


def test_no_power_before_the_order_was_signed(somebody):
    user, person = somebody
    order = make.order(span(date(2026, 1, 1)), signed_on=date(2026, 2, 1))
    make.assign(person, "CHIEF", make.office(), order=order, valid=span(date(2026, 1, 1)))
    assert resolve(user, date(2026, 1, 31)).kinds() == set()
    assert resolve(user, date(2026, 2, 1)).kinds() == {"CHIEF"}


def test_an_expired_order_gives_nothing_even_past_the_constraint(somebody):
    """The trigger keeps assignments inside their order; the resolver does not rely on it."""
    user, person = somebody
    row = make.assign(person, "CHIEF", make.office())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        type(row.order).objects.filter(pk=row.order_id).update(
            valid=span(date(2019, 10, 1), date(2026, 1, 1))
        )
        assert resolve(user, date(2025, 12, 31)).kinds() == {"CHIEF"}
        assert resolve(user, date(2026, 1, 1)).kinds() == set()
        transaction.set_rollback(True)


def test_assistants_only_where_and_while_the_post_exists(somebody):
    user, person = somebody
    colleague = make.person(user=make.user())
    place, other = make.office(), make.office("19", "สระบุรี")
    make.assign(person, "ASSISTANT", place)
    make.assign(colleague, "ASSISTANT", other)

    def found(day: date = DAY) -> list[int]:
        actors = (resolve(who, day) for who in (user, colleague.user))
        return [capacity.office_id for actor in actors for capacity in actor.capacities]

    assert found() == []
    make.assistants_on(place)
    assert found() == [place.pk]
    assert found(date(2023, 5, 11)) == []
    make.DatedSetting.objects.create(
        key="offices.assistant_enabled", value=True, valid=span(date(2026, 1, 1)), source="test"
    )
    assert found() == [place.pk, other.pk]
    make.DatedSetting.objects.filter(place="office:25").update(value=False)  # the office before the nation
    assert found() == [other.pk]


def test_scope_of_office_kinds_is_the_office_and_its_province(somebody):
    user, person = somebody
    place, other = make.office(), make.office("19", "สระบุรี")
    make.assign(person, "OFFICER", place)
    actor = resolve(user, DAY)
    assert actor.scope.provinces == {"25"} and actor.scope.offices == {place.pk}
    assert not actor.scope.is_nation and actor.scope.clearance == frozenset()
    make.assign(person, "ACTING_CHIEF", other)
    actor = resolve(user, DAY)
    assert actor.scope.provinces == {"25", "19"} and actor.scope.offices == {place.pk, other.pk}
    assert [place_.code for place_ in places(actor)] == ["25", "19"]  # ปราจีนบุรี before สระบุรี


def test_an_inspector_sees_the_zones_of_his_group_on_the_day(somebody):
    user, person = somebody
    first, second = make.office(), make.office("19", "สระบุรี")
    make.office("10", "กรุงเทพมหานคร").delete()  # Bangkok is a province without an office
    early, late = span(date(2019, 10, 1), date(2026, 10, 1)), span(date(2026, 10, 1))
    nine = make.zone(9, "25", "10", valid=early)
    make.ZoneProvince.objects.create(zone=nine, province_id="10", valid=late)
    one = make.zone(1, "19")
    make.ZoneProvince.objects.create(zone=one, province_id="25", valid=late)  # moves on 1 October
    make.assign(person, "INSPECTOR", make.centre(), inspection_group=make.inspection_group(nine))
    before, after = resolve(user, date(2026, 9, 30)), resolve(user, date(2026, 10, 1))
    assert before.scope.provinces == {"25", "10"} and before.scope.offices == {first.pk}
    assert after.scope.provinces == {"10"} and after.scope.offices == set()
    assert second.pk not in before.scope.offices
    assert make.centre().pk not in before.scope.offices


def test_a_zone_that_leaves_the_group_leaves_the_scope(somebody):
    user, person = somebody
    make.office()
    zone, group = make.zone(9, "25"), make.inspection_group()
    zone.groups.create(group=group, valid=span(date(2019, 10, 1), date(2026, 10, 1)))
    make.assign(person, "INSPECTOR", make.centre(), inspection_group=group)
    assert resolve(user, date(2026, 9, 30)).scope.provinces == {"25"}
    assert resolve(user, date(2026, 10, 1)).scope.provinces == set()


def test_an_inspection_group_that_ended_opens_nothing(somebody):
    user, person = somebody
    make.office()
    group = make.inspection_group(make.zone(9, "25"), valid=span(date(2019, 10, 1), date(2026, 10, 1)))
    make.assign(
        person,
        "INSPECTOR",
        make.centre(),
        inspection_group=group,
        valid=span(date(2020, 1, 1), date(2026, 10, 1)),
    )
    assert resolve(user, date(2026, 9, 30)).scope.provinces == {"25"}
    assert resolve(user, date(2026, 10, 1)).scope.provinces == set()


def test_the_centre_is_the_nation(somebody):
    user, person = somebody
    make.office()
    make.assign(person, "CENTRAL_ADMIN", make.centre())
    actor = resolve(user, DAY)
    assert actor.scope.is_nation and [place.code for place in places(actor)] == ["25"]


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("OFFICER", "เจ้าหน้าที่กลุ่มโรงงานอุตสาหกรรม สำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี"),
        ("GROUP_HEAD", "หัวหน้ากลุ่มโรงงานอุตสาหกรรม สำนักงานอุตสาหกรรมจังหวัดปราจีนบุรี"),
        ("ASSISTANT", "ผู้ช่วยอุตสาหกรรมจังหวัดปราจีนบุรี"),
        ("CHIEF", "อุตสาหกรรมจังหวัดปราจีนบุรี"),
        ("ACTING_CHIEF", "รักษาราชการแทนอุตสาหกรรมจังหวัดปราจีนบุรี"),
        ("CENTRAL_ADMIN", "ผู้ดูแลระบบส่วนกลาง สำนักงานปลัดกระทรวงอุตสาหกรรม"),
    ],
)
def test_labels_as_printed(somebody, kind, label):
    user, person = somebody
    place = make.centre() if kind == "CENTRAL_ADMIN" else make.office()
    make.assistants_on(place)
    row = make.assign(person, kind, place)
    actor = resolve(user, DAY)
    assert actor.capacities[0].label == label
    assert actor.chosen == actor.capacities[0] and actor.name == person.name
    assert actor.capacities[0].order_ref == row.order.reference
    assert actor.capacities[0].key == str(row.uuid)


def test_two_capacities_are_not_chosen_for_the_reader(somebody):
    user, person = somebody
    make.assign(person, "OFFICER", make.office())
    make.assign(person, "GROUP_HEAD", make.office())
    assert resolve(user, DAY).chosen is None


def test_a_user_without_person_and_a_closed_account_have_nothing(somebody):
    user, person = somebody
    make.assign(person, "CENTRAL_ADMIN", make.centre())
    assert actor_of(make.user(), DAY).capacities == ()
    assert actor_of(user, DAY).kinds() == {"CENTRAL_ADMIN"}
    user.is_active = False
    assert actor_of(user, DAY).capacities == ()


def test_cost_of_each_request(somebody):
    user, person = somebody
    place = make.office()
    make.assistants_on(place)
    for kind in ("OFFICER", "GROUP_HEAD", "ASSISTANT", "CHIEF"):
        make.assign(person, kind, place)
    with CaptureQueriesContext(connection) as queries:
        resolve(user, DAY)
    assert len(queries) == 1
    group = make.inspection_group(make.zone(9, "25"))
    make.assign(person, "INSPECTOR", make.centre(), inspection_group=group)
    with CaptureQueriesContext(connection) as queries:
        resolve(user, DAY)
    assert len(queries) == 1  # the places of his zones come with the assignment


def test_in_force_lists_everybody_of_the_day(somebody):
    _user, person = somebody
    row = make.assign(person, "OFFICER", make.office(), valid=span(date(2026, 1, 1), date(2026, 2, 1)))
    assert list(in_force(date(2026, 1, 31))) == [row] and not in_force(date(2026, 2, 1)).exists()


def test_policies(somebody):
    user, person = somebody
    place, other = make.office(), make.office("19", "สระบุรี")
    make.assistants_on(place)
    for kind in ("GROUP_HEAD", "ASSISTANT"):
        make.assign(person, kind, place)
    actor = resolve(user, DAY)
    assert policies.may_work_in(actor, place.pk) and not policies.may_work_in(actor, other.pk)
    assert policies.may_prepare_in(actor, place.pk) and not policies.is_chief_of(actor, place.pk)
    assert policies.is_assistant_in(actor, place.pk) and not policies.is_assistant_in(actor, other.pk)
    assert policies.heads_group(actor, place.pk, "FACTORY")
    assert not policies.heads_group(actor, place.pk, "POLICY")
    assert not policies.heads_group(actor, other.pk, "FACTORY")
    assert policies.may_read_office(actor, place.pk) and not policies.may_read_office(actor, other.pk)
    assert not policies.is_central_admin(actor)
    names = ("central_admin", "office_staff", "office_officers", "chiefs", "inspectors", "figure_readers")
    assert [getattr(policies, name).test(actor) for name in names] == [False, True, True, False, False, True]
    with pytest.raises(NotAllowed, match="ผู้ดูแลระบบส่วนกลาง"):
        policies.demand(policies.central_admin, actor)
    nobody = resolve(make.user(), DAY)
    assert not policies.may_read_office(nobody, place.pk) and not policies.figure_readers.test(nobody)
