"""Hypothesis walks the workflow in any order with anybody; a small model says what must happen."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from offices.models import Case, CaseEvent
from offices.selectors.actors import resolve
from offices.selectors.cases import available
from offices.services.cases import ActRefused, AmbiguousCapacity, StaleVersion, case_transition, open_case
from portal.problems import Invalid, NotAllowed
from tests.offices import flow, make

DAY = date(2026, 11, 20)
NAMES = [transition.name for transition in flow.FLOW.transitions]
WHO = ["first", "second", "head", "both", "assistant", "chief", "acting", "stranger"]


def _people(place):
    """Nobody is alone with an act, so that separation of duties never ends the walk."""
    seats = {
        "first": ["OFFICER"],
        "second": ["OFFICER"],
        "head": ["GROUP_HEAD", "OFFICER"],
        "assistant": [("ASSISTANT", "POLICY")],
        "both": [("ASSISTANT", "FACTORY"), "OFFICER"],
        "chief": ["CHIEF", ("ASSISTANT", "PROMO")],
        "acting": ["ACTING_CHIEF"],
    }
    people = {}
    for name, held in seats.items():
        user = make.user()
        person = make.person(user=user)
        for seat in held:
            kind, code = (seat, "FACTORY") if isinstance(seat, str) else seat
            values = (
                {"group": make.group(place, code)} if kind in ("OFFICER", "GROUP_HEAD", "ASSISTANT") else {}
            )
            make.assign(person, kind, place, **values)
        people[name] = resolve(user, DAY)
    user = make.user()
    make.assign(make.person(user=user), "CHIEF", make.office("19", "สระบุรี"))
    people["stranger"] = resolve(user, DAY)
    return people


@pytest.mark.django_db
@pytest.mark.usefixtures("everywhere")
def test_any_walk_keeps_the_rules():
    workflow = flow.ready()
    flow.REFUSE.clear()
    place = make.office()
    make.assistants_on(place)
    people = _people(place)

    class Walk(RuleBasedStateMachine):
        @initialize(start=st.sampled_from([None, "returned"]))
        def begin(self, start):
            self.case = open_case(
                actor=people["first"], case_type=workflow.case_type, office=place, group=make.group(place),
                title="เรื่อง", initial_state=start,
            )  # fmt: skip
            self.state, self.version = self.case.state, 1
            self.round = {("open", people["first"].person_id)}

        @rule(
            name=st.sampled_from(NAMES), who=st.sampled_from(WHO), stale=st.sampled_from([0, 0, 0, 0, -1, 1]),
            reason=st.sampled_from(["", "เหตุผล", "เหตุผล"]), pick=st.integers(0, 3),
        )  # fmt: skip
        def anything(self, name, who, stale, reason, pick):
            self.attempt(name, people[who], stale, reason, pick)

        @rule(pick=st.integers(0, 50), who=st.sampled_from(WHO))
        def something_possible(self, pick, who):
            names = [transition.name for transition in workflow.leaving(self.state)]
            self.attempt(names[pick % len(names)], people[who], 0, "เหตุผล", pick)

        def attempt(self, name, actor, stale, reason, pick):
            transition = workflow.transition(name)
            kinds = transition.roles or transition.capacities
            fitting = [
                c
                for c in actor.capacities
                if c.kind in kinds
                and c.office_id == place.pk
                and (
                    c.kind in ("ASSISTANT", "CHIEF", "ACTING_CHIEF")
                    or c.group_code == "FACTORY"
                    or transition.any_group
                )
            ]
            may = bool(fitting) if transition.roles else {c.kind for c in fitting} == set(kinds)
            done_before = any(
                person == actor.person_id and act in transition.distinct_from for act, person in self.round
            )
            listed = {
                t.name: allowed for t, allowed, _why in available(Case.objects.get(pk=self.case.pk), actor)
            }
            assert listed.get(name, False) is (may and self.state in transition.sources and not done_before)
            # Every condition that refuses, in the order in which they are asked.
            refuses = [
                NotAllowed if not may else None,
                StaleVersion if stale else None,
                ActRefused if self.state not in transition.sources else None,
                AmbiguousCapacity if transition.roles and len(fitting) > 1 else None,
                Invalid if transition.needs_reason and not reason else None,
                ActRefused if done_before else None,
            ]
            call = {
                "case_id": self.case.pk, "name": name, "actor": actor, "expected_version": self.version + stale,
                "reason": reason,
            }  # fmt: skip
            expected = next(filter(None, refuses), None)
            if expected is AmbiguousCapacity:
                with pytest.raises(AmbiguousCapacity):
                    case_transition(**call)
                call["capacity"] = fitting[pick % len(fitting)].key
                expected = next(filter(None, refuses[4:]), None)
            if expected is not None:
                with pytest.raises(expected):
                    case_transition(**call)
                return
            case_transition(**call)
            if transition.target == workflow.initial and self.state != workflow.initial:
                self.round.clear()
            self.round.add((name, actor.person_id))
            self.state, self.version = transition.target, self.version + 1

        @invariant()
        def the_database_agrees_with_the_model(self):
            case = Case.objects.get(pk=self.case.pk)
            assert (case.state, case.version) == (self.state, self.version)

        @invariant()
        def events_are_one_unbroken_path(self):
            events = list(CaseEvent.objects.filter(case_id=self.case.pk).order_by("id"))
            assert [event.version_after for event in events] == list(range(1, self.version + 1))
            for before, event in pairwise(events):
                transition = workflow.transition(event.transition)
                assert event.from_state == before.to_state and event.from_state in transition.sources
                assert event.to_state == transition.target
                assert event.role in transition.roles

        @invariant()
        def there_is_always_a_way_on_or_back(self):
            if self.state not in workflow.final:
                assert any(
                    allowed
                    for actor in people.values()
                    for _t, allowed, _why in available(Case.objects.get(pk=self.case.pk), actor)
                )

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
