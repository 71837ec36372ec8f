"""Two who change the rules of a group at the same moment: one wins, the other is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from factories.models import ResponsibilityChange, ResponsibilityRule
from factories.services import responsibility as services
from factories.services.rule_lines import Match
from offices.models import Group
from offices.selectors.actors import resolve
from portal.problems import Conflict
from portal.scope import nation
from tests.concurrency.threads import in_threads
from tests.factories.world import TODAY
from tests.offices import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_wins_and_the_other_is_told(transactional_db: None) -> None:
    with nation("test"):
        office = make.office()
        group = Group.objects.select_related("office").get(pk=make.group(office).pk)
        users = [make.user() for _ in range(3)]
        people = [make.person(user=user) for user in users]
        make.assign(people[0], "GROUP_HEAD", office, group=group)
        make.assign(people[1], "CHIEF", office)
        make.assign(people[2], "OFFICER", office, group=group)
        actors = [resolve(user, TODAY) for user in users[:2]]
        ResponsibilityRule.objects.create(
            office=office, group=group, province_id="25", valid=DateRange(TODAY, None),
            officer=people[0], substitute=people[1],
        )  # fmt: skip
        seen = services.newest_change(group)

        def give(number: int) -> Any:
            return services.add_rules(
                actor=actors[number % 2], group=group, seen=seen, from_day=TODAY,
                matches=[Match(size="small" if number % 2 else "large")],
                officer=people[2], substitute=people[number % 2],
            )  # fmt: skip

        results = in_threads([lambda number=number: give(number) for number in range(6)])
        told = [one for one in results if isinstance(one, Conflict)]
        assert len(told) == 5 and "มีผู้แก้กฎของกลุ่มนี้" in told[0].message, results
        assert ResponsibilityChange.objects.count() == 1
        assert ResponsibilityRule.objects.count() == 2
