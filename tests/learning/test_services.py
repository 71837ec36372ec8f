"""What services of learning refuse, each with the words of its rule; and who is whose superior."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.learning import policies
from offices.learning.rounds import round_of
from offices.learning.selectors import levels as level_selectors
from offices.learning.selectors import plans as plan_selectors
from offices.learning.selectors import records as record_selectors
from offices.learning.services import levels, plans, records, stints, training
from offices.models import Person
from offices.models.learning import AssessmentLine, RecordRequest, SubjectLevel
from offices.selectors.placements import Seat
from portal import dated
from portal.actors import Actor, Capacity
from portal.models import AuditEvent, StoredFile
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import NATION, NOTHING
from tests.learning import world as small
from tests.learning.world import DAY, YEAR, World
from tests.offices import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere")]


def fields(error: Any) -> set[str]:
    return set(error.value.fields)


# --- Who is above whom ---

kinds = st.sampled_from(["OFFICER", "GROUP_HEAD", "ASSISTANT", "CHIEF", "ACTING_CHIEF"])
groups = st.sampled_from(["FACTORY", "POLICY"])
capacities = st.builds(
    lambda kind, office, group, n: Capacity(n, str(n), kind, office, group, "-", "-"),
    kinds | st.sampled_from(["INSPECTOR", "CENTRAL_ADMIN"]), st.sampled_from([1, 2]), groups, st.integers(1, 9),
)  # fmt: skip
held = st.lists(
    st.builds(
        lambda kind, office, group: Seat(7, office, kind, group), kinds, st.sampled_from([1, 2]), groups
    ),
    max_size=3,
)


@given(st.lists(capacities, max_size=3), held, st.sampled_from([7, 8]))
def test_superiors_are_as_the_rule_says_and_sight_follows(mine: Any, seats: Any, me: int) -> None:
    actor = Actor(None, DAY, me, "-", tuple(mine), None, NOTHING)
    found = policies.superior(actor, 7, seats)
    over = False
    for one in mine:
        for seat in seats:
            same = one.office_id == seat.office
            over |= (
                same and one.kind == "GROUP_HEAD" and seat.kind == "OFFICER" and one.group_code == seat.group
            )
            over |= same and (one.kind == "CHIEF" or (one.kind == "ACTING_CHIEF" and seat.kind != "CHIEF"))
            over |= one.kind == "CENTRAL_ADMIN" and seat.kind == "CHIEF"
        over |= one.kind == "CENTRAL_ADMIN" and not seats
    assert (found is not None) is (over and me != 7)
    for seat in seats:
        if found is not None and policies.is_above(found, seat):
            assert policies.sees_whole(actor, seat)
        assert policies.sees_level(actor, seat) >= policies.sees_whole(actor, seat)


def test_what_is_asked_of_the_database_is_what_is_asked_of_seats(world: World) -> None:
    """The list's condition and the pure question give the same people."""
    from offices.selectors.placements import seats

    make.assign(make.person("แทน", user=make.user()), "ACTING_CHIEF", world.here)
    for name in world.rows:
        actor = world.actor(name)
        with actor.scope.active():
            offices = None if actor.scope.offices is None else sorted(actor.scope.offices)
            every = seats(DAY, offices=offices)
            for question, rows in ((policies.sees_level, policies.levels_seen(actor)),
                                   (policies.sees_whole, policies.people_seen(actor))):  # fmt: skip
                asked = {seat.person for seat in every if question(actor, seat)} | {actor.person_id}
                found = set(rows.values_list("pk", flat=True))
                assert found == asked or (actor.scope.is_nation and found >= asked), (name, question)


def test_the_place_filter_narrows_what_is_seen(world: World) -> None:
    admin = world.actor("admin")
    with NATION.active():
        assert policies.people_seen(admin).count() == Person.objects.count()
    with world.actor("there").scope.active():
        assert set(policies.people_seen(admin)) == {world.person("there"), world.person("stranger")}


# --- Levels and ratings ---


def test_everything_wrong_with_a_level_is_said_at_once(world: World) -> None:
    with pytest.raises(Invalid) as error:
        levels.set_level(actor=world.actor("head"), person=world.person("officer"), subject="x", level=9,
                         since=DAY + timedelta(days=1), basis="-", evidence_text=" ")  # fmt: skip
    assert fields(error) == {"subject", "level", "since", "basis", "evidence"}
    assert not SubjectLevel.objects.exists()


@pytest.mark.parametrize("who", ["officer", "second", "admin_head", "there", "inspector"])
def test_only_a_superior_or_personnel_sets_a_level(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        levels.set_level(actor=world.actor(who), person=world.person("officer"), subject="mining", level=1,
                         since=DAY, basis="work", evidence_text="x")  # fmt: skip


def test_the_centre_is_the_superior_of_chiefs_and_personnel_of_all(world: World) -> None:
    for name in ("chief", "officer", "other_admin"):
        row = levels.set_level(actor=world.actor("admin"), person=world.person(name), subject="policy", level=2,
                               since=DAY, basis="assessment", evidence_text="ประเมิน")  # fmt: skip
        assert row.set_as.startswith("ผู้ดูแลระบบส่วนกลาง")
    with pytest.raises(NotAllowed, match="ของตนเอง"):
        levels.set_level(actor=world.actor("admin"), person=world.person("admin"), subject="policy", level=5,
                         since=DAY, basis="assessment", evidence_text="x")  # fmt: skip
    assert AuditEvent.objects.filter(verb="level.set").count() == 3


def test_ratings_by_round(world: World) -> None:
    officer, head = world.person("officer"), world.actor("head")
    all_two = dict.fromkeys(("ACHIEVE", "SERVICE", "EXPERTISE", "INTEGRITY", "TEAM"), 2)

    def rate(actor: Actor, **values: Any) -> Any:
        given = {"person": officer, "fiscal_year": YEAR, "half": 1, "levels": all_two} | values
        return levels.assess(actor=actor, **given)

    rate(world.actor("officer"), levels=dict.fromkeys(all_two, 4))
    rate(head)
    rate(head, levels=all_two | {"TEAM": 3})
    rows = level_selectors.ratings(officer, DAY, 3)
    assert [(one.own, one.superior, one.gap) for one in rows] == [(4, 2, 1)] * 4 + [(4, 3, 0)]
    with pytest.raises(Invalid) as error:
        rate(head, levels={"TEAM": 6})
    assert len(fields(error)) == 5
    for values in ({"half": 2}, {"half": 3}, {"fiscal_year": 2568, "half": 1}, {"fiscal_year": 20}):
        with pytest.raises(Invalid):
            rate(head, **values)
    rate(head, fiscal_year=2569, half=2)  # 51 days after its end
    dated.decide(actor=None, key="learning.assessment_open_days", value=50, since=DAY, source="หนังสือ")
    with pytest.raises(Invalid, match="ประเมินได้ถึงวันที่"):
        rate(head, fiscal_year=2569, half=2)
    for who in ("admin", "second", "there", "inspector"):
        with pytest.raises(NotAllowed):
            rate(world.actor(who))
    assert AssessmentLine.objects.count() == 20


@given(st.dates(date(2015, 1, 1), date(2040, 12, 31)))
def test_rounds_follow_one_another_without_a_gap(day: date) -> None:
    now = round_of(day)
    assert now.first <= day <= now.last
    assert now.before.last + timedelta(days=1) == now.first
    assert round_of(now.first) == round_of(now.last) == now
    assert now.before < now


# --- Plans ---


def test_plans_are_opened_by_those_they_concern(world: World) -> None:
    officer = world.person("officer")
    for who in ("second", "there", "inspector", "admin_head"):
        with pytest.raises(NotAllowed):
            plans.open_plan(actor=world.actor(who), person=officer, fiscal_year=YEAR, goal="x")
    with pytest.raises(Invalid) as error:
        plans.open_plan(actor=world.actor("officer"), person=officer, fiscal_year=2572, goal=" ")
    assert fields(error) == {"fiscal_year", "goal"}
    row = plans.open_plan(actor=world.actor("head"), person=officer, fiscal_year=YEAR + 1, goal="ปีหน้า")
    assert row.acts.get().capacity.startswith("หัวหน้า")
    for one in ("officer", "head"):
        item = plans.add_item(actor=world.actor(one), plan=row, values=_item(2571))
    plans.act(actor=world.actor("officer"), plan=row, name="propose", expected_version=1)
    plans.act(actor=world.actor("head"), plan=row, name="approve", expected_version=2)
    with pytest.raises(Conflict, match=r"1 ต\.ค\. 2570"):
        plans.act(actor=world.actor("officer"), plan=row, name="start", expected_version=3)
    with pytest.raises(Conflict):
        plans.record_progress(actor=world.actor("officer"), item=item, done_hours=Decimal(1), evidence="x")
    with pytest.raises(Invalid, match="ไม่มีการดำเนินการ"):
        plans.act(actor=world.actor("officer"), plan=row, name="burn", expected_version=3)
    plans.act(actor=world.actor("officer"), plan=row, name="amend", expected_version=3, note="เพิ่มเรื่อง")
    row.refresh_from_db()
    assert (row.state, row.version) == ("draft", 4)


def _item(year: int, **values: Any) -> dict[str, Any]:
    first = date(year - 543, 1, 1)
    return {"subject": "mining", "topic": "ตรวจเหมือง", "method": "shadowing", "target_level": 2,
            "starts_on": first, "ends_on": first, "planned_hours": Decimal(6)} | values  # fmt: skip


def test_everything_wrong_with_an_item_is_said_at_once(world: World) -> None:
    row = small.plan(world.person("officer"))
    wrong = _item(YEAR, subject="", topic="", method="x", target_level=9, planned_hours=Decimal(0),
                  starts_on=date(2027, 2, 1), ends_on=date(2027, 1, 1))  # fmt: skip
    with pytest.raises(Invalid) as error:
        plans.add_item(actor=world.actor("officer"), plan=row, values=wrong)
    assert fields(error) == {"subject", "topic", "method", "target_level", "planned_hours", "ends_on"}


def test_whose_plans_wait_for_whom(world: World) -> None:
    for name in ("officer", "head", "miner", "chief"):
        small.plan(world.person(name), "proposed")

    def waiting(who: str) -> set[str]:
        rows = plan_selectors.waiting(world.actor(who))
        return {row.person.first_th.removeprefix("คน") for row in rows}

    assert waiting("head") == {"officer"}
    assert waiting("chief") == {"head", "miner"}, "a miner has no head of his own group"
    assert waiting("admin") == {"chief"}
    assert waiting("there") == waiting("officer") == waiting("inspector") == set()


def test_whether_a_plan_has_begun_and_who_has_none(world: World) -> None:
    officer, second = world.person("officer"), world.person("second")
    small.plan(officer, "under_way")
    small.plan(second, "approved")
    assert plan_selectors.has_started(officer, DAY) and not plan_selectors.has_started(second, DAY)
    assert not plan_selectors.has_started(officer, date(2027, 10, 1))
    assert plan_selectors.standing([officer.pk, second.pk, 0], YEAR) == {officer.pk, second.pk}
    with world.actor("head").scope.active():
        assert set(plan_selectors.without_plan(world.actor("head"), YEAR)) == {world.person("head")}


# --- Training and stints ---


def test_training_is_kept_by_its_office_and_the_centre(world: World) -> None:
    row = small.session(world.here)
    for who in ("officer", "head", "there", "inspector"):
        with pytest.raises(NotAllowed):
            training.add_session(actor=world.actor(who), course=row.course, office=world.here, starts_on=DAY,
                                 ends_on=DAY, hours=Decimal(6))  # fmt: skip
    with pytest.raises(Invalid) as error:
        training.add_session(actor=world.actor("chief"), course=row.course, office=world.here, starts_on=DAY,
                             ends_on=DAY, hours=Decimal(25), place="x" * 201)  # fmt: skip
    assert fields(error) == {"hours", "place"}
    with pytest.raises(Invalid, match="รุ่นที่เริ่มวันเดียวกัน"):
        training.add_session(actor=world.actor("admin"), course=row.course, office=world.here,
                             starts_on=row.starts_on, ends_on=row.ends_on, hours=Decimal(6))  # fmt: skip
    with pytest.raises(NotAllowed):
        training.enrol(actor=world.actor("second"), session=row, person=world.person("officer"))
    one = training.enrol(actor=world.actor("admin_head"), session=row, person=world.person("officer"))
    with pytest.raises(Conflict):
        training.enrol(actor=world.actor("admin_head"), session=row, person=world.person("officer"))
    ahead = small.session(world.here, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1))
    soon = training.enrol(actor=world.actor("head"), session=ahead, person=world.person("officer"))
    with pytest.raises(Invalid) as error:
        training.record_attendance(actor=world.actor("chief"), attendance=soon, state="attended", hours=Decimal(6),
                                   role="guest", result="", expected_version=1)  # fmt: skip
    assert fields(error) == {"state", "role"}
    with pytest.raises(NotAllowed):
        training.record_attendance(actor=world.actor("officer"), attendance=one, state="attended", hours=Decimal(6),
                                   role="attendee", result="", expected_version=1)  # fmt: skip


def test_an_order_is_linked_when_it_assigns_the_learner(world: World) -> None:
    row = small.stint(world.person("officer"), world.person("head"), world.here, kind="rotation")
    foreign, own = world.rows["there"].order, world.rows["officer"].order
    with pytest.raises(Invalid):
        stints.link_order(actor=world.actor("head"), stint=row, order=foreign)
    with pytest.raises(NotAllowed):
        stints.link_order(actor=world.actor("officer"), stint=row, order=own)
    assert stints.link_order(actor=world.actor("head"), stint=row, order=own).order == own
    assert stints.link_order(actor=world.actor("head"), stint=row, order=None).order is None


def test_a_stint_is_cancelled_by_its_learner_and_logs_only_his_days(world: World) -> None:
    row = small.stint(world.person("officer"), world.person("miner"), world.here)
    with pytest.raises(NotAllowed):
        stints.log_day(actor=world.actor("head"), stint=row, day=DAY, hours=Decimal(6), activities="x")
    one = stints.log_day(actor=world.actor("officer"), stint=row, day=DAY, hours=Decimal(6), activities="x")
    for who in ("officer", "head", "there", "second"):
        with pytest.raises(NotAllowed):
            stints.sign_day(actor=world.actor(who), day=one, certified=True)
    signed = stints.sign_day(actor=world.actor("chief"), day=one, certified=False, reason="ไม่ได้มา")
    assert (signed.state, signed.signed_by) == ("declined", world.person("chief"))
    with pytest.raises(Invalid):
        stints.act(actor=world.actor("officer"), stint=row, name="cancel", expected_version=1)
    done = stints.act(
        actor=world.actor("officer"), stint=row, name="cancel", expected_version=1, note="ติดราชการ"
    )
    assert done.state == "cancelled"
    with pytest.raises(Conflict):
        stints.act(actor=world.actor("head"), stint=row, name="close", expected_version=2, note="x")


# --- Work records ---


def test_who_certifies_whose_record(world: World) -> None:
    assert records.office_for(world.person("officer"), DAY) == world.here
    for name in ("chief", "inspector", "admin"):
        assert records.office_for(world.person(name), DAY) == world.centre
    make.assign(world.person("second"), "ACTING_CHIEF", world.here)
    assert records.office_for(world.person("second"), DAY) == world.centre


def ask(world: World, name: str, **values: Any) -> RecordRequest:
    given = {"since": date(2025, 10, 1), "until": DAY, "purpose": "เลื่อนระดับ"} | values
    return records.ask(actor=world.actor(values.pop("by", name)), person=world.person(name), **{
        key: value for key, value in given.items() if key != "by"})  # fmt: skip


def test_a_record_says_what_was_done_and_nothing_of_ratings(world: World) -> None:
    officer, head = world.person("officer"), world.person("head")
    small.level(officer, "factories", 3, head)
    small.attend(officer, small.session(world.here, "ตรวจโรงงาน"))
    small.day(small.stint(officer, head, world.there), state="certified")
    levels.assess(actor=world.actor("head"), person=officer, fiscal_year=YEAR, half=1, levels=dict.fromkeys(
        ("ACHIEVE", "SERVICE", "EXPERTISE", "INTEGRITY", "TEAM"), 1))  # fmt: skip
    row = records.issue(actor=world.actor("chief"), request=ask(world, "officer"))
    content = row.document.content
    for part in (officer.name, "ตรวจโรงงาน", "ตามไปตรวจ", "รวม 18 ชั่วโมง", "เจ้าหน้าที่กลุ่มโรงงานอุตสาหกรรม",
                 "ระดับความสามารถรายด้าน"):  # fmt: skip
        assert part in content, part
    assert "การทำงานเป็นทีม" not in content
    assert officer.name not in row.document.subject, "the public check shows the subject"
    file = StoredFile.objects.get(pk=row.document.file_id)
    assert file.purpose == "work_record" and file.office_id == world.here.pk
    with NOTHING.active():
        assert record_selectors.may_open(world.actor("officer"), file)
        assert not record_selectors.may_open(world.actor("second"), file)


def test_a_long_record_lists_the_newest_and_counts_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_selectors, "LISTED", 2)
    from offices.learning.evidence import Deed, Entry

    lines = [Entry(date(2026, 1, n), f"เรื่อง {n}", Deed.PREPARED, "factories") for n in range(1, 6)]
    table = record_selectors._matters(lines)
    assert "ล่าสุด 2 จาก 5" in table["title"] and [row[1] for row in table["rows"]] == ["เรื่อง 4", "เรื่อง 5"]


def test_nobody_certifies_his_own_record(world: World) -> None:
    make.assign(world.person("second"), "ACTING_CHIEF", world.here)
    row = ask(world, "second")
    for who in ("second", "chief"):
        with pytest.raises(NotAllowed):
            records.issue(actor=world.actor(who), request=row)
    own = ask(world, "admin")
    with pytest.raises(NotAllowed):
        records.issue(actor=world.actor("admin"), request=own)
    assert records.issue(actor=world.actor("other_admin"), request=own).state == "issued"
    acting = ask(world, "officer")
    done = records.issue(actor=world.actor("second"), request=acting)
    assert done.document.signatory["position"].startswith("รักษาราชการแทน")


def test_personnel_asks_too_and_only_who_asked_takes_it_back(world: World) -> None:
    row = ask(world, "officer", by="admin")
    for who in ("head", "chief"):
        with pytest.raises(NotAllowed):
            records.withdraw(actor=world.actor(who), request=row)
    assert records.withdraw(actor=world.actor("admin"), request=row).state == "withdrawn"
    with pytest.raises(Conflict):
        records.withdraw(actor=world.actor("officer"), request=row)
    with pytest.raises(Invalid) as error:
        ask(world, "officer", until=DAY + timedelta(days=1), purpose="x" * 301)
    assert fields(error) == {"until", "purpose"}
