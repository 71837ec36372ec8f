"""Values by date, before and after a proposal; facts as lists show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from portal import calendar, dated, thai
from portal.actors import Actor
from portal.dated import Declared, Value
from portal.facts.keepers import keeper_policy, keepers
from portal.models import DatedSetting, SettingProposal
from portal.words import StateWord, word

SHOWN_OF_A_LIST = 3


@dataclass(frozen=True)
class Span:
    """What holds from ``first`` (None: always was) up to the day before ``until`` (None: no end)."""

    first: date | None
    until: date | None
    value: Any
    verified: bool
    source: str
    setting: DatedSetting | None = None  # None: the default of the declaration

    def has(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.until is None or day < self.until)


def spans(key: str, place: str = "") -> list[Span]:
    """Every value of a setting by date, without a gap: the place's before the nation's before the default."""
    known = dated.declaration(key)
    rows = list(
        DatedSetting.objects.filter(key=key, place__in={place, ""})
        .select_related("proposal__document")
        .order_by("valid")
    )
    edges = sorted({edge for row in rows for edge in (row.valid.lower, row.valid.upper) if edge is not None})
    found: list[Span] = []
    for first, until in zip([None, *edges], [*edges, None], strict=True):
        inside = [
            row for row in rows
            if (row.valid.lower is None or (first is not None and row.valid.lower <= first))
            and (row.valid.upper is None or (until is not None and until <= row.valid.upper))
        ]  # fmt: skip
        best = max(inside, key=lambda row: row.place != "", default=None)
        span = (
            Span(first, until, known.default, known.verified, known.source)
            if best is None
            else Span(first, until, best.value, best.verified, best.source, best)
        )
        last = found[-1] if found else None
        if last is not None and last.setting == span.setting:
            found[-1] = Span(last.first, until, last.value, last.verified, last.source, last.setting)
        else:
            found.append(span)
    return found


def preview(before: Sequence[Span], *, value: Any, since: date, source: str) -> list[Span]:
    """The spans as they would be once a value was confirmed to hold from a day on."""
    kept = [
        span if span.until is not None and span.until <= since
        else Span(span.first, since, span.value, span.verified, span.source, span.setting)
        for span in before
        if span.first is None or span.first < since
    ]  # fmt: skip
    return [*kept, Span(since, None, value, True, source)]


def seen_now(key: str, place: str) -> int:
    """A number that grows with every decision on a setting: what a reader has seen is still so, or not."""
    rows = DatedSetting.objects.filter(key=key, place__in={place, ""})
    return int(rows.aggregate(newest=Max("pk"))["newest"] or 0)


# --- Facts ---


@dataclass(frozen=True)
class Fact:
    """A declared setting as it stands on a day in a place, for lists and pages."""

    declared: Declared
    value: Value
    since: date | None
    places: int  # how many offices have a value of their own
    proposal: SettingProposal | None

    @property
    def key(self) -> str:
        return self.declared.key

    @property
    def state(self) -> StateWord:
        return word("fact", "verified" if self.value.verified else "unverified")

    @property
    def blocked(self) -> str:
        """What stays blocked or badged today; '' when nothing does."""
        return "" if self.value.verified else str(self.declared.blocks)

    @property
    def pending(self) -> StateWord | None:
        return word("proposal", self.proposal.state) if self.proposal else None

    @property
    def shown(self) -> str:
        return in_words(self.declared, self.value.value)

    @property
    def short(self) -> str:
        """The value as a list has room for it."""
        return in_words(self.declared, self.value.value, most=SHOWN_OF_A_LIST)

    def says(self, text: str) -> bool:
        """Whether a word of the reader's stands in it."""
        whole = f"{self.declared.label} {self.key} {self.value.source} {self.declared.owner}"
        return text.casefold() in whole.casefold()


def facts(day: date, place: str = "") -> list[Fact]:
    """Every declared setting as it stands on a day, by key. Two queries."""
    rows = list(DatedSetting.objects.filter(valid__contains=day))
    open_now = {(row.key, row.place): row for row in SettingProposal.objects.filter(state="proposed")}
    best = {row.key: row for row in sorted(rows, key=lambda row: row.place) if row.place in ("", place)}
    own: dict[str, int] = {}
    for row in rows:
        own[row.key] = own.get(row.key, 0) + (row.place != "")
    found = []
    for known in dated.declared():
        now = best.get(known.key)
        value = (
            Value(now.value, now.source, now.verified, known.key)
            if now
            else Value(known.default, known.source, known.verified, known.key)
        )
        proposal = open_now.get((known.key, place)) or open_now.get((known.key, ""))
        found.append(Fact(known, value, now.valid.lower if now else None, own.get(known.key, 0), proposal))
    return found


def waiting_for(actor: Actor) -> list[SettingProposal]:
    """The proposals that this actor may decide and did not make, oldest first."""
    if not keeper_policy.test(actor):
        return []
    rows = SettingProposal.objects.filter(state="proposed").exclude(proposed_by=actor.user).order_by("pk")
    return [row for row in rows if keepers().capacities(actor, row.place)]


def in_words(known: Declared, value: Any, *, most: int = 0) -> str:
    """A value as people read it; of a list only the first ``most`` when a number is given."""
    match known.shape:
        case "bool":
            return _("ใช่") if value else _("ไม่ใช่")
        case "choice":
            return str(dict(known.choices).get(value, value))
        case "several":
            names = dict(known.choices)
            return _listed([str(names.get(one, one)) for one in value], most)
        case "month_day":
            day = date.fromisoformat(f"2023-{value}")
            return f"{day.day} {calendar.short_month(day)}"
        case "integer":
            return thai.format_number(value)
        case "dates":
            return _listed([calendar.format_date(date.fromisoformat(one)) for one in value], most)
        case "list":
            return _listed([str(one) for one in value], most)
        case "mapping":
            return _listed([f"{name} = {one}" for name, one in value.items()], most)
    return str(value)


def _listed(texts: Sequence[str], most: int) -> str:
    if not texts:
        return _("ยังไม่มีรายการ")
    if not most or len(texts) <= most:
        return ", ".join(texts)
    return _("%(first)s และอีก %(more)s รายการ") % {
        "first": ", ".join(texts[:most]), "more": thai.format_number(len(texts) - most),
    }  # fmt: skip
