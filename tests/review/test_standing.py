"""Where a month stands: whose turn by name in every state, two queries at most, and what nobody sees."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import calendar
from portal.actors import Actor
from portal.models import Batch, StoredFile
from portal.scope import nation
from portal.standing import Line
from reporting.selectors import standing
from tests.review.builders import FORM, MONTH, Review, World, build, enable_assistants, review
from tests.review.test_reasons import RICE, Everybody

pytestmark = pytest.mark.django_db


def line_of(world: World, actor: Actor, code: str = "25") -> Line:
    """The line of an office, within its budget."""
    with actor.scope.active(), CaptureQueriesContext(connection) as caught:
        found = standing.of_office(form=FORM, period=MONTH, office=world.places[code].office.pk, actor=actor)
    assert len(caught) <= 2, [query["sql"][:100] for query in caught]
    assert found is not None
    return found


def where(line: Line) -> str:
    """The steps as one letter each: d(one), c(urrent), w(aiting), s(kipped)."""
    return "".join(step.where[0] for step in line.steps)


def names(*actors: Actor) -> list[str]:
    return [actor.name for actor in actors]


def test_from_the_file_to_the_figures_it_says_whose_turn_it_is() -> None:
    world = build()
    enable_assistants("25")
    everybody = Everybody(world, assistant="other")
    officer = everybody.officer
    line = line_of(world, officer)
    assert (
        where(line) == "cwwww" and officer.name in line.owner and everybody.colleague.name not in line.owner
    )
    with nation("test"):
        Batch.objects.create(
            spec_code=FORM, office_id=officer.capacities[0].office_id, state="previewed",
            created_by=officer.user, params={"handler": FORM, "period": MONTH.isoformat(), "channel": "file"},
        )  # fmt: skip
    line = line_of(world, officer)
    assert where(line) == "cwwww" and line.owner == officer.name and "/intake/" in line.steps[0].url
    world.report(world.factory(), RICE)
    assert where(line_of(world, officer)) == "dcwww"
    matter = review(officer, world)
    line = line_of(world, officer)
    assert where(line) == "dcwww" and line.state is not None and line.state.code == "collecting"
    turns = (
        (everybody.both, "submit", {}, "ddcww", [everybody.head], [everybody.assistant]),
        (everybody.head, "endorse", {}, "ddcww", [everybody.assistant], [everybody.head]),
    )
    for actor, act, more, steps, mine, others in turns:
        matter.act(actor, act, **more)
        line = line_of(world, officer)
        assert where(line) == steps
        assert all(name in line.owner for name in names(*mine)), line.owner
        assert not any(name in line.owner for name in names(*others)), line.owner
        assert line.since == matter.case.state_since
    matter.act(everybody.assistant, "screen", opinion="agree")
    line = line_of(world, officer)
    assert where(line) == "dddcw" and everybody.chief.name in line.owner
    assert everybody.both.name not in line.owner, "he submitted, and may not certify"
    matter.act(everybody.chief, "certify")
    line = line_of(world, officer)
    assert where(line) == "ddddd" and line.owner == "" and all(step.url for step in line.steps)
    matter.act(everybody.chief, "reopen", reason="พบยอดผิด")
    line = line_of(world, officer)
    assert where(line) == "dcwww" and officer.name in line.owner and "/editions/" in line.steps[4].url


def test_a_vacant_post_is_called_vacant() -> None:
    world = build()
    officer = world.assign("OFFICER", group="FACTORY")
    world.report(world.factory(), RICE)
    review(officer, world).act(officer, "submit")
    assert "ยังไม่มีผู้ดำรงตำแหน่ง" in line_of(world, officer).owner


def test_whoever_was_delegated_it_is_named_beside_the_chief() -> None:
    world = build()
    officer, head = world.assign("OFFICER", group="FACTORY"), world.assign("GROUP_HEAD", group="FACTORY")
    deputy = world.assign("DELEGATED", powers=["certify_reports"])
    other = world.assign("DELEGATED", powers=["sign_orders"])
    world.report(world.factory(), RICE)
    matter = review(officer, world)
    matter.act(officer, "submit")
    matter.act(head, "endorse_to_chief")
    owner = line_of(world, officer).owner
    assert deputy.name in owner and other.name not in owner


def test_an_office_that_follows_up_only_has_no_further_steps() -> None:
    from datetime import date

    from portal import dated

    world = build()
    officer = world.assign("OFFICER", group="FACTORY")
    dated.decide(
        actor=None, key="reporting.office_role:PROD-M", value="follow_up", since=date(2026, 1, 1), source="x",
        place="office:25",
    )  # fmt: skip
    world.report(world.factory(), RICE)
    assert where(line_of(world, officer)) == "dcsss"
    assert where(line_of(world, world.assign("CHIEF", code="19"), "19")) == "cwwww"


def test_many_offices_are_counted_in_one_query() -> None:
    world = build()
    everybody = Everybody(world, assistant="none")
    world.report(world.factory(), RICE)
    world.owe(world.factory("19"))
    review(everybody.officer, world).act(everybody.officer, "submit")
    with nation("test"), CaptureQueriesContext(connection) as caught:
        line = standing.of_many(form=FORM, period=MONTH)
    assert len(caught) == 1 and line is not None
    assert [step.note.split()[0] for step in line.steps] == ["1/2", "1/2", "0/2", "0/2", "0/2"]
    assert where(line) == "cwwww" and line.owner == ""
    with nation("test"):
        assert standing.of_many(form=FORM, period=MONTH.replace(year=2025)) is None


def test_another_office_gives_no_line() -> None:
    world = build()
    chief = world.assign("CHIEF", code="19")
    with chief.scope.active():
        assert (
            standing.of_office(form=FORM, period=MONTH, office=world.places["25"].office.pk, actor=chief)
            is None
        )


def test_the_line_stands_on_the_pages_of_the_spine(client) -> None:  # type: ignore[no-untyped-def]
    world = build()
    everybody = Everybody(world, assistant="none")
    submission = world.report(world.factory(), RICE)
    matter: Review = review(everybody.officer, world)
    matter.act(everybody.officer, "submit")
    client.force_login(everybody.chief.user)
    session = client.session
    session["second_factor"] = True
    session.save()
    with nation("test"):
        stored = StoredFile.objects.create(
            name="ต.ค..xlsx", content_type="x", size=1, sha256="0" * 64, purpose="test", state="accepted",
            office_id=matter.package.office_id,
        )  # fmt: skip
        batch = Batch.objects.create(
            spec_code=FORM, office_id=matter.package.office_id, state="discarded", file=stored, discarded_at=calendar.now(),
            params={"handler": FORM, "period": MONTH.isoformat(), "channel": "file"},
        )  # fmt: skip
    for url in (
        reverse("intake:batch-detail", args=[batch.uuid]),
        reverse("reporting:form-detail", args=[FORM, MONTH]),
        reverse("reporting:package-detail", args=[matter.package.uuid]),
        reverse("reporting:submission-detail", args=[submission.uuid]),
        reverse("reporting:dashboard-detail") + f"?period={MONTH:%Y-%m}",
    ):
        text = client.get(url).content.decode()
        assert text.count('aria-current="step"') == 1, url
        assert everybody.head.name in text and "ขั้นปัจจุบัน" in text, url
