"""Made-up levels, plans, training and stints of the demonstration's offices, so that the board tells a story.

Saraburi teaches mining to an office that has none; Prachin Buri hangs on one person for mining and has
nobody who is more than near for promotion; Nakhon Pathom, whose head of promotion retired, has nobody at all
there; Chon Buri and Rayong are covered in everything. The same numbers come out on every machine.
"""

from __future__ import annotations

import random
from datetime import date

from offices.demo import DOMAIN, PILOTS
from offices.documents.paper import PaperUnavailable
from offices.learning.demo.houses import House, first_officer, head, house_of
from offices.learning.demo.levels import write_levels, write_ratings
from offices.learning.demo.plans import write_plans
from offices.learning.demo.training import write_stints, write_training
from offices.learning.services import records
from offices.models import Person
from portal import calendar
from portal.actors import actor_of
from portal.models import User

SEED = 2570


def write(*, today: date) -> None:
    """Write it all inside nation scope, for the pilots' staff of ``offices.demo``."""
    rng = random.Random(SEED)
    admin = Person.objects.get(user__email=f"admin.1@{DOMAIN}")
    houses = {code: house_of(code, today) for code in PILOTS}
    for code, house in houses.items():
        write_levels(rng, house, code, today, admin)
        write_ratings(rng, house, today)
        write_plans(rng, house, code, today)
    write_training(rng, houses.values(), today)
    write_stints(houses, today)
    _records(houses["25"], today)


def _records(house: House, today: date) -> None:
    """One record issued by the chief where papers can be drawn, and one that waits for him."""
    chief = actor_of(User.objects.get(email=f"chief.{house.office.code}@{DOMAIN}"), today)
    asked = [
        records.ask(
            actor=actor_of(User.objects.get(person=person), today),
            person=person,
            since=calendar.add_months(today, -36),
            until=today,
            purpose="ประกอบการเลื่อนระดับ",
        )
        for person in (head(house, "FACTORY"), first_officer(house, "FACTORY"))
    ]
    try:
        records.issue(actor=chief, request=asked[0])
    except PaperUnavailable:
        return
