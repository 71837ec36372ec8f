"""Individual development plans of the demonstration."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from offices.learning.dated import MAIN
from offices.learning.demo.houses import House
from offices.models.learning import DevelopmentItem, DevelopmentPlan, PlanAct, Subject
from portal import calendar
from portal.calendar import fiscal_year, fiscal_year_range

WAYS = ("draft", "proposed", "approved", "under_way", "under_way", "under_way", "mid_year", "mid_year")
STEPS = {
    "proposed": "propose",
    "approved": "approve",
    "under_way": "start",
    "mid_year": "review",
}


def write_plans(rng: random.Random, house: House, code: str, today: date) -> None:
    """The plans of the fiscal year with their items, each as far as chance took it, and who did what."""
    year = fiscal_year(today)
    first, last = fiscal_year_range(year)
    plans, wanted = [], {}
    for person in house.members():
        if rng.random() < (0.35 if code in ("73", "24") else 0.9):
            plans.append(
                DevelopmentPlan(
                    person=person,
                    fiscal_year=year,
                    goal="ทำงานข้ามสายงานได้อย่างน้อยหนึ่งด้าน",
                    state_since=_at(first, 5, today),
                )
            )
            wanted[person.pk] = rng.choice(WAYS[:6] if (today - first).days < 150 else WAYS)
    plans = DevelopmentPlan.objects.bulk_create(plans)
    items = [
        item
        for plan in plans
        for item in _items(rng, plan, house.home(house.people[plan.person_id]), first, last)
    ]
    DevelopmentItem.objects.bulk_create(items)
    acts = [_plan_act(plan, house, "open", "", "draft", 1, _at(first, 5, today)) for plan in plans]
    version, state = 1, "draft"
    for later, name in STEPS.items():
        version += 1
        going = [plan for plan in plans if _reaches(wanted[plan.person_id], later)]
        at = _at(first, 5 + 7 * version if later != "mid_year" else 182, today)
        DevelopmentPlan.objects.filter(pk__in=[plan.pk for plan in going]).update(
            state=later, version=version, state_since=at
        )
        acts += [_plan_act(plan, house, name, state, later, version, at) for plan in going]
        state = later
        if later == "under_way":
            running = {plan.pk for plan in going}
            for item in items:
                if item.plan_id in running and rng.random() < 0.5:
                    item.done_hours = item.planned_hours / 2
                    item.evidence = "ทำไปแล้วครึ่งหนึ่ง"
            DevelopmentItem.objects.bulk_update(
                [item for item in items if item.done_hours], ["done_hours", "evidence"]
            )
    PlanAct.objects.bulk_create(acts)


def _reaches(wanted: str, state: str) -> bool:
    order = ("draft", *STEPS)
    return order.index(wanted) >= order.index(state)


def _items(
    rng: random.Random, plan: DevelopmentPlan, home: str, first: date, last: date
) -> list[DevelopmentItem]:
    others = [subject for subject in MAIN if subject.value != home]
    chosen = rng.sample(others, rng.choice((1, 2)))
    return [
        DevelopmentItem(
            plan=plan,
            subject=subject.value,
            topic=f"เรียนรู้งานด้าน{Subject(subject).label}",
            method=rng.choice(("training", "shadowing", "assignment")),
            target_level=rng.choice((2, 3)),
            starts_on=first,
            ends_on=last,
            planned_hours=Decimal(rng.choice((12, 18, 24, 30))),
        )
        for subject in chosen
    ]


def _plan_act(
    plan: DevelopmentPlan, house: House, name: str, before: str, later: str, version: int, at: Any
) -> PlanAct:
    own = name in ("open", "propose", "start")
    by = house.people[plan.person_id] if own else house.chief
    return PlanAct(
        plan=plan,
        name=name,
        from_state=before,
        to_state=later,
        version_after=version,
        by=by,
        by_name=by.name,
        capacity=house.office.short_th,
        note="เป็นไปตามแผน" if name == "review" else "",
        at=at,
    )


def _at(first: date, days: int, today: date) -> Any:
    """The beginning of a day of the fiscal year, never after today."""
    return calendar.start_of_day(min(first + timedelta(days=days), today))
