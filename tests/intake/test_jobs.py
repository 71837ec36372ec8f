"""The jobs behind the pages: what they say when the world moved on meanwhile."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection

from factories.models import Factory
from factories.services.factories import update_factory
from offices.models import Assignment
from portal import jobs
from portal.actors import Actor
from portal.intake import services, undo
from portal.intake.handlers import IntakeError
from portal.intake.selectors import discarded
from portal.models import Batch, Job
from portal.problems import NotAllowed
from tests.factories.conftest import SignIn
from tests.factories.test_pages import page, run_jobs
from tests.factories.world import TODAY, People, as_csv, bring, feed_row, fresh, receive, send
from tests.offices import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere", "clock")]


@pytest.fixture(autouse=True)
def quiet_cache(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def ask(actor: Actor, batch: Batch) -> Job:
    return services.apply(actor=actor, batch_uuid=batch.uuid, plan_sha256=batch.plan_sha256)


def test_asking_twice_is_one_job_and_running_it_twice_is_one_apply(officer: Actor) -> None:
    batch = send(officer, "factories.feed", as_csv(feed_row(1)))
    first, second = ask(officer, batch), ask(officer, batch)
    assert first.pk == second.pk
    jobs.run(first.pk)
    # The worker died after its commit and before saying so: the job runs once more.
    Job.objects.filter(pk=first.pk).update(state=Job.State.QUEUED)
    jobs.run(first.pk)
    first.refresh_from_db()
    assert (first.state, first.result) == (Job.State.DONE, {"already": True})
    assert Factory.objects.get().version == 1


class EndAfter:
    """Lets the waiting jobs run to their end right after the nth question to the database."""

    def __init__(self, nth: int) -> None:
        self.nth, self.asked = nth, 0

    def __call__(self, execute: Any, *question: Any) -> Any:
        answer = execute(*question)
        self.asked += 1
        if self.asked == self.nth:
            run_jobs()
        return answer


@pytest.mark.parametrize("waits", [Batch.State.RECEIVED, Batch.State.PREVIEWED])
def test_a_page_drawn_while_its_job_ends_shows_what_was_done_or_asks_again(
    people: People, sign_in: SignIn, waits: Batch.State
) -> None:
    """Wherever between two questions to the database the job ends."""
    client = sign_in(people.officer)
    for moment in count(1):
        batch = receive(people.officer, "factories.feed", as_csv(feed_row(moment)))
        if waits == Batch.State.PREVIEWED:
            run_jobs()
            ask(people.officer, fresh(batch))
        end = EndAfter(moment)
        with connection.execute_wrapper(end):
            html = page(client, "intake:batch-detail", batch.uuid)
        if end.asked < moment:
            break
        states = html[html.index('class="states"') :].partition("</p>")[0]
        assert "hx-get" in html or str(waits.label) not in states, f"after question {moment}"
    assert "hx-get" in html and moment > 5


def test_a_stale_plan_fails_with_a_sentence_and_previews_itself_again(officer: Actor) -> None:
    bring(officer, "factories.feed", as_csv(feed_row(1)))
    batch = send(officer, "factories.feed", as_csv(feed_row(1, FNAME="ข", LAST_UPDATE="2026-10-01")))
    update_factory(
        actor=officer, factory_uuid=Factory.objects.get().uuid, expected_version=1, effective_on=date(2026, 9, 1),
        changes={"workers": 5},
    )  # fmt: skip
    job = ask(officer, batch)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and "ทะเบียนเปลี่ยนไป" in job.error
    assert fresh(batch).state == Batch.State.RECEIVED
    run_jobs()
    again = fresh(batch)
    assert again.state == Batch.State.PREVIEWED and any("ทะเบียนเปลี่ยนไป" in note for note in again.notes)
    jobs.run(ask(officer, again).pk)
    assert (Factory.objects.get().name, Factory.objects.get().workers) == ("ข", 12)


def test_authority_is_asked_again_when_the_job_runs(people: People) -> None:
    officer = people.officer
    batch = send(officer, "factories.feed", as_csv(feed_row(1)))
    job = ask(officer, batch)
    Assignment.objects.filter(person_id=officer.person_id).update(valid=make.span(date(2020, 1, 1), TODAY))
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert fresh(batch).state == Batch.State.PREVIEWED and not Factory.objects.exists()


def test_services_ask_for_authority_themselves(people: People) -> None:
    batch = send(people.officer, "factories.feed", as_csv(feed_row(1)))
    plan = batch.plan_sha256
    for who in (people.stranger, replace(people.officer, capacities=()), people.inspector):
        for act in (services.apply, services.carry_out):
            with pytest.raises((NotAllowed, Batch.DoesNotExist)):
                act(actor=who, batch_uuid=batch.uuid, plan_sha256=plan)
        for undoing in (services.discard, services.preview_again, services.restore, undo.ask, undo.take_back):
            with pytest.raises((NotAllowed, Batch.DoesNotExist)):
                undoing(actor=who, batch_uuid=batch.uuid)
    assert fresh(batch).state == Batch.State.PREVIEWED


def test_a_discarded_batch_can_be_had_back_for_thirty_days(officer: Actor) -> None:
    batch = send(officer, "factories.feed", as_csv(feed_row(1)))
    counts = batch.counts
    with pytest.raises(IntakeError):
        services.restore(actor=officer, batch_uuid=batch.uuid)  # not discarded
    services.discard(actor=officer, batch_uuid=batch.uuid)
    late, last = (replace(officer, as_of=officer.as_of + timedelta(days=days)) for days in (31, 30))
    with pytest.raises(IntakeError, match="เกิน 30 วัน"):
        services.restore(actor=late, batch_uuid=batch.uuid)
    assert not discarded(late.as_of).exists() and discarded(last.as_of).exists()
    jobs.run(services.restore(actor=last, batch_uuid=batch.uuid).pk)
    batch = fresh(batch)
    assert (batch.state, batch.discarded_at, batch.counts) == (Batch.State.PREVIEWED, None, counts)
    services.discard(actor=officer, batch_uuid=batch.uuid)
    assert batch.file is not None
    batch.file.file.storage.delete(batch.file.file.name)
    with pytest.raises(IntakeError, match="ไม่มีไฟล์"):
        services.restore(actor=officer, batch_uuid=batch.uuid)


def test_a_discarded_batch_keeps_its_file_and_nothing_else(officer: Actor) -> None:
    batch = send(officer, "factories.feed", as_csv(feed_row(1, FNAME=" ")))
    services.discard(actor=officer, batch_uuid=batch.uuid)
    batch = fresh(batch)
    assert (batch.state, batch.rows.count(), batch.findings.count()) == (Batch.State.DISCARDED, 0, 0)
    assert batch.file is not None and batch.file.file.size == batch.file.size
    assert services.preview(batch_uuid=batch.uuid) == batch.counts
