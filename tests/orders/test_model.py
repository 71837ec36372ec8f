"""Random orders and absences: the queries of authority answer as the model does, and no invariant breaks."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from offices.models import Absence, AppointmentOrder, Assignment, Group, OrderLine, OrderProposal, Person
from offices.orders import carry
from offices.selectors import signatory
from offices.selectors.actors import in_force, resolve
from offices.services.cases import open_case
from offices.workflow import sync_workflows
from portal.calendar import be_year
from portal.scope import nation
from tests.offices import make
from tests.orders.model import Away, Book, Days, Given

CASES = int(os.environ.get("PORTAL_ORDER_CASES", "300"))
START, SPAN = date(2027, 1, 1), 9
PEOPLE = ("a", "b", "c", "d")
GROUPS = ("POLICY", "FACTORY")
KINDS = (
    "CHIEF",
    "GROUP_HEAD",
    "ASSISTANT",
    "OFFICER",
    "ACTING_CHIEF",
    "ACTING_IN",
    "DELEGATED",
    "DUTY",
    "END",
)
OFFSETS = st.integers(0, SPAN)

LINES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "person": st.sampled_from(PEOPLE),
        "group": st.sampled_from(GROUPS),
        "first": OFFSETS,
        "length": st.none() | st.integers(1, 8),
        "rank": st.integers(1, 3),
        "standing": st.sampled_from([True, True, False]),
        "power": st.sampled_from(["sign_orders", "sign_documents"]),
    }
)
ORDERS = st.fixed_dictionaries(
    {
        "lines": st.lists(LINES, min_size=1, max_size=3),
        "signed": OFFSETS,
        "revokes": st.none() | st.integers(0, 6),
        "since": OFFSETS,
    }
)
ABSENCES = st.lists(
    st.tuples(st.sampled_from(PEOPLE), OFFSETS, st.integers(1, 3), st.booleans(), st.booleans()).filter(
        lambda one: one[2] > 1 or not (one[3] and one[4])  # of one day, two halves leave nothing
    ),
    max_size=8,
)
# a chief and two who stand by, as most offices have them: chance alone seldom puts them together
USUAL = {
    "lines": [
        {
            "kind": kind, "person": person, "group": "POLICY", "first": 0, "length": None, "rank": rank,
            "standing": True, "power": "sign_orders",
        }
        for kind, person, rank in (("CHIEF", "a", 1), ("ACTING_CHIEF", "b", 1), ("ACTING_CHIEF", "c", 2))
    ],
    "signed": 0, "revokes": None, "since": 0,
}  # fmt: skip
SWITCH = st.none() | st.tuples(OFFSETS, OFFSETS)


def on(offset: int) -> date:
    return START + timedelta(days=offset)


class Office:
    """The portal's side: the same acts on its own tables."""

    def __init__(self) -> None:
        sync_workflows()
        self.place = make.office()
        self.admin = make.group(self.place, "ADMIN")
        self.groups: dict[str, Group] = {code: make.group(self.place, code) for code in GROUPS}
        self.people: dict[str, Person] = {}
        for name in PEOPLE:
            who = make.person(name, user=make.user())
            self.people[name] = who
            make.work_in(who, self.place)
        self.opener = make.user()
        make.assign(make.person(user=self.opener), "CENTRAL_ADMIN", make.centre())
        self.actor = resolve(self.opener, START)
        self.orders: list[AppointmentOrder] = []

    def carry(self, asked: dict[str, Any], revokes: int | None) -> AppointmentOrder | None:
        """Sign and carry out an order; None when it is refused, and then nothing is written."""
        signed_on, starts_on = on(asked["signed"]), min(on(line["first"]) for line in asked["lines"])
        if revokes is not None:
            starts_on = on(asked["since"])
        case = open_case(
            actor=self.actor, case_type="offices.order", office=self.place, group=self.admin,
            title="x",
        )  # fmt: skip
        proposal = OrderProposal.objects.create(
            case=case, office=self.place, title="x", starts_on=starts_on,
            revokes=self.orders[revokes] if revokes is not None else None,
        )  # fmt: skip
        for nth, line in enumerate(asked["lines"], start=1):
            self._line(proposal, nth, line)
        try:
            with transaction.atomic():
                order = AppointmentOrder.objects.create(
                    issuer="x", number=str(case.pk), year_be=be_year(signed_on), title="x",
                    signed_on=signed_on, valid=make.span(starts_on), office=self.place,
                )  # fmt: skip
                if carry.carry_out(proposal, order).faults:
                    raise Refused
        except Refused:
            return None
        self.orders.append(order)
        return order

    def _line(self, proposal: OrderProposal, nth: int, line: dict[str, Any]) -> None:
        kind, first = line["kind"], on(line["first"])
        acting = kind in ("ACTING_CHIEF", "ACTING_IN")
        last = None if line["length"] is None else first + timedelta(days=line["length"] - 1)
        OrderLine.objects.create(
            proposal=proposal, issuing_office=self.place, nth=nth, kind=kind, person=self.people[line["person"]],
            office=self.place, starts_on=first, last_day=None if kind == "END" else last,
            group=self.groups[line["group"]] if seated(kind) else None,
            rank=line["rank"] if acting else 1, standing=acting and line["standing"],
            powers=[line["power"]] if kind == "DELEGATED" else [], text="x" if kind == "DUTY" else "",
        )  # fmt: skip


class Refused(Exception):
    pass


def seated(kind: str) -> bool:
    # an END names a group: he stays in the office, and his placement with it
    return kind in ("GROUP_HEAD", "ASSISTANT", "OFFICER", "ACTING_IN", "END")


def words(line: dict[str, Any], order: int, signed_on: date) -> Given:
    kind = {"ACTING_IN": "GROUP_HEAD"}.get(line["kind"], line["kind"])
    acting = line["kind"] in ("ACTING_CHIEF", "ACTING_IN")
    first = on(line["first"])
    return Given(
        order=order,
        signed_on=signed_on,
        person=line["person"],
        kind=kind,
        seat=line["group"] if seated(line["kind"]) else "",
        days=Days(first, None if line["length"] is None else first + timedelta(days=line["length"])),
        rank=line["rank"] if acting else 0,
        standing=acting and line["standing"],
        powers=(line["power"],) if kind == "DELEGATED" else (),
    )


class Sequences(TestCase):
    answers = 0  # compared so far: who is in force, what one person may do, who signs, each on one day

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        print(f"answers: {cls.answers}")

    @classmethod
    def setUpTestData(cls):
        with nation("test"):
            cls.office = Office()  # its rows are made once; what an example writes is rolled back

    @settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.booleans(),
        st.lists(ORDERS, max_size=5),
        ABSENCES,
        SWITCH,
        st.lists(OFFSETS, min_size=1, max_size=3, unique=True),
    )
    def test_authority_is_as_the_model_says(self, usual, orders, absences, switch, days):
        with nation("test"):
            office, book = self.office, Book()
            office.orders = []
            self._switch(office, book, switch)
            for asked in [USUAL, *orders] if usual else orders:
                self._order(office, book, asked)
            for one in absences:
                self._absence(office, book, *one)
            self._invariants(book)
            for offset in {*days, *(one[1] for one in absences[:2])}:
                self._compare(office, book, offset)

    def _switch(self, office, book, switch):
        """Assistants from the first day on, and not any more from the second."""
        make.assistants_on(office.place, date(2020, 1, 1))
        if switch is None:
            book.assistants.append(Days(date(2020, 1, 1)))
            return
        book.assistants.append(Days(date(2020, 1, 1), on(min(switch))))
        book.assistants.append(Days(on(max(switch))))
        rows = make.DatedSetting.objects
        rows.all().delete()
        for valid, value in (
            (make.span(date(2020, 1, 1), on(min(switch))), True),
            (make.span(on(min(switch)), on(max(switch))), False),
            (make.span(on(max(switch))), True),
        ):
            if valid.lower != valid.upper:
                rows.create(
                    key="offices.assistant_enabled", place=f"office:{office.place.code}", value=value,
                    valid=valid, source="test",
                )  # fmt: skip

    def _order(self, office, book, asked):
        revokes = asked["revokes"]
        standing = [order for order in office.orders if order.revoked_from is None]
        if revokes is not None and not standing:
            revokes = None
        if revokes is not None:
            revokes = office.orders.index(standing[revokes % len(standing)])
            # its lines lie inside the order, which begins when the other ends
            asked = asked | {
                "lines": [line | {"first": max(line["first"], asked["since"])} for line in asked["lines"]]
            }
        before = list(Assignment.objects.order_by("pk").values_list())
        order = office.carry(asked, revokes)
        refused = self._in_the_book(book, asked, revokes, len(office.orders) - (order is not None))
        assert (order is None) == refused, (asked, revokes)
        if order is None:
            assert list(Assignment.objects.order_by("pk").values_list()) == before
        if order is not None and revokes is not None:
            office.orders[revokes].refresh_from_db()

    def _in_the_book(self, book, asked, revokes, number) -> bool:
        trial = Book([Given(**vars(one)) for one in book.given], book.absences, book.assistants)
        if revokes is not None:
            trial.revoke(revokes, on(asked["since"]))
        for line in asked["lines"]:
            if line["kind"] == "END":
                trial.end(line["person"], on(line["first"]), line["group"])
        new = [words(line, number, on(asked["signed"])) for line in asked["lines"] if line["kind"] != "END"]
        off = any(
            one.kind == "ASSISTANT" and not any(one.days.first in days for days in book.assistants)
            for one in new
        )
        if off or _twins(asked["lines"]) or trial.refuses(new):
            return True
        book.given = [*trial.given, *new]
        return False

    def _absence(self, office, book, person, offset, length, from_noon, until_noon):
        first, end = on(offset), on(offset + length)
        new = Away(person, Days(first, end), from_noon, until_noon)
        if any(new.halves(day) & book.halves(person, day) for day in map(on, range(offset, offset + length))):
            return
        Absence.objects.create(
            person=office.people[person], kind="sick", valid=make.span(first, end), from_noon=from_noon,
            until_noon=until_noon,
        )  # fmt: skip
        book.absences.append(new)

    def _invariants(self, book):
        rows = list(Assignment.objects.exclude(kind="CENTRAL_ADMIN").select_related("order"))
        for offset in range(SPAN + 14):
            seats = [
                (row.kind, row.group_id, row.acting_rank)
                for row in rows
                if on(offset) in row.valid
                and row.kind in ("CHIEF", "GROUP_HEAD", "ASSISTANT", "ACTING_CHIEF")
            ]
            assert len(set(seats)) == len(seats)
        for row in rows:
            assert row.order.valid.lower is None or row.valid.lower >= row.order.valid.lower
            assert row.order.revoked_from is None or row.valid.upper <= row.order.revoked_from

    def _compare(self, office, book, offset):
        """All that is in force on a day; half the people and one power, which half and which by the day."""
        day = on(offset)
        rows = in_force(day).filter(office=office.place).select_related("person", "group")
        found = sorted(
            (
                row.person.first_th,
                row.kind,
                row.group.code if row.group else "",
                row.acting_rank,
                row.standing,
            )
            for row in rows
        )
        assert found == sorted(one.key for one in book.in_force(day)), day
        type(self).answers += 2 + len(list(office.people)[offset % 2 :: 2])
        for name, who in list(office.people.items())[offset % 2 :: 2]:
            actor = resolve(who.user, day)
            held = sorted((one.kind, one.group_code) for one in actor.capacities)
            assert held == book.capacities(name, day), (name, day)
            assert bool(actor.scope.offices) == bool(held)
        power = ("sign_orders", "sign_documents")[offset % 2]
        answer = signatory.resolve(office=office.place, power=power, day=day)
        # those delegated are asked in the order of their orders, which is the model's, too
        asked = [one.assignment.person.first_th for one in answer.candidates]
        assert asked == book.signatories(power, day), (power, day)
        assert answer.reasons


def _twins(lines) -> bool:
    """The same person and thing twice on overlapping days of one order."""
    seen = []
    for line in lines:
        key = (line["kind"], line["person"], line["group"] if seated(line["kind"]) else "")
        endless = line["kind"] == "END" or line["length"] is None
        first, end = line["first"], None if endless else line["first"] + line["length"]
        for other, begun, ended in seen:
            if other == key and (ended is None or first < ended) and (end is None or begun < end):
                return True
        seen.append((key, first, end))
    return False
