"""The offices' review of the made-up months: certified ones, and the last two on their way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from offices.demo import DOMAIN, HEAD_IS_NOT_ASSISTANT, PILOTS
from offices.models import Case, Office
from portal.actors import Actor, actor_of
from portal.models import Job, User
from reporting.demonstration.reports import FORM
from reporting.models import Edition
from reporting.services import editions, packages

# How far each office is with the newest month; the office of the sample file has not begun.
NEWEST = {"11": 4, "12": 2, "13": 1, "14": 0, "19": 2, "20": 1, "21": 4, "24": 0, "25": 0, "73": 0, "74": 3}
UNFINISHED = {"73": 1, "74": 3}  # and with the month before; all others have certified it
PAPERS_KEPT = 2  # months whose papers are rendered at once; older ones when somebody first asks


class Offices:
    """Who acts in the pilots' offices, on one day."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.actors: dict[str, Actor] = {}
        self.offices = {office.code: office for office in Office.objects.filter(code__in=PILOTS)}

    def actor(self, name: str) -> Actor:
        """A demonstration account as an actor, e.g. ``chief.25``."""
        if name not in self.actors:
            self.actors[name] = actor_of(User.objects.get(email=f"{name}@{DOMAIN}"), self.today)
        return self.actors[name]

    def review(self, code: str, period: date, *, steps: int = 4) -> None:
        """Take an office's month ``steps`` acts forward: submit, endorse, screen, certify."""
        officer = self.actor(f"officer.{code}")
        with officer.scope.active():
            package = packages.open_package(
                actor=officer, form=FORM, period=period, office=self.offices[code]
            ).uuid
        two_people = code == HEAD_IS_NOT_ASSISTANT
        acts = [
            (officer, "submit", ""),
            (self.actor(f"head.factory.{code}"), "endorse" if two_people else "endorse_and_screen", "agree"),
            *([(self.actor(f"head.policy.{code}"), "screen", "agree")] if two_people else []),
            (self.actor(f"chief.{code}"), "certify", ""),
        ]
        wanted = acts if steps >= 4 else acts[:steps]
        version = 1
        for actor, name, opinion in wanted:
            version = self._act(actor, package, name, version, opinion).version

    def _act(self, actor: Actor, package: UUID, name: str, version: int, opinion: str) -> Case:
        screens = name in ("endorse_and_screen", "screen")
        with actor.scope.active():
            return packages.act(
                actor=actor,
                package=package,
                name=name,
                expected_version=version,
                reason="ตรวจแล้ว ตัวเลขสอดคล้องกับเดือนก่อน" if screens else "",
                opinion=opinion if screens else "",
                seen_one_person=name == "certify",
            )


def certify(offices: Offices, period: date) -> None:
    """Every office reviews and certifies a month that is long over."""
    for code in PILOTS:
        offices.review(code, period)


def last_two(offices: Offices, before: date, newest: date) -> None:
    """The month before is nearly done; of the newest each office is somewhere else."""
    for code in PILOTS:
        offices.review(code, before, steps=UNFINISHED.get(code, 4))
        if NEWEST[code]:
            offices.review(code, newest, steps=NEWEST[code])


def publish(periods: Iterable[date], *, actor: Actor) -> None:
    """The centre publishes the nation's figures of these months."""
    with actor.scope.active():
        for period in periods:
            editions.publish(actor=actor, form=FORM, period=period, level=Edition.Level.NATION)


def drop_old_papers(since: date) -> int:
    """Take away the waiting rendering of months before ``since``: a paper is made when first asked for."""
    old = [str(uuid) for uuid in Edition.objects.filter(period__lt=since).values_list("uuid", flat=True)]
    gone, _ = Job.objects.filter(
        kind="reporting.edition_files", state=Job.State.QUEUED, args__edition__in=old
    ).delete()
    return gone
