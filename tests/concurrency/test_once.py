"""A double click, two hundred times over, on what must happen once."""

from __future__ import annotations

from collections import Counter

import pytest

from offices.models import Case
from offices.services.cases import StaleVersion
from portal.intake import services as intake
from portal.intake import undo
from portal.intake.handlers import StalePlan
from portal.intake.services import AlreadyDone
from portal.models import AuditEvent, Batch, Job
from reporting.models import Edition, OfficePackage, Submission
from tests.concurrency.acts import act, apply, package, preview, send
from tests.concurrency.threads import in_threads
from tests.faults.world import FACTORIES, actor, check
from tests.offices import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("world")]
CONNECTIONS, CLICKS = 40, 5
PLACE = {"office": "25", "month": "2026-01-01"}


def test_one_of_two_hundred_applies_the_batch() -> None:
    batch = send(**PLACE)
    officer = actor("25")

    def clicks() -> Counter[str]:
        seen: Counter[str] = Counter()
        for _click in range(CLICKS):
            try:
                apply(batch, officer)
                seen["applied"] += 1
            except AlreadyDone as error:
                assert "นำเข้าแล้วเมื่อ" in str(error)
                seen["already"] += 1
        return seen

    results = in_threads([clicks] * CONNECTIONS)
    assert sum(results, Counter()) == {"applied": 1, "already": CONNECTIONS * CLICKS - 1}
    assert check(**PLACE, revisions=[0]) == []


def test_two_hundred_clicks_ask_for_one_job() -> None:
    batch = send(**PLACE)
    officer = actor("25")

    def clicks() -> set[int]:
        return {
            intake.apply(actor=officer, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256).pk
            for _click in range(CLICKS)
        }

    results = in_threads([clicks] * CONNECTIONS)
    assert len(set.union(*results)) == 1
    assert Job.objects.filter(kind="intake.apply").count() == 1


def test_of_two_people_who_apply_one_batch_the_second_is_told_when() -> None:
    batch = send(**PLACE)
    colleague = make.user()
    make.assign(make.person(user=colleague), "OFFICER", make.office("25"))
    from offices.selectors.actors import resolve

    both = [actor("25"), resolve(colleague, actor("25").as_of)]
    results = in_threads([lambda who=who: apply(batch, who) for who in both])
    assert sorted(type(result) for result in results if isinstance(result, Exception)) == [AlreadyDone]
    batch.refresh_from_db()
    (event,) = AuditEvent.objects.filter(verb="batch.applied")
    assert batch.applied_by_id == event.user_id
    assert check(**PLACE, revisions=[0]) == []


def test_two_batches_for_the_same_reports_follow_one_another() -> None:
    """Both saw an empty month. The second must look again, and then corrects the first."""
    batches = [send(**PLACE, revision=revision) for revision in (0, 1)]
    results = in_threads([lambda batch=batch: apply(batch) for batch in batches])
    (stale,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(stale, StalePlan) and str(FACTORIES) in str(stale)
    assert Submission.objects.count() == FACTORIES
    (loser,) = Batch.objects.filter(state="previewed")
    (winner,) = Batch.objects.filter(state="applied")
    intake.preview_again(actor=actor("25"), batch_uuid=loser.uuid)
    again = preview(loser)
    assert (again.counts["changed"], again.counts["new"]) == (again.counts["rows"], 0)
    apply(again)
    order = [0, 1] if winner.pk == batches[0].pk else [1, 0]
    assert check(**PLACE, revisions=order) == []


def test_undone_once_however_often_it_is_asked() -> None:
    batch = send(**PLACE)
    apply(batch)
    officer = actor("25")

    def ask() -> str:
        try:
            undo.take_back(actor=officer, batch_uuid=batch.uuid)
            return "undone"
        except intake.IntakeError:
            return "refused"

    assert Counter(in_threads([ask] * 20)) == {"undone": 1, "refused": 19}
    assert Submission.objects.filter(withdrawn=True).count() == FACTORIES
    assert AuditEvent.objects.filter(verb="batch.undone").count() == 1


def test_forty_people_open_one_package() -> None:
    apply(send(**PLACE))
    assert len({found.pk for found in in_threads([lambda: package(**PLACE)] * CONNECTIONS)}) == 1
    assert OfficePackage.objects.count() == 1


def test_one_of_two_hundred_certifies_and_makes_the_edition() -> None:
    apply(send(**PLACE))
    found = package(**PLACE)
    act(found, "25", "OFFICER", "submit")
    seen = act(found, "25", "GROUP_HEAD", "endorse_to_chief").version

    def clicks() -> Counter[str]:
        results: Counter[str] = Counter()
        for _click in range(CLICKS):
            try:
                act(found, "25", "CHIEF", "certify", version=seen)
                results["certified"] += 1
            except StaleVersion:
                results["stale"] += 1
        return results

    results = in_threads([clicks] * CONNECTIONS)
    assert sum(results, Counter()) == {"certified": 1, "stale": CONNECTIONS * CLICKS - 1}
    assert Case.objects.get(pk=found.case_id).version == seen + 1
    assert Edition.objects.count() == 1
    assert Job.objects.filter(kind="reporting.edition_files").count() == 1
