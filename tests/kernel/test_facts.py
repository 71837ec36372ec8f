"""Facts: a document and a second person, by constraint; the preview is the effect; every kind of value."""

import io
import uuid
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.utils import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal import calendar, dated, facts
from portal.dated import Declared
from portal.models import AuditEvent, DatedSetting, SettingProposal, StoredFile
from portal.problems import Conflict, Invalid, NotAllowed
from portal.scope import nation
from portal.views.facts.forms import ProposeForm, ValueField
from tests.review.builders import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.real]

KEY = "tests.facts_day"
OFFICE_KEY = "tests.facts_role"
DAY = date(2026, 10, 1)
PDF = b"%PDF-1.4 test"
DECLARED = (
    Declared(KEY, "วันทดสอบ", 10, "ค่าเริ่มต้น", minimum=1, maximum=28, blocks="งานทดสอบ", owner="ผู้ทดสอบ"),
    Declared(
        OFFICE_KEY,
        "หน้าที่ทดสอบ",
        "a",
        "ค่าเริ่มต้น",
        choices=(("a", "ก"), ("b", "ข")),
        by_office=True,
        owner="ผู้ทดสอบ",
    ),
)


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr(dated, "_declared", dict(dated._declared))
    registry = import_module("portal.facts.keepers")  # the package's name of it is the function
    monkeypatch.setattr(registry, "_uses", list(registry._uses))
    for one in DECLARED:
        dated.declare(one)


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def first(world):
    return world.assign("CENTRAL_ADMIN", code="")


@pytest.fixture
def second(world):
    return world.assign("CENTRAL_ADMIN", code="")


def paper(signed_on=DAY, scan=PDF, title="หนังสือทดสอบ", number="อก 1/2569"):
    return facts.Paper(title, number, signed_on, ("a.pdf", io.BytesIO(scan)))


def propose(actor, value=15, since=DAY, key=KEY, **more):
    with actor.scope.active():
        return facts.propose(actor=actor, key=key, value=value, since=since, **{"paper": paper(), **more})


def confirm(actor, proposal, seen=None):
    with actor.scope.active():
        now = facts.seen_now(proposal.key, proposal.place) if seen is None else seen
        return facts.confirm(actor=actor, proposal=proposal.uuid, seen=now)


# --- Two persons and a document -------------------------------------------------------------------------


def test_nothing_changes_until_another_confirms(first, second):
    proposal = propose(first)
    assert dated.on(KEY, DAY).value == 10
    made = confirm(second, proposal)
    assert dated.on(KEY, DAY) == dated.Value(15, made.source, True)
    assert "อก 1/2569" in made.source and dated.on(KEY, DAY - timedelta(days=1)).value == 10
    proposal.refresh_from_db()
    assert proposal.state == "confirmed" and proposal.setting == made
    assert {"fact.proposed", "fact.confirmed"} <= set(AuditEvent.objects.values_list("verb", flat=True))


def test_the_proposer_may_not_confirm_nor_write_it_past_the_service(first):
    proposal = propose(first)
    with pytest.raises(NotAllowed, match="ท่านเป็นผู้เสนอ"):
        confirm(first, proposal)
    made = dated.decide(actor=first, key=KEY, value=15, since=DAY, source="x")
    for state in ("confirmed", "declined"):
        with pytest.raises(IntegrityError, match="proposal_second_person"), transaction.atomic():
            SettingProposal.objects.filter(pk=proposal.pk).update(
                state=state, decided_by=first.user, decided_at=calendar.now(),
                setting=made if state == "confirmed" else None,
            )  # fmt: skip


def test_a_decision_without_a_person_or_a_setting_is_refused_by_the_database(first, second):
    proposal = propose(first)
    for wrong, constraint in (
        ({"state": "confirmed"}, "proposal_"),
        ({"state": "confirmed", "decided_by": second.user, "decided_at": calendar.now()}, "made_a_setting"),
        ({"state": "withdrawn", "decided_by": second.user, "decided_at": calendar.now()}, "withdrawn_by"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            SettingProposal.objects.filter(pk=proposal.pk).update(**wrong)


def test_what_was_proposed_never_changes_and_is_decided_once(first, second):
    proposal = propose(first)
    for change in ({"value": 16}, {"since": DAY - timedelta(days=1)}, {"document_number": "อื่น"}):
        with pytest.raises(DatabaseError, match="proposal"), transaction.atomic():
            SettingProposal.objects.filter(pk=proposal.pk).update(**change)
    with first.scope.active():
        facts.decline(actor=first, proposal=proposal.uuid, reason="พิมพ์ผิด")
    with pytest.raises(DatabaseError), transaction.atomic():
        SettingProposal.objects.filter(pk=proposal.pk).update(reason="อื่น")
    with pytest.raises(DatabaseError), transaction.atomic():
        SettingProposal.objects.filter(pk=proposal.pk).delete()
    with pytest.raises(Conflict, match="ตัดสินแล้ว"):
        confirm(second, proposal)
    assert dated.on(KEY, DAY).value == 10


def test_one_open_proposal_of_a_setting_and_place(first, second):
    proposal = propose(first)
    with pytest.raises(Invalid, match="รอผู้ยืนยันอยู่แล้ว"):
        propose(second, 16)
    with pytest.raises(IntegrityError, match="proposal_one_open"), transaction.atomic():
        copy = SettingProposal.objects.get(pk=proposal.pk)
        copy.pk, copy.uuid = None, uuid.uuid4()
        copy.save(force_insert=True)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"value": "15"}, "value"),
        ({"value": 0}, "value"),
        ({"value": 29}, "value"),
        ({"value": True}, "value"),
        ({"place": "office:25"}, "place"),
        ({"paper": paper(signed_on=date(2026, 12, 1))}, "document_date"),
        ({"paper": paper(number=" ")}, "document_number"),
        ({"paper": paper(title="")}, "document_title"),
        ({"paper": paper(scan=b"MZ")}, "scan"),
        ({"paper": paper(scan=b"")}, "scan"),
    ],
)
def test_a_bad_proposal_leaves_nothing(first, more, field):
    with pytest.raises(Invalid) as refused:
        propose(first, **more)
    assert field in refused.value.fields
    assert not SettingProposal.objects.exists()
    with nation("test"):
        assert not StoredFile.objects.exists()


def test_verifying_the_value_that_holds_needs_the_same_two(first, second):
    confirm(second, propose(first, 10))
    assert dated.on(KEY, DAY).verified and not dated.on(KEY, DAY - timedelta(days=1)).verified
    with pytest.raises(Invalid, match="ไม่มีอะไรเปลี่ยน"):
        propose(first, 10, DAY + timedelta(days=9))


def test_a_page_seen_before_another_decision_does_not_confirm(first, second):
    proposal = propose(first, since=DAY + timedelta(days=10))
    seen = facts.seen_now(KEY, "")
    dated.decide(actor=None, key=KEY, value=12, since=DAY, source="คำสั่งเครื่อง")
    with pytest.raises(Conflict, match="เปลี่ยนไป"):
        confirm(second, proposal, seen)
    assert confirm(second, proposal).value == 15


def test_a_later_decision_stops_a_proposal_of_an_earlier_day(first, second):
    proposal = propose(first)
    dated.decide(actor=None, key=KEY, value=12, since=DAY, source="คำสั่งเครื่อง")
    with pytest.raises(Invalid, match="เริ่มตั้งแต่"):
        confirm(second, proposal)
    assert dated.on(KEY, DAY).value == 12 and not dated.on(KEY, DAY).verified


# --- Who ------------------------------------------------------------------------------------------------


def test_chiefs_keep_their_office_and_the_centre_the_nation(world, first):
    chief, acting = world.assign("CHIEF", "25"), world.assign("ACTING_CHIEF", "25")
    foreign, officer = world.assign("CHIEF", "19"), world.assign("OFFICER", "25", "FACTORY")
    for actor, place in ((chief, ""), (foreign, "office:25"), (officer, "office:25"), (officer, "")):
        with pytest.raises(NotAllowed, match="เฉพาะ"):
            propose(actor, "b", key=OFFICE_KEY, place=place)
    proposal = propose(chief, "b", key=OFFICE_KEY, place="office:25")
    assert proposal.document.office_id == chief.capacities[0].office_id
    for actor in (foreign, officer):
        with pytest.raises(NotAllowed):
            confirm(actor, proposal)
    assert facts.waiting_for(acting) == [proposal] == facts.waiting_for(first)
    assert facts.waiting_for(chief) == facts.waiting_for(foreign) == facts.waiting_for(officer) == []
    confirm(acting, proposal)
    assert dated.on(OFFICE_KEY, DAY, place="office:25").value == "b"
    assert dated.on(OFFICE_KEY, DAY, place="office:19").value == dated.on(OFFICE_KEY, DAY).value == "a"


def test_a_use_is_told_and_what_nobody_registered_is_not_made_up():
    assert facts.uses("tests.nobody", "", DAY) is None
    facts.register_uses(KEY, lambda key, place, since: [facts.Use("ก", 2), facts.Use("ข", 0)])
    assert [(use.label, use.count) for use in facts.uses(KEY, "", DAY)] == [("ก", 2)]


def test_every_declared_setting_says_who_must_verify_it_and_has_a_kind():
    for one in dated.declared():
        assert str(one.label) and str(one.owner), one.key
        assert list(one.faults(one.default)) == [], one.key
        assert facts.in_words(one, one.default)


# --- Dates: the preview is the effect ---------------------------------------------------------------------

DAYS = st.integers(0, 60).map(lambda n: DAY + timedelta(days=n))
ROWS = st.lists(
    st.tuples(st.sampled_from(["", "office:25"]), DAYS, st.sampled_from("ab"), st.booleans()), max_size=6
)


class Dates(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(ROWS, st.sampled_from(["", "office:25"]), DAYS, st.sampled_from("ab"), st.booleans())
    def test_spans_say_what_on_says_and_the_preview_is_what_a_decision_does(
        self, rows, place, since, value, always
    ):
        DatedSetting.objects.filter(key=OFFICE_KEY).delete()
        if always:
            DatedSetting.objects.create(key=OFFICE_KEY, value="b", valid=DateRange(None, None), source="x")
        for where, day, what, verified in rows:
            try:
                dated.decide(
                    actor=None,
                    key=OFFICE_KEY,
                    value=what,
                    since=day,
                    place=where,
                    source="x",
                    verified=verified,
                )
            except Invalid:
                continue
        before = facts.spans(OFFICE_KEY, place)
        self.whole(before)
        expected = facts.preview(before, value=value, since=since, source="y")
        self.whole(expected)
        try:
            dated.decide(
                actor=None, key=OFFICE_KEY, value=value, since=since, place=place, source="y", verified=True
            )
        except Invalid:
            expected = before
        after = facts.spans(OFFICE_KEY, place)
        self.whole(after)
        for n in range(-2, 64):
            day = DAY + timedelta(days=n)
            [told] = [span for span in expected if span.has(day)]
            [now] = [span for span in after if span.has(day)]
            held = dated.on(OFFICE_KEY, day, place=place)
            if place == "" or since > day or expected is before:
                assert (told.value, told.verified) == (held.value, held.verified)
            assert (now.value, now.verified, now.source) == (held.value, held.verified, held.source)
            assert (told.value, told.verified) == (now.value, now.verified)

    def whole(self, spans):
        """Without a gap, without an overlap, from always to for ever."""
        assert spans[0].first is None and spans[-1].until is None
        assert all(a.until == b.first for a, b in pairwise(spans))


# --- Values by kind ---------------------------------------------------------------------------------------

KINDS = {
    "bool": Declared("k.bool", "ก", False, "x"),
    "integer": Declared("k.int", "ก", 10, "x", minimum=1, maximum=28),
    "decimal": Declared("k.dec", "ก", "0.005", "x", kind="decimal", minimum=0, maximum=1),
    "choice": Declared("k.choice", "ก", "a", "x", choices=(("a", "ก"), ("b", "ข"))),
    "several": Declared("k.several", "ก", [3], "x", choices=((1, "ก"), (2, "ข"), (3, "ค"))),
    "month_day": Declared("k.md", "ก", "04-30", "x", kind="month_day"),
    "text": Declared("k.text", "ก", "อะไร", "x"),
    "dates": Declared("k.dates", "ก", [], "x", kind="dates"),
    "list": Declared("k.list", "ก", ["หนึ่ง"], "x"),
    "bounds": Declared("k.bounds", "ก", [50, 200], "x"),
    "mapping": Declared("k.map", "ก", {"a": 1}, "x"),
}


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("bool", "true", True),
        ("bool", "false", False),
        ("integer", "๑๕", 15),
        ("integer", "1.0", 1),
        ("decimal", "0.5", "0.5"),
        ("decimal", "1e-2", "0.01"),
        ("choice", "b", "b"),
        ("text", " ข้อความ ", "ข้อความ"),
        ("several", ["3", "1"], [1, 3]),
        ("several", [], []),
        ("month_day", "๑/4", "04-01"),
        ("month_day", "31/12", "12-31"),
        ("dates", "5/12/2569\r\n\r\n1 ม.ค. 2569", ["2026-01-01", "2026-12-05"]),
        ("dates", "", []),
        ("list", "ก\nข", ["ก", "ข"]),
        ("bounds", "๕๐\n1,000", [50, 1000]),
        ("mapping", "a = 1\nข=2", {"a": 1, "ข": 2}),
    ],
)
def test_a_value_is_read_as_its_kind_and_shown_as_it_is_typed(kind, typed, value):
    field = ValueField(declared=KINDS[kind])
    assert field.clean(typed) == value
    assert field.clean(field.prepare_value(value)) == value


@pytest.mark.parametrize(
    ("kind", "typed", "faults"),
    [
        ("bool", "", 1),
        ("bool", "อะไร", 1),
        ("integer", "สิบ", 1),
        ("integer", "1.5", 1),
        ("integer", "29", 1),
        ("integer", "NaN", 1),
        ("integer", "1e99", 1),
        ("decimal", "Infinity", 1),
        ("decimal", "-1", 1),
        ("choice", "c", 1),
        ("text", " ", 1),
        ("several", ["4", "x"], 2),
        ("month_day", "29/2", 1),
        ("month_day", "30", 1),
        ("month_day", "1/13", 1),
        ("dates", "1/1/69\nเมื่อวาน\n5/12/2569", 2),
        ("dates", "5/12/2569\n5/12/2569", 1),
        ("list", "ก\nก", 1),
        ("bounds", "50", 1),
        ("bounds", "200\n50", 1),
        ("bounds", "ก\nข", 2),
        ("mapping", "ก\nข = ค", 2),
    ],
)
def test_every_fault_of_a_value_is_told(kind, typed, faults):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as refused:
        ValueField(declared=KINDS[kind]).clean(typed)
    assert len(refused.value.messages) == faults


def test_the_form_tells_everything_at_once():
    form = ProposeForm(
        {"value": "99", "since": "1/1/69", "document_date": "1/12/2569"},
        {},
        declared=DECLARED[0],
        places=[("", "ทั้งประเทศ")],
        today=date(2026, 11, 22),
    )
    assert not form.is_valid()
    assert {"value", "since", "document_title", "document_number", "document_date", "scan", "place"} >= set(
        form.errors
    )
    assert {"value", "since", "document_title", "document_number", "document_date", "scan"} <= set(
        form.errors
    )
