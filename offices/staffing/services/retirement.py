"""The last fiscal year of somebody's service: entered by personnel, by a list, or worked out when a birth
date is kept – so that staffing is counted without opening a card.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from offices.models import Person, Retirement
from offices.policies import demand
from offices.services.people import explaining_transaction
from offices.services.rules import Fault, refuse
from offices.staffing.dated import RETIREMENT_AGE, last_fiscal_year
from offices.staffing.policies import personnel
from portal import audit, dated
from portal.actors import Actor


def set_year(*, actor: Actor, person: Person, fiscal_year: int, source: str) -> Retirement:
    """Say in which fiscal year (B.E.) somebody serves last, and which paper says so.

    Raises NotAllowed; Invalid with every fault at once.
    """
    demand(personnel, actor)
    faults: list[Fault] = []
    if not 2500 <= fiscal_year <= 2700:
        faults.append(("fiscal_year", _("ปีเกษียณต้องเป็น พ.ศ.")))
    if not source.strip():
        faults.append(("source", _("ต้องระบุที่มา")))
    refuse(faults)
    with explaining_transaction():
        row = _keep(person, fiscal_year, source.strip()[:300], actor)
        audit.record(actor, "retirement.noted", person, fiscal_year=fiscal_year)
    return row


def born(*, actor: Actor, person: Person, day: date) -> None:
    """Work the year out of a birth date that is being kept, where no paper has said one. In the caller's
    transaction; the day itself goes nowhere."""
    if Retirement.objects.filter(person=person).exists():
        return
    age = int(dated.on(RETIREMENT_AGE, actor.as_of).value)
    year = last_fiscal_year(day, age)
    if 2500 <= year <= 2700:
        _keep(person, year, _("คำนวณจากวันเกิดที่บันทึกไว้ อายุ %s ปี") % age, actor)


def _keep(person: Person, year: int, source: str, actor: Actor) -> Retirement:
    row, _made = Retirement.objects.update_or_create(
        person=person,
        defaults={"fiscal_year": year, "source": source, "noted_on": actor.as_of, "noted_by": actor.user},
    )
    return row
