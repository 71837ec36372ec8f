"""One day in November, two offices in two zones, an inspector of the first, two central administrators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from offices.models import Person
from offices.selectors.actors import resolve
from portal.actors import Actor
from portal.scope import nation
from tests.offices import make
from tests.offices.november import DAY, a_day_in_november

__all__ = ["a_day_in_november", "house"]


class House(SimpleNamespace):
    def actor(self, name: str, day: date = DAY) -> Actor:
        user = self.people[name].user
        assert user is not None
        return resolve(user, day)


@pytest.fixture
def house(db: None, a_day_in_november: None) -> Iterator[Any]:
    with nation("test"):
        here, there, centre = make.office(), make.office("19", "สระบุรี"), make.centre()
        nine, one = make.zone(9, "25"), make.zone(1, "19")
        first, second = make.inspection_group(nine), make.inspection_group()
        people: dict[str, Person] = {}
        for name, kind, values in (
            ("inspector", "INSPECTOR", {"inspection_group": first}),
            ("other", "INSPECTOR", {"inspection_group": second}),
            ("admin", "CENTRAL_ADMIN", {}),
            ("second_admin", "CENTRAL_ADMIN", {}),
        ):
            people[name] = make.person(f"คน{name}", user=make.user())
            make.assign(people[name], kind, centre, **values)
        chief = people["chief"] = make.person(user=make.user())
        make.assign(chief, "CHIEF", here)
        yield House(here=here, there=there, nine=nine, one=one, first=first, second=second, people=people)
