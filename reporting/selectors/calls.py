"""Whom to call about late reports, in which order; what calls came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from factories.models import Factory, FactoryContact
from portal import calendar, dated, sql
from portal.actors import Actor
from reporting.dated import FOLLOW_UP_DAYS
from reporting.models import CallClaim, FollowUp, Obligation

GOOD = ("verified", "unverified")


def earliest(day: date) -> datetime:
    """Reports due before this moment are no longer followed up, by the dated setting."""
    return calendar.start_of_day(day - timedelta(days=int(dated.on(FOLLOW_UP_DAYS, day).value)))


def overdue(*, now: datetime, form: str = "") -> QuerySet[Any]:
    """Obligations of the active scope that are late and still worth a call."""
    rows = Obligation.objects.filter(
        owed=True, current=None, due_at__lt=now, due_at__gte=earliest(calendar.local_date(now))
    )
    return rows.filter(form_id=form) if form else rows


def standing(**factory: Any) -> QuerySet[Any]:
    """Calls that nobody took back, newest first."""
    return FollowUp.objects.filter(
        ~Q(outcome=FollowUp.Outcome.TAKEN_BACK), taken_back_by=None, **factory
    ).order_by("-id")


def reminders(*, now: datetime) -> QuerySet[Any]:
    """Late reports with the latest call and the best telephone and e-mail of their factory."""

    def best(kind: str, name: str) -> Subquery:
        rows = FactoryContact.objects.filter(factory_id=OuterRef("factory_id"), kind=kind, state__in=GOOD)
        return Subquery(rows.order_by("-state", "-id").values(name)[:1])

    def latest(name: str) -> Subquery:
        return Subquery(standing(factory_id=OuterRef("factory_id")).values(name)[:1])

    return (
        overdue(now=now)
        .select_related("factory__district", "factory__province", "factory__main_type", "province", "form")
        .annotate(
            telephone=best("telephone", "value"),
            role=best("telephone", "role"),
            email=best("email", "value"),
            post=best("post", "value"),
            on_register=~Q(factory__telephone="") & ~Exists(_tried()),
            outcome=latest("outcome"),
            called_at=latest("at"),
            again_on=latest("again_on"),
        )
    )


def _tried() -> QuerySet[Any]:
    """Contacts that are the registry's own number of an obligation's factory: it was tried."""
    return FactoryContact.objects.filter(
        factory_id=OuterRef("factory_id"),
        kind=FactoryContact.Kind.TELEPHONE,
        value=OuterRef("factory__telephone"),
    )


def followed(obligation: Obligation) -> QuerySet[Any]:
    """Every call about one report, also those taken back, newest first."""
    return FollowUp.objects.filter(about__obligation=obligation).order_by("-id")


def of_factory(factory: Factory) -> QuerySet[Any]:
    """Every call to a factory, newest first."""
    return FollowUp.objects.filter(factory=factory).order_by("-id")


def last_of(actor: Actor, now: datetime) -> Any:
    """The actor's latest call of the day that still stands: what "undo" takes back. None without one."""
    rows = standing(user_id=actor.user_id, at__gte=calendar.start_of_day(calendar.local_date(now)))
    return rows.select_related("factory", "contact").first()


@dataclass(frozen=True)
class Telephone:
    """The number to dial. ``contact`` is None where only the registry's own column has one."""

    value: str
    contact: FactoryContact | None

    @property
    def dialled(self) -> str:
        return FactoryContact(value=self.value).dialled


def telephone_of(factory: Factory) -> Telephone | None:
    """The number to call first: one that worked, else one nobody tried, else the registry's own."""
    rows = list(FactoryContact.objects.filter(factory=factory, kind=FactoryContact.Kind.TELEPHONE))
    good = sorted(
        (row for row in rows if row.state in GOOD), key=lambda row: (row.state, row.pk), reverse=True
    )
    if good:
        return Telephone(good[0].value, good[0])
    written = factory.telephone.strip()
    return Telephone(written, None) if written and written not in {row.value for row in rows} else None


def claim_of(actor: Actor, now: datetime) -> Any:
    """The factory this actor is calling, or None; a claim that ran out is none."""
    rows = CallClaim.objects.filter(user=actor.user, until__gte=now)
    return rows.select_related("factory__district", "factory__province").first()


def late_of(factory: Factory, *, now: datetime, form: str = "") -> list[Any]:
    """The late reports of one factory, oldest first."""
    rows = overdue(now=now, form=form).filter(factory=factory).select_related("form")
    return list(rows.order_by("due_at", "form_id"))


# Whoever was promised a call today comes first, then whoever was never called, then by how long it is late.
_QUEUE = f"""
FROM factories_factory f
JOIN (
    SELECT o.factory_id, min(o.due_at) AS since FROM reporting_obligation o
    WHERE o.owed AND o.current_id IS NULL AND o.due_at < %(now)s AND o.due_at >= %(earliest)s
      AND (%(form)s = '' OR o.form_id = %(form)s)
      AND {sql.in_scope("o.province_id")} AND o.province_id = ANY (%(provinces)s::text[])
    GROUP BY 1
) late ON late.factory_id = f.id
LEFT JOIN LATERAL (
    SELECT u.id, u.outcome, u.again_on FROM reporting_followup u
    WHERE u.factory_id = f.id AND u.outcome <> 'taken_back'
      AND NOT EXISTS (SELECT FROM reporting_followup t WHERE t.takes_back_id = u.id)
    ORDER BY u.id DESC LIMIT 1
) called ON true
WHERE (called.id IS NULL OR called.again_on <= %(today)s)
  AND (EXISTS (SELECT FROM factories_factorycontact c WHERE c.factory_id = f.id AND c.kind = 'telephone'
                 AND c.state IN ('verified', 'unverified'))
       OR (f.telephone <> '' AND NOT EXISTS (SELECT FROM factories_factorycontact c
            WHERE c.factory_id = f.id AND c.kind = 'telephone' AND c.value = btrim(f.telephone))))
"""
_FREE = """
  AND NOT EXISTS (SELECT FROM reporting_callclaim k
                  WHERE k.factory_id = f.id AND k.until >= %(now)s AND k.user_id <> %(user)s)
"""
_ORDER = """
ORDER BY (called.outcome = 'call_back') IS TRUE DESC, called.id IS NOT NULL, late.since, f.sort_key, f.id
"""


def _params(actor: Actor, now: datetime, form: str, provinces: Sequence[str]) -> dict[str, Any]:
    return {
        "now": now,
        "today": calendar.local_date(now),
        "earliest": earliest(calendar.local_date(now)),
        "form": form,
        "user": actor.user_id,
        "provinces": list(provinces),
    }


def first_to_call(
    *, actor: Actor, now: datetime, form: str, provinces: Sequence[str], after: int | None = None
) -> int | None:
    """The id of the factory to call next that nobody else is calling; ``after`` is not offered again."""
    skip = "AND f.id <> %(after)s" if after else ""
    rows = sql.rows(
        f"SELECT f.id {_QUEUE} {_FREE} {skip} {_ORDER} LIMIT 1",
        _params(actor, now, form, provinces) | {"after": after},
    )
    return rows[0][0] if rows else None


def waiting(*, actor: Actor, now: datetime, form: str, provinces: Sequence[str]) -> int:
    """How many factories wait for a call, those being called included."""
    found: int = sql.rows(f"SELECT count(*) {_QUEUE}", _params(actor, now, form, provinces))[0][0]
    return found


def without_number(*, now: datetime, form: str = "") -> int:
    """How many factories have late reports and no telephone number that works: they get a letter."""
    usable = FactoryContact.objects.filter(
        factory_id=OuterRef("factory_id"), kind=FactoryContact.Kind.TELEPHONE, state__in=GOOD
    )
    rows = overdue(now=now, form=form).filter(~Exists(usable))
    rows = rows.filter(Q(factory__telephone="") | Exists(_tried()))
    found: int = rows.aggregate(n=Count("factory_id", distinct=True))["n"]
    return found
