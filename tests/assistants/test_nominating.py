"""A nomination step by step: what each leads to, who may, and every refusal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from offices.assistants import eligibility, services, standing
from offices.assistants.effects import asked
from offices.models import (
    Assignment,
    Case,
    CaseEvent,
    Nomination,
    NominationCheck,
    OrderProposal,
    Person,
    Placement,
)
from offices.orders import carry
from offices.orders import services as orders
from offices.selectors.actors import in_force
from offices.services.cases import ActRefused
from portal import dated
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from tests.assistants.world import LAST, START, World, fresh, sign
from tests.learning.world import DAY
from tests.offices import make
from tests.offices.make import span

pytestmark = pytest.mark.django_db


def state(row: Nomination, day: date) -> str:
    with nation("test"):
        return str(standing.with_state(Nomination.objects.filter(pk=row.pk), day).get().state)


# --- The way through ---


def test_from_nomination_to_office_and_out_by_dates_alone(world: World) -> None:
    row = world.nominate()
    assert row.case.state == "draft" and state(row, world.day) == "draft"
    row = world.do(row, "send")
    assert row.case.state == "with_inspector"
    row = world.do(row, "agree", "inspector")
    assert (row.case.state, row.opinion, row.opinion_on) == ("agreed", "agree", world.day)
    assert "กลุ่มตรวจราชการ" in row.opinion_by
    row = world.do(row, "draft_order")
    assert row.case.state == "ordered" and row.proposal is not None
    with nation("test"):
        [line] = row.proposal.lines.all()
        assert (line.kind, line.person, line.group, line.starts_on, line.last_day) == (
            "ASSISTANT", world.person("officer"), world.group, START, LAST,
        )  # fmt: skip
        assert not Assignment.objects.filter(kind="ASSISTANT").exists()  # a draft gives nothing
    assert state(row, START) == "ordered"
    sign(world.actor("chief"), row.proposal)
    days = [state(row, day) for day in (world.day, date(2026, 11, 30), START, LAST, date(2027, 12, 1))]
    assert days == ["planned", "planned", "in_office", "in_office", "ended"]
    with nation("test"):
        assert fresh(row).case.state == "ordered"  # nothing ran
        held = standing.appointment(row)
        assert held is not None and held.valid == span(START, date(2027, 12, 1))
        assert in_force(START).filter(pk=held.pk).exists()
        assert not in_force(date(2027, 12, 1)).filter(pk=held.pk).exists()


def test_what_was_checked_is_kept_with_source_and_badge(world: World, everywhere: None) -> None:
    row = world.do(world.nominate(), "send")
    kept = {one.criterion: one for one in NominationCheck.objects.filter(nomination=row)}
    assert set(kept) == set(eligibility.LABELS)
    assert all(one.passed and one.found and one.expected and one.source for one in kept.values())
    assert {code for code, one in kept.items() if one.binding} == {
        "scheme", "employment", "placed", "group", "vacant",
    }  # fmt: skip
    assert not any(one.verified for one in kept.values() if not one.binding)


def test_an_appointment_by_an_order_from_outside_counts_too(world: World, everywhere: None) -> None:
    row = world.agreed()
    make.assign(
        world.person("officer"),
        "ASSISTANT",
        world.here,
        group=world.group,
        valid=span(START, date(2027, 12, 1)),
    )
    assert state(row, START) == "in_office"
    for name in ("revise", "cancel"):
        with pytest.raises(ActRefused, match="มีการแต่งตั้ง"):
            world.do(row, name, reason="เปลี่ยนใจ")


def test_an_order_revoked_before_it_began_leaves_nobody_in_office(world: World, everywhere: None) -> None:
    row = world.signed()
    order = row.proposal.order  # type: ignore[union-attr]
    chief = world.actor("chief")
    with chief.scope.active():
        head = orders.Head(title="ยกเลิก", starts_on=date(2026, 11, 25), revokes=order)
        line = orders.Line(
            kind="DUTY",
            person=world.person("second"),
            office=world.here,
            starts_on=date(2026, 11, 25),
            text="งานแทน",
        )
        proposal = orders.draft(actor=chief, office=world.here, head=head, lines=[line])
    sign(chief, proposal)
    assert state(row, START) == "ended"


# --- Criteria ---


def lines_of(world: World, row: Nomination) -> dict[str, eligibility.Line]:
    return {line.code: line for line in eligibility.lines(asked(row), today=world.day)}


def test_settings_may_be_overridden_with_a_reason_the_inspector_sees(world: World, everywhere: None) -> None:
    row = world.nominate(name="second")  # no post, no level, no plan
    failing = {code for code, line in lines_of(world, row).items() if not line.passed}
    assert failing == {"type", "level", "line", "subject", "plan"}
    with pytest.raises(Invalid) as refused:
        world.do(row, "send", overrides={"plan": "  "})
    assert set(refused.value.fields) == {f"override_{code}" for code in failing}
    assert fresh(row).case.state == "draft" and not NominationCheck.objects.exists()
    world.do(row, "send", overrides={code: f"เหตุ {code}" for code in failing})
    kept = NominationCheck.objects.filter(nomination=row, passed=False)
    assert {one.criterion: one.override for one in kept} == {code: f"เหตุ {code}" for code in failing}
    page = world.client("inspector").get(f"/offices/assistants/nominations/{row.uuid}/").content.decode()
    assert all(f"เหตุ {code}" in page for code in failing)


@pytest.mark.parametrize(
    ("break_it", "criterion", "found"),
    [
        (lambda w: Person.objects.filter(pk=w.person("officer").pk).update(employment="contract"),
         "employment", "พนักงานจ้างเหมา"),
        (lambda w: Placement.objects.filter(person=w.person("officer")).update(valid=span(date(2019, 10, 1), date(2027, 6, 1))),
         "placed", "1 มิ.ย. 2570"),
        (lambda w: make.work_in(w.person("officer"), w.there, kind="secondment", valid=span(date(2027, 1, 5), date(2027, 1, 6))),
         "placed", "5 ม.ค. 2570"),
        (lambda w: make.assign(w.person("second"), "ASSISTANT", w.here, group=w.group, valid=span(LAST, date(2028, 1, 1))),
         "vacant", "คนsecond"),
        (lambda w: off_from(w, date(2027, 3, 1)),
         "scheme", "30 พ.ย. 2570"),
    ],
    ids=["employment", "placement ends", "secondment", "another assistant", "scheme ends"],
)  # fmt: skip
def test_rules_of_the_database_are_never_overridden(
    world: World, everywhere: None, break_it: Any, criterion: str, found: str
) -> None:
    row = world.nominate()
    break_it(world)
    row = fresh(row)
    line = lines_of(world, row)[criterion]
    assert line.binding and not line.passed and found in line.found
    with pytest.raises(ActRefused, match="ยกเว้นไม่ได้"):
        world.do(row, "send", overrides={criterion: "ขอยกเว้น"})
    assert fresh(row).case.state == "draft" and not NominationCheck.objects.exists()


def off_from(world: World, day: date) -> None:
    dated.decide(
        actor=None, key="offices.assistant_enabled", place="office:25", value=False, since=day, source="ทดสอบ"
    )


def test_a_rule_broken_after_the_opinion_stops_the_order(world: World, everywhere: None) -> None:
    row = world.agreed()
    Placement.objects.filter(person=world.person("officer")).update(valid=span(date(2019, 10, 1), START))
    with pytest.raises(ActRefused, match="ปฏิบัติงานในสำนักงานทุกวัน"):
        world.do(row, "draft_order")
    assert not OrderProposal.objects.exists()


@pytest.mark.parametrize(
    ("key", "value", "criterion"),
    [
        ("assistants.position_types", ["GEN"], "type"),
        ("assistants.levels", ["เชี่ยวชาญ"], "level"),
        ("assistants.position_lines", ["3-1-012"], "line"),
        ("assistants.subject_level", 4, "subject"),
    ],
)
def test_each_setting_is_asked_on_its_day(
    world: World, everywhere: None, key: str, value: Any, criterion: str
) -> None:
    row = world.nominate()
    assert lines_of(world, row)[criterion].passed
    dated.decide(actor=None, key=key, value=value, since=world.day, source="หนังสือทดสอบ", verified=True)
    line = lines_of(world, row)[criterion]
    assert not line.passed and line.source == "หนังสือทดสอบ"
    assert line.setting is not None and line.setting.verified


# --- Who may, and who may not ---


@pytest.mark.parametrize("by", ["officer", "head", "admin_head", "inspector", "admin", "there"])
def test_only_the_chief_of_the_office_nominates(world: World, by: str) -> None:
    with pytest.raises(NotAllowed):
        world.nominate(by=by)
    with nation("test"):
        assert not Case.objects.exists()


def test_an_office_without_the_scheme_nominates_nobody(world: World) -> None:
    group = make.group(world.there, "FACTORY")
    with pytest.raises(Invalid, match="ยังไม่ได้เปิดใช้") as refused:
        world.nominate(by="there", name="stranger", group=group)
    assert set(refused.value.fields) == {"starts_on"}


def test_every_fault_of_a_wish_at_once(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.nominate(
            name="chief", group=make.group(world.here, "MINING"), last_day=date(2026, 11, 1), reasons=" "
        )
    assert set(refused.value.fields) == {"person", "group", "last_day", "reasons"}


@pytest.mark.parametrize("name", ["agree", "remark", "disagree"])
def test_the_opinion_is_the_inspectors(world: World, name: str) -> None:
    row = world.do(world.nominate(), "send")
    for by in ("chief", "head", "officer"):
        with pytest.raises(NotAllowed):
            world.do(row, name, by, reason="เห็นว่า")
    row = world.do(row, name, "inspector", reason="เห็นว่า")
    assert row.opinion == name and row.opinion_text == "เห็นว่า"
    assert row.case.state == ("not_agreed" if name == "disagree" else "agreed")


@pytest.mark.parametrize("name", ["remark", "disagree"])
def test_a_remark_or_a_no_needs_words(world: World, name: str) -> None:
    row = world.do(world.nominate(), "send")
    with pytest.raises(Invalid):
        world.do(row, name, "inspector")


def test_the_centre_records_an_opinion_from_paper_only(world: World, everywhere: None) -> None:
    row = world.do(world.nominate(), "send")
    with pytest.raises(Invalid) as refused:
        world.do(row, "agree", "admin")
    assert set(refused.value.fields) == {"paper"} and fresh(row).case.state == "with_inspector"
    row = world.do(row, "agree", "admin", data={"paper": "ที่ อก 0203/12 ลงวันที่ 20 พ.ย. 2569"})
    assert row.opinion_paper.startswith("ที่ อก") and row.case.state == "agreed"


def test_the_inspector_of_that_day_and_no_other(world: World, everywhere: None) -> None:
    """A province that moves to another zone moves to that zone's inspector, on that day."""
    row = world.do(world.nominate(), "send")
    moved = date(2026, 12, 1)
    zone = make.zone(9)
    zone.members.filter(province_id="25").update(valid=span(date(2019, 10, 1), moved))
    other = make.zone(7, "25", valid=span(moved))
    second = make.assign(
        make.person(user=make.user()),
        "INSPECTOR",
        world.centre,
        inspection_group=make.inspection_group(other),
    )
    world.rows["second_inspector"] = second
    with pytest.raises((ActRefused, NotAllowed, Case.DoesNotExist, Nomination.DoesNotExist)):
        world.do(row, "agree", "inspector", as_of=moved)
    with pytest.raises((ActRefused, NotAllowed, Case.DoesNotExist, Nomination.DoesNotExist)):
        world.do(row, "agree", "second_inspector", as_of=world.day)
    assert world.do(row, "agree", "second_inspector", as_of=moved).opinion == "agree"


def test_an_inspector_who_also_belongs_to_the_centre_does_not_speak_for_others(
    world: World, everywhere: None
) -> None:
    """His scope is the nation as administrator; his group still has only its own provinces."""
    row = world.do(world.nominate(), "send")
    world.rows["both"] = make.assign(world.person("admin"), "INSPECTOR", world.centre,
                                     inspection_group=make.inspection_group(make.zone(2, "19", valid=span(date(2010, 1, 1), date(2011, 1, 1)))))  # fmt: skip
    actor = world.actor("admin")
    as_inspector = next(one for one in actor.capacities if one.kind == "INSPECTOR")
    with actor.scope.active(), pytest.raises(Conflict):
        services.act(
            actor=actor, case_id=row.case_id, name="agree", expected_version=row.case.version,
            capacity=as_inspector.key,
        )  # fmt: skip
    assert fresh(row).case.state == "with_inspector"


def test_an_assistant_who_acts_as_chief_does_nothing_about_himself(world: World, everywhere: None) -> None:
    """He is nominated, then acts for the chief."""
    row = world.nominate()
    Assignment.objects.filter(pk=world.rows["chief"].pk).update(valid=span(date(2019, 10, 1), world.day))
    make.assign(world.person("officer"), "ACTING_CHIEF", world.here, acting_rank=1)
    with pytest.raises(ActRefused, match="เกี่ยวกับท่านเอง"):
        world.do(row, "send", "officer")


# --- Ways back ---


def test_a_no_leads_to_a_better_nomination_with_an_opinion_of_its_own(world: World, everywhere: None) -> None:
    row = world.do(world.nominate(), "send")
    row = world.do(row, "disagree", "inspector", reason="ยังไม่เคยทำงานเหมือง")
    row = world.do(row, "revise", reason="เพิ่มเหตุผล")
    assert (row.case.state, row.opinion, row.opinion_text, row.opinion_on) == ("draft", "", "", None)
    assert CaseEvent.objects.filter(case=row.case, transition="disagree").exists()  # it stays in the history
    row = world.do(row, "send")
    assert NominationCheck.objects.filter(nomination=row).values("round").distinct().count() == 2


def test_withdraw_cancel_and_take_back(world: World, everywhere: None) -> None:
    row = world.do(world.do(world.nominate(), "send"), "withdraw")
    assert row.case.state == "draft"
    row = world.do(world.do(row, "send"), "agree", "inspector")
    row = world.do(row, "draft_order")
    with pytest.raises(ActRefused, match="ยังไม่ถูกยกเลิก"):
        world.do(row, "take_back")
    chief = world.actor("chief")
    proposal = row.proposal
    assert proposal is not None
    orders.act(
        actor=chief, proposal=proposal, name="cancel", expected_version=proposal.case.version, reason="ร่างใหม่"
    )
    row = world.do(row, "take_back")
    assert (row.case.state, row.proposal, row.opinion) == ("agreed", None, "agree")
    row = world.do(row, "cancel", reason="เลิก")
    assert row.case.state == "cancelled"


def test_a_signed_order_is_not_taken_back(world: World, everywhere: None) -> None:
    row = world.signed()
    with pytest.raises(ActRefused):
        world.do(row, "take_back")


# --- Orders beside the scheme ---


def draft(world: World, **values: Any) -> OrderProposal:
    """An order of the office that makes the officer assistant, drafted without a nomination."""
    line = {"starts_on": START, "last_day": LAST, "group": world.group} | values
    reason = line.pop("reason", "")
    return orders.draft(
        actor=world.actor("chief"), office=world.here,
        head=orders.Head(title="แต่งตั้ง", starts_on=START, reason=reason),
        lines=[orders.Line(kind="ASSISTANT", person=world.person("officer"), office=world.here, **line)],
    )  # fmt: skip


def noted(proposal: OrderProposal) -> list[str]:
    outcome = carry.rehearse(proposal, today=DAY)
    assert outcome.faults == []
    return [note.sentence for note in outcome.notes]


def test_an_assistant_whom_no_nomination_covers_needs_a_reason(world: World, everywhere: None) -> None:
    bare = draft(world)
    [said] = noted(bare)
    assert "คนofficer" in said and "กลุ่มโรงงานอุตสาหกรรม" in said and "1 ธ.ค. 2569 – 30 พ.ย. 2570" in said
    with pytest.raises(ActRefused, match="ต้องระบุเหตุผลที่หัวคำสั่ง"):
        sign(world.actor("chief"), bare)
    page = world.client("chief").get(reverse("offices:orderproposal-detail", args=[bare.uuid]))
    assert "ข้อสังเกตก่อนลงนาม" in page.content.decode()
    assert sign(world.actor("chief"), draft(world, reason="ตามหนังสือสั่งการ")).order is not None


def test_only_an_agreed_nomination_for_group_and_days_covers_an_assistant(
    world: World, everywhere: None
) -> None:
    row = world.do(world.nominate(), "send")
    assert noted(draft(world))  # the inspector has not said anything
    row = world.do(row, "agree", "inspector")
    assert noted(draft(world)) == []
    [said] = noted(draft(world, last_day=LAST + timedelta(days=1)))
    assert "1 ธ.ค. 2569 – 30 พ.ย. 2570" in said  # what was agreed to
    assert noted(draft(world, last_day=None)) and noted(draft(world, group=world.policy))
    page = world.client("chief").get(
        reverse("offices:orderproposal-detail", args=[draft(world, last_day=None).uuid])
    )
    assert reverse("offices:nomination-detail", args=[row.uuid]) in page.content.decode()
    world.do(row, "cancel", reason="เลิก")
    assert noted(draft(world))


# --- Renewal and end ---


def test_a_renewal_follows_without_a_gap(world: World, everywhere: None) -> None:
    row = world.signed()
    first, last = services.renewal(row)
    assert (first, last) == (date(2027, 12, 1), date(2028, 11, 30))
    after = world.signed(starts_on=first, last_day=last, renews=row)
    assert after.renews_id == row.pk
    held = Assignment.objects.filter(kind="ASSISTANT").order_by("valid").values_list("valid", flat=True)
    assert [one.lower for one in held] == [START, first] and held[0].upper == first


def test_ending_ends_the_assistant_and_leaves_him_in_his_group(world: World, everywhere: None) -> None:
    row = world.signed()
    last = date(2027, 2, 1)
    with pytest.raises(Invalid, match="วันพ้น"):
        world.do(row, "draft_end", day=START, reason="ย้าย")
    row = world.do(row, "draft_end", day=last, reason="ขอพ้น")
    assert row.ending is not None and state(row, last) == "in_office"  # a draft ends nothing
    with pytest.raises(ActRefused, match="มีคำสั่งให้พ้น"):
        world.do(row, "draft_end", day=last, reason="ซ้ำ")
    sign(world.actor("chief"), row.ending)
    assert [state(row, day) for day in (date(2027, 1, 31), last)] == ["in_office", "ended"]
    assert in_force(last).filter(person=world.person("officer"), kind="OFFICER", group=world.group).exists()


def test_nobody_is_ended_who_never_began(world: World, everywhere: None) -> None:
    row = world.ordered()
    with pytest.raises(ActRefused, match="ยังไม่ได้รับแต่งตั้ง"):
        world.do(row, "draft_end", day=date(2027, 2, 1), reason="ขอพ้น")


def test_an_order_that_begins_before_it_is_signed_says_why(world: World, everywhere: None) -> None:
    """§2.7: signed today, effective last week. The nomination may say so; the order wants the reason."""
    row = world.ordered(starts_on=date(2026, 11, 13))
    assert row.proposal is not None
    with pytest.raises(ActRefused, match="ย้อนหลัง"):
        sign(world.actor("chief"), row.proposal)


# --- The database itself ---


def test_the_database_refuses_what_the_services_would(world: World, everywhere: None) -> None:
    row = world.nominate()
    broken: list[dict[str, Any]] = [
        {"reasons": ""},
        {"last_day": date(2026, 11, 30)},
        {"group": make.group(world.here, "MINING")},
        {"opinion": "agree"},
        {"opinion": "disagree", "opinion_on": world.day, "opinion_by": "x"},
        {"renews": row.pk},
        {"office": world.there.pk},
    ]
    for values in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Nomination.objects.filter(pk=row.pk).update(**values)


def test_no_order_without_agreement_also_in_the_database(world: World, everywhere: None) -> None:
    row = world.do(world.nominate(), "send")
    chief = world.actor("chief")
    proposal = orders.draft(actor=chief, office=world.here, head=orders.Head("x", START))
    with pytest.raises(IntegrityError, match="nomination_order_was_agreed"), transaction.atomic():
        Nomination.objects.filter(pk=row.pk).update(proposal=proposal)


@pytest.mark.parametrize("values", [{"override": ""}, {"binding": True}, {"passed": True}])
def test_a_kept_criterion_is_met_or_overridden_and_never_changed(
    world: World, everywhere: None, values: dict[str, Any]
) -> None:
    row = world.nominate()
    given = {"criterion": "plan", "passed": False, "binding": False, "override": "x"} | values
    with pytest.raises(IntegrityError, match="nominationcheck_passed"), transaction.atomic():
        NominationCheck.objects.create(
            nomination=row,
            office=row.office,
            round=1,
            found="x",
            expected="x",
            source="x",
            verified=False,
            **given,
        )
    kept = NominationCheck.objects.create(
        nomination=row,
        office=row.office,
        round=1,
        found="x",
        expected="x",
        source="x",
        verified=False,
        passed=True,
        binding=True,
    )
    with pytest.raises(Exception, match=r"append_only|Cannot update"), transaction.atomic():
        NominationCheck.objects.filter(pk=kept.pk).update(found="y")
