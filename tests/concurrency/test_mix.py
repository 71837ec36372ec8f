"""Everything at once for a while: no deadlock, and afterwards every figure is what its facts say."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest
from django.db.models import Count, Max

from offices.models import Case, CaseEvent
from portal.intake.handlers import IntakeError
from portal.intake.undo import take_back
from portal.models import AuditEvent, Batch, Job
from portal.problems import Conflict, Invalid
from reporting.compile import full
from reporting.models import Edition, Obligation, Submission
from tests.concurrency.acts import act, apply, package, send
from tests.concurrency.threads import in_threads
from tests.faults.world import FORM, actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("world", "quick_reading")]
PEOPLE, TURNS, LONGEST = 8, 40, 60  # seconds
OFFICES, MONTHS = ("25", "19"), ("2026-01-01", "2025-12-01")
NEXT = {
    "collecting": [("OFFICER", "submit"), ("CHIEF", "certify_supplement")],
    "returned": [("OFFICER", "submit")],
    "reopened": [("OFFICER", "submit")],
    "group_review": [
        ("GROUP_HEAD", "endorse_to_chief"),
        ("GROUP_HEAD", "return_by_head"),
        ("OFFICER", "withdraw"),
    ],
    "with_chief": [("CHIEF", "certify"), ("CHIEF", "certify"), ("CHIEF", "return_by_chief")],
    "certified": [("CHIEF", "reopen")],
}


def upload(dice: random.Random, office: str, month: str) -> None:
    batch = send(office, month, revision=dice.randrange(3))
    if dice.random() < 0.9:
        apply(batch, office=office)


def undo(dice: random.Random, office: str, month: str) -> None:
    applied = Batch.objects.filter(state="applied", params__period=month, created_by=actor(office).user)
    if last := applied.order_by("-applied_at").first():
        take_back(actor=actor(office), batch_uuid=last.uuid)


def lead(dice: random.Random, office: str, month: str) -> None:
    found = package(office, month)
    case = Case.objects.get(pk=found.case_id)
    kind, name = dice.choice(NEXT[case.state])
    act(found, office, kind, name, version=case.version)


def compile_all(dice: random.Random, office: str, month: str) -> None:
    full(form=FORM, cause="test")


def test_a_mix_of_everything() -> None:
    end = time.monotonic() + LONGEST
    done: Counter[str] = Counter()

    def person(seed: int) -> None:
        dice = random.Random(seed)
        for _turn in range(TURNS):
            if time.monotonic() > end:
                break
            what = dice.choices([upload, undo, lead, compile_all], weights=[6, 2, 8, 1])[0]
            try:
                what(dice, dice.choice(OFFICES), dice.choice(MONTHS))
                done[what.__name__] += 1
            except (IntakeError, Conflict, Invalid) as refusal:
                done[f"{what.__name__} refused: {type(refusal).__name__}"] += 1

    results = in_threads([lambda seed=seed: person(seed) for seed in range(PEOPLE)])
    print(dict(done))
    assert results == [None] * PEOPLE
    assert done["upload"] and done["undo"] and done["lead"] and done["compile_all"]
    assert CaseEvent.objects.filter(transition="certify").exists()
    invariants()


def invariants() -> None:
    """What no order of events may break."""
    assert full(form=FORM, cause="test").inputs["changed"] == 0
    reports = Submission.objects.values("factory_id", "period").annotate(n=Count("id"), last=Max("version"))
    assert all(row["n"] == row["last"] for row in reports), "versions without a gap"
    for row in Obligation.objects.all():
        newest = (
            Submission.objects.filter(factory=row.factory_id, period=row.period).order_by("-version").first()
        )
        standing = newest is not None and not newest.withdrawn
        assert row.current_id == (newest.pk if standing else None)
    for batch in Batch.objects.filter(applied_at__isnull=False):
        events = Counter(AuditEvent.objects.filter(object_id=str(batch.uuid)).values_list("verb", flat=True))
        assert events["batch.applied"] == 1
        assert events["batch.undone"] == (batch.state == "undone")
    certified = CaseEvent.objects.filter(transition__startswith="certify")
    assert Edition.objects.count() == certified.count()
    assert Job.objects.filter(kind="reporting.edition_files").count() == Edition.objects.count()
