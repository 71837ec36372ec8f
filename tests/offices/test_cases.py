"""case_transition: every refusal, every record."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from offices.models import Case, CaseEvent
from offices.selectors.actors import resolve
from offices.selectors.cases import available, choices_for, history
from offices.services.cases import (
    ActRefused,
    AmbiguousCapacity,
    StaleVersion,
    case_transition,
    open_case,
)
from portal.problems import Invalid, NotAllowed
from portal.scope import NOTHING
from tests.offices import flow, make

DAY = date(2026, 11, 20)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


@pytest.fixture(autouse=True)
def workflow():
    flow.EFFECTS.clear()
    flow.REFUSE.clear()
    return flow.ready()


@pytest.fixture
def place():
    place = make.office()
    make.assistants_on(place)
    return place


def somebody(place, *kinds, **values):
    user = make.user()
    person = make.person(user=user)
    for kind in kinds:
        make.assign(person, kind, place, **values)
    return resolve(user, DAY)


def opened(place, actor, **values):
    return open_case(
        actor=actor, case_type="tests.matter", office=place, group=make.group(place), title="เรื่อง", **values
    )


def act(case, name, actor, **values):
    values.setdefault("expected_version", Case.objects.get(pk=case.pk).version)
    return case_transition(case_id=case.pk, name=name, actor=actor, **values)


def test_the_whole_way(place):
    officer, head = somebody(place, "OFFICER"), somebody(place, "GROUP_HEAD")
    assistant, chief = (
        somebody(place, "ASSISTANT", group=make.group(place, "POLICY")),
        somebody(place, "CHIEF"),
    )
    case = opened(place, officer)
    assert (case.state, case.version) == ("collecting", 1)
    for name, actor in (("submit", officer), ("endorse", head), ("screen", assistant), ("certify", chief)):
        case = act(case, name, actor, data={"n": 1})
    assert (case.state, case.version) == ("certified", 5)
    assert len(flow.EFFECTS) == 1 and flow.EFFECTS[0] == (case.pk, "CHIEF")
    events = list(CaseEvent.objects.filter(case=case).order_by("id"))
    assert [(e.transition, e.from_state, e.to_state, e.version_after, e.role) for e in events] == [
        ("open", "", "collecting", 1, "OFFICER"),
        ("submit", "collecting", "group_review", 2, "OFFICER"),
        ("endorse", "group_review", "screening", 3, "GROUP_HEAD"),
        ("screen", "screening", "with_chief", 4, "ASSISTANT"),
        ("certify", "with_chief", "certified", 5, "CHIEF"),
    ]
    last = events[-1]
    assert last.capacity == "อุตสาหกรรมจังหวัดปราจีนบุรี" and last.person_name == chief.name
    assert last.user_id == chief.user_id and last.person_id == chief.person_id and last.data == {"n": 1}
    assert last.assignment_id == chief.capacities[0].assignment_id
    assert [entry.label for entry in history(case)] == ["เปิดเรื่อง", "เสนอ", "สอบทาน", "กลั่นกรอง", "รับรอง"]
    assert available(case, officer) == [
        (flow.FLOW.transition("reopen"), False, "เฉพาะอุตสาหกรรมจังหวัดของเรื่องนี้")
    ]


def test_stale_version_says_who_and_when(place):
    officer, head = somebody(place, "OFFICER"), somebody(place, "GROUP_HEAD")
    case = opened(place, officer)
    act(case, "submit", officer)
    with pytest.raises(StaleVersion) as caught:
        act(case, "submit", officer, expected_version=1)
    assert officer.name in caught.value.message and "“เสนอ”" in caught.value.message
    assert "รอสอบทาน" in caught.value.message and " น." in caught.value.message
    with pytest.raises(ActRefused, match="รวบรวม"):
        act(case, "submit", head)  # the right version, the wrong state
    assert CaseEvent.objects.filter(case=case).count() == 2


def test_stale_after_the_portal_itself(place):
    case = opened(place, None)
    with pytest.raises(StaleVersion, match="ระบบได้ “เปิดเรื่อง”"):
        act(case, "submit", somebody(place, "OFFICER"), expected_version=7)


def test_merged_act_is_recorded_in_both_capacities(place):
    officer, both = somebody(place, "OFFICER"), somebody(place, "GROUP_HEAD", "ASSISTANT")
    case = act(opened(place, officer), "submit", officer)
    case = act(case, "endorse_and_screen", both)
    events = CaseEvent.objects.filter(case=case, transition="endorse_and_screen").order_by("id")
    assert [(event.role, event.version_after) for event in events] == [("GROUP_HEAD", 3), ("ASSISTANT", 3)]
    assert {event.person_id for event in events} == {both.person_id}
    assert (case.version, case.state, flow.EFFECTS) == (3, "with_chief", [(case.pk, "ASSISTANT")])
    assert [len(entry.capacities) for entry in history(case)] == [1, 1, 2]


def test_merged_act_needs_both_and_the_right_group(place):
    officer, head = somebody(place, "OFFICER"), somebody(place, "GROUP_HEAD")
    other = somebody(place, "GROUP_HEAD", "ASSISTANT", group=make.group(place, "POLICY"))
    case = act(opened(place, officer), "submit", officer)
    for actor in (head, other):
        with pytest.raises(NotAllowed, match="เป็นทั้งหัวหน้ากลุ่มและผู้ช่วย"):
            act(case, "endorse_and_screen", actor)
    with pytest.raises(NotAllowed):
        act(case, "endorse", other)  # a head, but of another group


def test_another_group_may_comment_and_nothing_else(place):
    officer, head = somebody(place, "OFFICER"), somebody(place, "GROUP_HEAD")
    other = somebody(place, "GROUP_HEAD", group=make.group(place, "POLICY"))
    stranger = somebody(make.office("19", "สระบุรี"), "GROUP_HEAD")
    case = act(opened(place, officer), "submit", officer)
    with pytest.raises(NotAllowed):
        act(case, "endorse", other)
    case = act(case, "endorse", head)
    since = case.state_since
    case = act(case, "comment", other)
    assert (case.state, case.version, case.state_since) == ("screening", 4, since)
    with pytest.raises(NotAllowed):
        act(case, "comment", stranger)


def test_assistant_of_two_groups_acts_once_in_each_kind(place):
    officer = somebody(place, "OFFICER")
    user = make.user()
    person = make.person(user=user)
    make.assign(person, "ASSISTANT", place, group=make.group(place, "POLICY"))
    make.assign(person, "ASSISTANT", place)
    make.assign(person, "GROUP_HEAD", place)
    both = resolve(user, DAY)
    case = act(opened(place, officer), "submit", officer)
    case = act(case, "endorse_and_screen", both)
    roles = list(
        CaseEvent.objects.filter(case=case, version_after=3)
        .order_by("id")
        .values_list("role", "assignment__group__code")
    )
    assert roles == [("GROUP_HEAD", "FACTORY"), ("ASSISTANT", "FACTORY")]


def test_ambiguous_capacity_asks(place):
    actor = somebody(place, "OFFICER", "GROUP_HEAD")
    case = opened(place, actor)
    with pytest.raises(AmbiguousCapacity) as caught:
        act(case, "submit", actor)
    choices = caught.value.choices
    assert choices == choices_for(case, flow.FLOW.transition("submit"), actor) and len(choices) == 2
    with pytest.raises(NotAllowed, match="เลือกใหม่"):
        act(case, "submit", actor, capacity="00000000-0000-0000-0000-000000000000")
    case = act(case, "note", actor.acting_as(choices[0]))
    assert CaseEvent.objects.latest("id").role == choices[0].kind
    act(case, "submit", actor, capacity=choices[1].key)
    assert CaseEvent.objects.latest("id").role == choices[1].kind


def test_the_only_fitting_capacity_is_taken_without_asking(place):
    actor = somebody(place, "OFFICER", "CHIEF")
    act(opened(place, actor), "submit", actor)
    assert CaseEvent.objects.latest("id").role == "OFFICER"


def test_a_capacity_chosen_for_something_else_does_not_count(place):
    officer = somebody(place, "OFFICER", "GROUP_HEAD", "CHIEF")
    chief = next(capacity for capacity in officer.capacities if capacity.kind == "CHIEF")
    with pytest.raises(AmbiguousCapacity):
        act(opened(place, officer), "submit", officer.acting_as(chief))


def test_reason(place):
    officer, head = somebody(place, "OFFICER"), somebody(place, "GROUP_HEAD")
    case = act(opened(place, officer), "submit", officer)
    with pytest.raises(Invalid) as caught:
        act(case, "send_back", head, reason="  ")
    assert "reason" in caught.value.fields
    act(case, "send_back", head, reason=" ตัวเลขไม่ครบ ")
    assert CaseEvent.objects.latest("id").reason == "ตัวเลขไม่ครบ"


def test_separation_of_duties_by_person_and_round(place):
    user = make.user()
    person = make.person(user=user)
    make.assign(person, "OFFICER", place)
    make.assign(person, "GROUP_HEAD", place)
    one = resolve(user, DAY)
    officer = somebody(place, "OFFICER")
    as_officer, as_head = (
        one.acting_as(next(c for c in one.capacities if c.kind == kind)) for kind in ("OFFICER", "GROUP_HEAD")
    )
    case = act(opened(place, officer), "submit", as_officer)
    with pytest.raises(ActRefused, match="ให้ผู้อื่น") as caught:
        act(case, "endorse", as_head)
    assert len(caught.value.reasons) == 1
    assert [(t.name, ok) for t, ok, _why in available(case, as_head)] == [
        ("endorse", False), ("endorse_and_screen", False), ("send_back", True),
    ]  # fmt: skip
    # a return is not a new round; coming back into the initial state is
    case = act(case, "send_back", as_head, reason="แก้")
    case = act(case, "submit", officer)
    with pytest.raises(ActRefused):
        act(case, "endorse", as_head)
    case = act(case, "send_back", as_head, reason="แก้")
    case = act(case, "restart", officer)
    case = act(case, "note", as_officer)
    case = act(case, "note", officer)
    case = act(case, "submit", officer)
    assert act(case, "endorse", as_head).state == "screening"


def test_an_act_inside_the_initial_state_does_not_begin_a_round(place):
    """Otherwise whoever notes last would wash away what others noted before."""
    from offices.selectors.cases import acts_of_round

    first, second = somebody(place, "OFFICER"), somebody(place, "OFFICER")
    case = opened(place, first)
    act(case, "note", first)
    act(case, "note", second)
    assert acts_of_round(case) == {
        "open": frozenset({first.person_id}), "note": frozenset({first.person_id, second.person_id}),
    }  # fmt: skip


def test_a_case_opened_elsewhere_counts_its_whole_life(place):
    from offices.selectors.cases import acts_of_round

    officer = somebody(place, "OFFICER")
    case = act(opened(place, officer, initial_state="returned"), "submit", officer)
    assert acts_of_round(case).keys() == {"open", "submit"}


def test_guard_reasons_come_all_at_once_and_nothing_is_written(place):
    officer, head, chief = (
        somebody(place, "OFFICER"),
        somebody(place, "GROUP_HEAD", "ASSISTANT"),
        somebody(place, "CHIEF"),
    )
    case = act(opened(place, officer), "submit", officer)
    case = act(case, "endorse_and_screen", head)
    flow.REFUSE[:] = ["ขาดข้อมูลเดือนนี้", "มีข้อที่ต้องแก้"]
    with pytest.raises(ActRefused) as caught:
        act(case, "certify", chief)
    assert caught.value.reasons == ("ขาดข้อมูลเดือนนี้", "มีข้อที่ต้องแก้")
    assert available(case, chief)[0][1:] == (False, "ขาดข้อมูลเดือนนี้ มีข้อที่ต้องแก้")
    assert Case.objects.get(pk=case.pk).version == 3


def test_a_failing_effect_leaves_nothing(place, monkeypatch):
    officer, head = somebody(place, "OFFICER"), somebody(place, "GROUP_HEAD", "ASSISTANT")
    case = act(opened(place, officer), "submit", officer)

    class Broken(list):
        def append(self, entry):
            raise RuntimeError("broken")

    monkeypatch.setattr(flow, "EFFECTS", Broken())
    with pytest.raises(RuntimeError):
        act(case, "endorse_and_screen", head)
    assert Case.objects.get(pk=case.pk).state == "group_review"
    assert CaseEvent.objects.filter(case=case).count() == 2


def test_unknown_act(place):
    officer = somebody(place, "OFFICER")
    with pytest.raises(Invalid, match="explode"):
        act(opened(place, officer), "explode", officer)


def test_another_office_cannot_see_or_act(place):
    officer, stranger = somebody(place, "OFFICER"), somebody(make.office("19", "สระบุรี"), "OFFICER", "CHIEF")
    case = opened(place, officer)
    with stranger.scope.active(), pytest.raises(Case.DoesNotExist):
        case_transition(case_id=case.pk, name="submit", actor=stranger, expected_version=1)
    with pytest.raises(NotAllowed):  # inside a job's national scope the capacities still decide
        act(case, "submit", stranger)
    with pytest.raises(NotAllowed):
        opened(place, stranger)


def test_inspector_and_centre_reach_by_scope(place):
    from offices.policies import capacities_for

    centre = make.centre()
    inside = make.inspection_group(make.zone(9, "25"))
    make.office("19", "สระบุรี")
    outside = make.inspection_group(make.zone(1, "19"))
    kinds = ("INSPECTOR", "CENTRAL_ADMIN")
    for actor, reaches in (
        (somebody(centre, "INSPECTOR", inspection_group=inside), True),
        (somebody(centre, "INSPECTOR", inspection_group=outside), False),
        (somebody(centre, "CENTRAL_ADMIN"), True),
        (somebody(place, "CHIEF"), False),
    ):
        assert bool(capacities_for(kinds, actor, office_id=place.pk, group_code="FACTORY")) is reaches


def test_opening(place):
    admin, chief = somebody(make.centre(), "CENTRAL_ADMIN"), somebody(place, "GROUP_HEAD", "ACTING_CHIEF")
    assert CaseEvent.objects.get(case=opened(place, admin)).role == "CENTRAL_ADMIN"
    acting = chief.acting_as(chief.capacities[1])
    assert CaseEvent.objects.get(case=opened(place, acting)).role == "ACTING_CHIEF"
    by_portal = CaseEvent.objects.get(case=opened(place, None))
    assert (by_portal.person_id, by_portal.role, by_portal.capacity) == (None, "", "")
    with NOTHING.active(), pytest.raises(NotAllowed):
        opened(place, None)
    with pytest.raises(ValueError, match="does not begin"):
        opened(place, admin, initial_state="screening")
    with pytest.raises(IntegrityError), transaction.atomic():
        open_case(
            actor=admin,
            case_type="tests.matter",
            office=place,
            group=make.group(make.office("19", "สระบุรี")),
            title="x",
        )


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE offices_case SET state = 'certified' WHERE id = %s", "case_version_grows_by_one"),
        ("UPDATE offices_case SET version = version + 2 WHERE id = %s", "case_version_grows_by_one"),
        ("UPDATE offices_case SET version = version - 1 WHERE id = %s", "case_version_grows_by_one"),
        ("UPDATE offices_case SET state = 'certified', version = 2 WHERE id = %s", "case_change_has_event"),
        ("UPDATE offices_case SET state = 'nowhere', version = 2 WHERE id = %s", "case_state_of_type"),
        ("UPDATE offices_case SET office_id = office_id + 1 WHERE id = %s", "case_keeps_type_and_office"),
    ],
)
def test_the_database_refuses_a_status_without_its_act(place, sql, constraint):
    case = opened(place, somebody(place, "OFFICER"))
    with connection.cursor() as cursor, pytest.raises(IntegrityError) as caught, transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, [case.pk])
    assert caught.value.__cause__.diag.constraint_name == constraint


def test_a_title_may_change_without_an_act(place):
    case = opened(place, somebody(place, "OFFICER"))
    case.title = "ชื่อใหม่"
    case.save(update_fields=["title"])
