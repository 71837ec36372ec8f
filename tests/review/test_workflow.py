"""A package on its way to the chief: every act, both paths, and who may not do what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from offices.models import Absence, Assignment, CaseEvent, Person
from offices.selectors.cases import available, explain, history
from offices.services.cases import ActRefused, StaleVersion
from portal import calendar
from portal.actors import Actor
from portal.models import DatedSetting
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from reporting import workflow
from reporting.models import Edition, Figure, Obligation, OfficePackage, PackageEntry
from reporting.selectors import packages as selectors
from reporting.services import packages, rounds
from tests.review.builders import (
    ALWAYS,
    FORM,
    MONTH,
    TODAY,
    Review,
    World,
    build,
    enable_assistants,
    review,
)

pytestmark = pytest.mark.django_db
RICE = {"P-RICE": {"produced": 10, "shipped_value": 1000}}


@pytest.fixture
def world() -> World:
    return build()


class Staff:
    """Officer, head, assistant and chief of an office; the pilots' head is the assistant."""

    def __init__(self, world: World, *, pilot: bool = False, assistant: bool = True) -> None:
        self.officer = world.assign("OFFICER", group="FACTORY")
        head = world.person()
        self.head = world.assign("GROUP_HEAD", group="FACTORY", person=head)
        self.assistant = self.head
        if pilot:
            self.head = self.assistant = world.assign("ASSISTANT", group="FACTORY", person=head)
        elif assistant:
            self.assistant = world.assign("ASSISTANT", group="POLICY")
        self.assistant_person = Person.objects.get(pk=self.assistant.person_id)
        self.chief = world.assign("CHIEF")


def start(world: World, staff: Staff, reports: int = 1) -> Review:
    for _ in range(reports):
        world.report(world.factory(), RICE)
    return review(staff.officer, world)


def certified(world: World, staff: Staff) -> Review:
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "certify")
    return matter


def produced() -> tuple[int, int]:
    row = Figure.objects.filter(measure="produced").first()
    return (int(row.provisional), int(row.certified)) if row else (0, 0)


def offered(matter: Review, actor: Actor) -> dict[str, bool]:
    with actor.scope.active():
        return {transition.name: allowed for transition, allowed, _why in available(matter.case, actor)}


# --- The three roads to the chief ----------------------------------------------------------------------


def test_without_an_assistant_the_head_leads_to_the_chief(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff, reports=2)
    assert matter.act(staff.officer, "submit").state == "group_review"
    with pytest.raises(ActRefused, match="ไม่มีผู้ช่วย"):
        matter.act(staff.head, "endorse")
    with pytest.raises(NotAllowed):
        matter.act(staff.head, "endorse_and_screen", opinion="agree")
    assert matter.act(staff.head, "endorse_to_chief").state == "with_chief"
    assert matter.act(staff.chief, "certify").state == "certified"
    package = matter.refresh()
    assert package.certified_round == 1 and package.certified_at is not None
    assert produced() == (20, 20)
    edition = Edition.objects.get()
    assert (edition.level, edition.package_id, edition.number) == ("office", package.pk, 1)
    assert edition.capacity == staff.chief.capacities[0].label


def test_another_assistant_screens(world: World) -> None:
    enable_assistants("25")
    staff = Staff(world)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    with pytest.raises(ActRefused, match="ต้องผ่านการกลั่นกรอง"):
        matter.act(staff.head, "endorse_to_chief")
    with pytest.raises(NotAllowed):
        matter.act(staff.head, "endorse_and_screen", opinion="agree")
    assert matter.act(staff.head, "endorse").state == "screening"
    assert matter.act(staff.assistant, "comment_screening", reason="ตัวเลขสูงกว่าปีก่อน").state == "screening"
    case = matter.act(staff.assistant, "screen", opinion="conditions", reason="ขอให้ติดตามโรงงานใหม่")
    assert case.state == "with_chief"
    with nation("test"):
        opinion = workflow.screening_of(case)
    assert opinion is not None
    assert opinion.data == {"opinion": "conditions", "comment": "ขอให้ติดตามโรงงานใหม่"}
    matter.act(staff.chief, "certify")
    with nation("test"):
        labels = [act.label for act in history(matter.case)]
    assert labels == [
        "เปิดเรื่อง", "เสนอหัวหน้ากลุ่ม", "สอบทานแล้ว เสนอผู้ช่วยฯ กลั่นกรอง", "ให้ข้อคิดเห็น",
        "กลั่นกรองแล้ว เสนออุตสาหกรรมจังหวัด", "รับรอง",
    ]  # fmt: skip


def test_the_pilots_head_endorses_and_screens_in_one_act_and_the_chief_sees_it(world: World) -> None:
    enable_assistants("25")
    staff = Staff(world, pilot=True)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    with pytest.raises(ActRefused, match="โปรดเลือกความเห็น"):
        matter.act(staff.head, "endorse_and_screen")
    case = matter.act(staff.head, "endorse_and_screen", opinion="agree")
    assert case.state == "with_chief"
    with nation("test"):
        events = list(CaseEvent.objects.filter(case=case, transition="endorse_and_screen").order_by("id"))
        assert [event.role for event in events] == ["GROUP_HEAD", "ASSISTANT"]
        assert {event.version_after for event in events} == {case.version}
        assert history(case)[-1].capacities == tuple(event.capacity for event in events)
    with pytest.raises(ActRefused, match="บุคคลเดียวกัน"):
        matter.act(staff.chief, "certify")
    assert offered(matter, staff.chief)["certify"]  # the page offers it and asks for the tick
    assert matter.act(staff.chief, "certify", seen_one_person=True).state == "certified"


def test_a_pilots_head_may_leave_the_screening_to_another_assistant(world: World) -> None:
    enable_assistants("25")
    staff = Staff(world, pilot=True)
    other = world.assign("ASSISTANT", group="POLICY")
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse")
    with pytest.raises(ActRefused, match="ต้องให้ผู้อื่น"):
        matter.act(staff.head, "screen", opinion="agree")
    matter.act(other, "screen", opinion="agree")
    matter.act(staff.chief, "certify")  # two persons: nothing to tick


def test_the_scheme_is_dated(world: World) -> None:
    """An assistant whose office's scheme has ended screens no more."""
    DatedSetting.objects.create(
        key="offices.assistant_enabled", place="office:25", value=True, source="ทดสอบ",
        valid=DateRange(date(2023, 5, 12), date(2026, 11, 1)),
    )  # fmt: skip
    staff = Staff(world, pilot=True)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    with pytest.raises(ActRefused, match="ใช้เมื่อหัวหน้ากลุ่มเป็นผู้ช่วย"):
        matter.act(staff.head, "endorse_and_screen", opinion="agree")
    matter.act(staff.head, "endorse_to_chief")


# --- Opinions do not stop a package -----------------------------------------------------------------------


@pytest.mark.parametrize("opinion", ["conditions", "disagree"])
def test_an_opinion_that_is_not_plain_agreement_needs_words(world: World, opinion: str) -> None:
    enable_assistants("25")
    staff = Staff(world)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse")
    with pytest.raises(ActRefused, match="ต้องมีข้อความ"):
        matter.act(staff.assistant, "screen", opinion=opinion, reason="  ")
    with pytest.raises(ActRefused, match="โปรดเลือกความเห็น"):
        matter.act(staff.assistant, "screen", opinion="maybe", reason="ไม่แน่ใจ")


def test_a_decision_against_the_opinion_needs_a_reason(world: World) -> None:
    enable_assistants("25")
    staff = Staff(world)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse")
    assert matter.act(staff.assistant, "screen", opinion="disagree", reason="ยอดไม่ตรง").state == "with_chief"
    with pytest.raises(ActRefused, match="ต้องระบุเหตุผล"):
        matter.act(staff.chief, "certify")
    with pytest.raises(Invalid):
        matter.act(staff.chief, "certify_against")
    with nation("test"):
        fits = {answer.transition.name: answer.fits for answer in explain(matter.case, staff.chief)}
    assert fits["certify_against"] and fits["withdraw"] and not fits["certify"]
    matter.act(staff.chief, "certify_against", reason="ตรวจเอกสารแล้วถูกต้อง")
    assert matter.case.state == "certified"


def test_certify_against_is_not_for_agreed_packages(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    with pytest.raises(ActRefused, match="ไม่เห็นชอบ"):
        matter.act(staff.chief, "certify_against", reason="ลอง")


def test_an_opinion_of_an_earlier_round_no_longer_counts(world: World) -> None:
    enable_assistants("25")
    staff = Staff(world)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse")
    matter.act(staff.assistant, "screen", opinion="disagree", reason="ยอดไม่ตรง")
    matter.act(staff.chief, "return_by_chief", reason="แก้ยอด")
    matter.act(staff.officer, "submit")
    with nation("test"):
        assert workflow.screening_of(matter.case) is None
    matter.act(staff.head, "endorse")
    matter.act(staff.assistant, "screen", opinion="agree")
    matter.act(staff.chief, "certify")


def test_the_chief_may_call_a_package_up(world: World) -> None:
    enable_assistants("25")
    staff = Staff(world)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    with pytest.raises(Invalid):
        matter.act(staff.chief, "call_up")
    assert matter.act(staff.chief, "call_up", reason="ผู้ช่วยลาป่วย").state == "with_chief"
    matter.act(staff.chief, "certify")


# --- Back and again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["group_review", "screening", "with_chief"])
def test_each_desk_returns_with_a_reason_and_the_next_round_takes_current_versions(
    world: World, stage: str
) -> None:
    enable_assistants("25")
    staff = Staff(world)
    factory = world.factory()
    first = world.report(factory, RICE)
    matter = review(staff.officer, world)
    matter.act(staff.officer, "submit")
    who, name = staff.head, "return_by_head"
    if stage != "group_review":
        matter.act(staff.head, "endorse")
        who, name = staff.assistant, "return_by_assistant"
    if stage == "with_chief":
        matter.act(staff.assistant, "screen", opinion="agree")
        who, name = staff.chief, "return_by_chief"
    with pytest.raises(Invalid, match="เหตุผล"):
        matter.act(who, name, reason=" ")
    assert matter.act(who, name, reason="ยอดเดือนก่อนหาย").state == "returned"
    second = world.report(factory, RICE)
    late = world.report(world.factory(), RICE)  # came in meanwhile: part of the month, not late
    assert matter.act(staff.officer, "submit").state == "group_review"
    assert matter.entries() == {1: [first.pk], 2: [second.pk, late.pk]}


def test_the_officer_takes_a_package_back_before_certification(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    assert matter.act(staff.officer, "withdraw").state == "collecting"
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "certify")
    with pytest.raises(ActRefused):
        matter.act(staff.officer, "withdraw")
    assert matter.refresh().certified_round == 2


def test_a_report_taken_back_after_submission_stops_the_round(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    factory = world.factory()
    world.report(factory, RICE)
    matter.act(staff.officer, "submit")
    with nation("test"):
        Obligation.objects.filter(factory=factory).update(current=None, first_submitted_at=None, package=None)
    with pytest.raises(ActRefused, match="1 ฉบับที่ถูกถอนคืน"):
        matter.act(staff.head, "endorse_to_chief")
    with nation("test"):
        assert rounds.drift(matter.package, 1) == rounds.Drift(taken_back=1, corrected=0)
    matter.act(staff.head, "return_by_head", reason="เสนอใหม่")
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")


def test_a_newer_version_is_told_and_waits_for_the_next_round(world: World) -> None:
    staff = Staff(world, assistant=False)
    factory = world.factory()
    first = world.report(factory, RICE)
    matter = review(staff.officer, world)
    matter.act(staff.officer, "submit")
    world.report(factory, {"P-RICE": {"produced": 99}})
    with nation("test"):
        assert rounds.drift(matter.package, 1) == rounds.Drift(taken_back=0, corrected=1)
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "certify")
    assert matter.entries() == {1: [first.pk]}
    assert produced() == (99, 10)


# --- After certification: corrections and supplements --------------------------------------------------------


def test_reopening_is_for_corrections_only(world: World) -> None:
    staff = Staff(world, assistant=False)
    factory = world.factory()
    world.report(factory, RICE)
    matter = review(staff.officer, world)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "certify")
    with pytest.raises(Invalid):
        matter.act(staff.chief, "reopen")
    with pytest.raises(NotAllowed):
        matter.act(staff.head, "reopen", reason="ลอง")
    assert matter.act(staff.chief, "reopen", reason="โรงงานแก้ยอด").state == "reopened"
    corrected = world.report(factory, {"P-RICE": {"produced": 12}})
    late = world.report(world.factory(), RICE)
    assert produced() == (10, 10)  # certified stands until certified anew
    matter.act(staff.officer, "submit")
    assert matter.entries()[2] == [corrected.pk]  # the late one waits for a supplement
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "certify")
    assert produced() == (22, 12)
    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    supplement = review(staff.officer, world)
    assert supplement.package.sequence == 1
    with nation("test"):
        assert [o.current_id for o in rounds.sendable(supplement.package)] == [late.pk]


def test_late_reports_gather_in_a_supplement_certified_in_one_act(world: World) -> None:
    staff = Staff(world, assistant=False)
    month = certified(world, staff)
    assert review(staff.officer, world).package == month.package  # nothing late: the month's own
    world.report(world.factory(), RICE)
    late = review(staff.officer, world)
    assert (late.package.sequence, late.case.state) == (1, "collecting")
    assert late.case.title.endswith("เพิ่มเติมครั้งที่ 1")
    world.report(world.factory(), RICE)
    assert review(staff.officer, world).package == late.package  # still collecting: the same
    with pytest.raises(NotAllowed):
        late.act(staff.head, "certify_supplement")
    assert late.act(staff.chief, "certify_supplement").state == "certified"
    assert produced() == (30, 30)
    assert Edition.objects.count() == 2
    world.report(world.factory(), RICE)
    assert review(staff.officer, world).package.sequence == 2


def test_one_act_is_for_supplements_only(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    with pytest.raises(ActRefused, match="ชุดเพิ่มเติม"):
        matter.act(staff.chief, "certify_supplement")


def test_a_supplement_needs_reports(world: World) -> None:
    staff = Staff(world, assistant=False)
    certified(world, staff)
    factory = world.factory()
    world.report(factory, RICE)
    late = review(staff.officer, world)
    world.report(factory, withdrawn=True)
    with pytest.raises(ActRefused, match="ยังไม่มีรายงาน"):
        late.act(staff.chief, "certify_supplement")


def test_a_report_given_anew_after_a_reopening_goes_up_in_its_own_package(world: World) -> None:
    """Taken back and reported again, it must not be counted in a supplement beside its old version."""
    staff = Staff(world, assistant=False)
    factory = world.factory()
    world.report(factory, RICE)
    world.report(world.factory(), RICE)
    matter = review(staff.officer, world)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "certify")
    matter.act(staff.chief, "reopen", reason="รายงานผิดโรงงาน")
    with nation("test"):
        Obligation.objects.filter(factory=factory).update(current=None, first_submitted_at=None, package=None)
    anew = world.report(factory, {"P-RICE": {"produced": 1}})
    assert review(staff.officer, world).package == matter.package  # not late: no supplement
    matter.act(staff.officer, "submit")
    assert anew.pk in matter.entries()[2]
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "certify")
    assert produced() == (11, 11)


def test_the_database_refuses_a_report_certified_twice_or_foreign(world: World) -> None:
    staff = Staff(world, assistant=False)
    month = certified(world, staff)
    world.report(world.factory(), RICE)
    late = review(staff.officer, world)
    taken = PackageEntry.objects.get(package=month.package)
    with (
        nation("test"),
        pytest.raises(IntegrityError, match="not reports of this package"),
        transaction.atomic(),
    ):
        PackageEntry.objects.create(
            package=late.package, round=1, factory_id=taken.factory_id, submission_id=taken.submission_id,
            province_id="25",
        )  # fmt: skip
        Obligation.objects.filter(factory_id=taken.factory_id).update(package=late.package)
        OfficePackage.objects.filter(pk=late.package.pk).update(
            certified_round=1, certified_at=month.refresh().certified_at
        )
    with nation("test"), pytest.raises(IntegrityError, match="package_one_uncertified"), transaction.atomic():
        OfficePackage.objects.filter(pk=month.package.pk).update(certified_round=0, certified_at=None)
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        PackageEntry.objects.all().delete()


# --- Who may not ----------------------------------------------------------------------------------------------


def test_duties_are_separate(world: World) -> None:
    """One person in every capacity still cannot check his own work."""
    person = world.person()
    for kind, group in (("OFFICER", "FACTORY"), ("GROUP_HEAD", "FACTORY"), ("CHIEF", "")):
        everything = world.assign(kind, group=group, person=person)
    head = world.assign("GROUP_HEAD", group="POLICY")
    other_officer = world.assign("OFFICER", group="FACTORY")
    world.report(world.factory(), RICE)
    matter = review(everything, world)
    matter.act(everything, "submit")
    with pytest.raises(ActRefused, match="ต้องให้ผู้อื่น"):
        matter.act(everything, "endorse_to_chief")
    with pytest.raises(NotAllowed):
        matter.act(head, "endorse_to_chief")  # head of another group
    matter.act(everything, "withdraw")
    matter.act(other_officer, "submit")
    matter.act(everything, "endorse_to_chief")
    with pytest.raises(ActRefused, match="ต้องให้ผู้อื่น"):
        matter.act(everything, "certify")
    assert not offered(matter, everything)["certify"]


def test_roles_of_another_office_or_without_the_right_kind_do_nothing(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    foreign = world.assign("CHIEF", code="19")
    with pytest.raises(OfficePackage.DoesNotExist):
        matter.act(foreign, "certify")
    for actor in (staff.head, staff.chief):
        with pytest.raises(NotAllowed):
            matter.act(actor, "submit")
    matter.act(staff.officer, "submit")
    with pytest.raises(NotAllowed):
        matter.act(staff.officer, "endorse_to_chief")
    centre = world.assign("CENTRAL_ADMIN", code="OPS")
    with pytest.raises(NotAllowed):
        matter.act(centre, "return_by_head", reason="ลอง")


def test_an_acting_chief_certifies(world: World) -> None:
    staff = Staff(world, assistant=False)
    acting = world.assign("ACTING_CHIEF")
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    matter.act(acting, "certify")
    assert "รักษาราชการแทน" in Edition.objects.get().capacity


def away(actor: Actor, first: date = TODAY, days: int = 1, **values: object) -> Absence:
    valid = DateRange(first, first + timedelta(days=days))
    person = Person.objects.get(pk=actor.person_id)
    return Absence.objects.create(person=person, kind="sick", valid=valid, **values)


def test_whoever_was_delegated_it_certifies_but_not_what_he_checked_himself(world: World) -> None:
    """An assistant decides only by an order that delegates it, and never after his own opinion."""
    enable_assistants("25")
    staff = Staff(world)
    certify = [workflow.CERTIFY_REPORTS.code]
    other = world.assign("ASSISTANT", group="FACTORY")
    world.assign("DELEGATED", person=staff.assistant_person, powers=certify)
    deputy = world.assign("DELEGATED", person=Person.objects.get(pk=other.person_id), powers=certify)
    screener = world.actor(staff.assistant_person)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse")
    with pytest.raises(NotAllowed, match="รับรองชุดรายงานของสำนักงาน"):
        matter.act(staff.officer, "call_up", reason="x")
    matter.act(screener, "screen", opinion="agree")
    assert offered(matter, deputy)["certify"] and not offered(matter, screener)["certify"]
    with pytest.raises(ActRefused, match="เรื่องนี้ไว้แล้ว"):
        matter.act(screener, "certify")
    with deputy.scope.active():
        assert [package.pk for package in selectors.waiting_for(deputy)] == [matter.package.pk]
    matter.act(deputy, "certify")
    with nation("test"):
        event = CaseEvent.objects.get(case_id=matter.case.pk, transition="certify")
    assert (event.role, event.person_id) == ("DELEGATED", deputy.person_id)
    assert produced() == (10, 10)
    matter.act(deputy, "reopen", reason="x")


def test_who_checked_certifies_himself_only_where_nobody_else_can_and_says_why(world: World) -> None:
    """Head, assistant and acting chief in one person: another certifies, or he does and the history says so."""
    staff = Staff(world, pilot=True)
    enable_assistants("25")
    Assignment.objects.filter(person_id=staff.chief.person_id).delete()
    alone = world.assign("ACTING_CHIEF", person=staff.assistant_person)
    other = world.assign("DELEGATED", powers=[workflow.CERTIFY_REPORTS.code])
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(alone, "endorse_and_screen", opinion="agree")
    with pytest.raises(ActRefused, match=other.name):
        matter.act(alone, "certify_own", reason="x", seen_one_person=True)
    away = Absence.objects.create(
        person_id=other.person_id, kind="official", valid=DateRange(TODAY, TODAY + timedelta(days=1))
    )
    assert not offered(matter, alone)["certify"]
    with pytest.raises(ActRefused, match="โปรดทำเครื่องหมาย"):
        matter.act(alone, "certify_own", reason="x")
    with pytest.raises(Invalid):
        matter.act(alone, "certify_own", seen_one_person=True)
    with pytest.raises(NotAllowed):
        matter.act(other, "certify_own", reason="x", seen_one_person=True)
    matter.act(alone, "certify_own", reason="สำนักงานมีผู้ปฏิบัติงานคนเดียว", seen_one_person=True)
    assert produced() == (10, 10) and away.pk
    with nation("test"):
        [act] = [act for act in history(matter.case) if act.to_state == "certified"]
    assert "เอง" in act.label and act.reason == "สำนักงานมีผู้ปฏิบัติงานคนเดียว"


def test_a_chief_who_checked_nothing_is_not_offered_it(world: World) -> None:
    staff = Staff(world)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    with pytest.raises(ActRefused, match="กลั่นกรองชุดนี้เอง"):
        matter.act(staff.chief, "certify_own", reason="x")


def test_another_power_certifies_nothing(world: World) -> None:
    staff = Staff(world)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    deputy = world.assign("DELEGATED", powers=["sign_orders"])
    with deputy.scope.active():
        assert selectors.work(deputy) == []
    for act in ("certify", "return_by_chief"):
        with pytest.raises(NotAllowed, match="รับรองชุดรายงานของสำนักงาน"):
            matter.act(deputy, act, reason="x")


@pytest.mark.parametrize("name", ["certify", "certify_against", "certify_supplement", "call_up", "reopen"])
def test_who_is_away_all_day_does_not_decide(world: World, name: str) -> None:
    """Whichever act decides: the engine refuses, names the absence by its days, and says how to mend it."""
    enable_assistants("25")
    staff = Staff(world)
    matter = start(world, staff)
    road: list[tuple[Actor, str, dict[str, object]]] = [
        (staff.officer, "submit", {}),
        (staff.head, "endorse", {}),
        (
            staff.assistant,
            "screen",
            {"opinion": "disagree" if name == "certify_against" else "agree", "reason": "ยอดไม่ตรง"},
        ),
    ]
    if name == "call_up":
        road = road[:1]
    if name in ("reopen", "certify_supplement"):
        road.append((staff.chief, "certify", {}))
    for actor, act, given in road:
        matter.act(actor, act, **given)
    if name == "certify_supplement":
        world.report(world.factory(), RICE)
        matter = review(staff.officer, world)
    absence = away(staff.chief, TODAY - timedelta(days=1), 3)
    before = matter.case.version
    with pytest.raises(ActRefused) as refused:
        matter.act(staff.chief, name, reason="ตรวจเอกสารแล้ว")
    [said] = refused.value.reasons
    assert "ไม่อยู่ทั้งวันในวันที่ 22 พ.ย. 2569" in said and "21 พ.ย. 2569" in said and "23 พ.ย. 2569" in said
    assert "การลาและไปราชการ" in said and "ป่วย" not in said
    assert matter.case.version == before
    Absence.objects.filter(pk=absence.pk).update(cancelled_at=calendar.now(), cancelled_why="กลับก่อน")
    matter.act(staff.chief, name, reason="ตรวจเอกสารแล้ว")


@pytest.mark.parametrize("half", ["from_noon", "until_noon"])
def test_on_half_a_day_he_decides(world: World, half: str) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    away(staff.chief, **{half: True})
    matter.act(staff.chief, "certify")


def test_who_acts_for_him_decides_meanwhile_and_what_decides_nothing_is_not_asked(world: World) -> None:
    staff = Staff(world, assistant=False)
    acting = world.assign("ACTING_CHIEF")
    matter = start(world, staff)
    for actor in (staff.officer, staff.head, staff.chief):
        away(actor)
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    matter.act(staff.chief, "return_by_chief", reason="ยอดไม่ตรง")
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    matter.act(acting, "certify")


def test_the_page_asks_for_absences_once_and_only_of_who_may_decide(
    world: World,
) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)

    def asked(actor: Actor) -> int:
        with nation("test"), CaptureQueriesContext(connection) as caught:
            explain(matter.case, actor)
        return sum("offices_absence" in one["sql"] for one in caught)

    away(staff.chief)
    assert asked(staff.chief) == 0  # a package under way has nothing that he decides yet
    matter.act(staff.officer, "submit")
    matter.act(staff.head, "endorse_to_chief")
    assert (asked(staff.chief), asked(staff.officer), asked(staff.head)) == (1, 0, 0)


def test_a_stale_page_is_told_who_acted(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    seen = matter.case.version
    matter.act(staff.officer, "submit")
    with pytest.raises(StaleVersion, match="เสนอหัวหน้ากลุ่ม"):
        matter.act(staff.officer, "submit", version=seen)


# --- Opening, and offices that only follow up -------------------------------------------------------------------


def test_an_empty_package_cannot_be_submitted(world: World) -> None:
    staff = Staff(world, assistant=False)
    world.owe(world.factory())
    matter = review(staff.officer, world)
    with pytest.raises(ActRefused, match="ยังไม่มีรายงาน"):
        matter.act(staff.officer, "submit")


def test_opening_asks_for_the_right_office_and_month(world: World) -> None:
    staff = Staff(world, assistant=False)
    office = world.places["25"].office
    assert review(staff.officer, world).package == review(staff.chief, world).package
    foreign = world.assign("OFFICER", code="19", group="FACTORY")
    for actor, place, period, problem in (
        (foreign, office, MONTH, NotAllowed),
        (staff.officer, office, date(2026, 12, 1), Invalid),
        (staff.officer, office, date(2026, 10, 2), Invalid),
    ):
        with actor.scope.active(), pytest.raises(problem):
            packages.open_package(actor=actor, form=FORM, period=period, office=place)
    DatedSetting.objects.create(key="reporting.package_group", value="MINING", valid=ALWAYS, source="ทดสอบ")
    with staff.officer.scope.active(), pytest.raises(Invalid, match="ไม่มีกลุ่ม"):
        packages.open_package(actor=staff.officer, form=FORM, period=date(2026, 9, 1), office=office)


def test_where_the_office_only_follows_up_there_is_no_package(world: World) -> None:
    staff = Staff(world, assistant=False)
    matter = start(world, staff)
    DatedSetting.objects.create(
        key=f"reporting.office_role:{FORM}",
        place="office:25",
        value="follow_up",
        valid=ALWAYS,
        source="ทดสอบ",
    )
    with staff.officer.scope.active(), pytest.raises(Conflict, match="ไม่ได้รับรอง"):
        packages.open_package(
            actor=staff.officer, form=FORM, period=date(2026, 9, 1), office=world.places["25"].office
        )
    with pytest.raises(ActRefused, match="ตามที่รายงาน"):
        matter.act(staff.officer, "submit")
