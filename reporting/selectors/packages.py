"""Reading packages: what is in one, what the rules found, and what certifying would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.policies import CHIEF_KINDS
from portal import calendar, sql, worklist
from portal import search as searching
from portal.actors import Actor
from portal.words import word
from reporting.models import OfficePackage, PackageEntry
from reporting.policies import certifying
from reporting.services import rounds
from reporting.workflow import (
    ASSISTANT,
    COLLECTING,
    GROUP_REVIEW,
    HEAD,
    OFFICER,
    REOPENED,
    RETURNED,
    SCREENING,
    WITH_CHIEF,
)

SHOWN_MEASURES = ("produced", "shipped_qty", "shipped_value")
FINDINGS_SHOWN = 100


@dataclass(frozen=True)
class Contents:
    """How full a package is. ``late``: first reported after the due day."""

    reports: int
    late: int
    owed: int
    missing: int
    drift: rounds.Drift

    @property
    def complete_percent(self) -> Decimal | None:
        if not self.owed:
            return None
        return (Decimal(self.owed - self.missing) * 100 / self.owed).quantize(Decimal("0.1"))


def packages() -> QuerySet[Any]:
    """Packages of the active scope with the number of reports in their newest round."""
    newest = (
        PackageEntry.objects.filter(package=OuterRef("pk"))
        .values("round")
        .annotate(n=Count("pk"))
        .order_by("-round")
        .values("n")[:1]
    )
    return OfficePackage.objects.select_related("case__group", "office", "form").annotate(
        reports=Subquery(newest)
    )


def search(asked: searching.Asked, limit: int) -> list[searching.Hit]:
    """Packages of the active scope by the title of their case, for the portal's search box."""
    rows = packages().annotate(key=searching.ThaiKey("case__title")).order_by("-period", "office__code", "pk")
    return [
        searching.Hit(
            title=searching.parts(row.case.title, asked),
            url=reverse("reporting:package-detail", args=[row.uuid]),
            state=word("package", row.case.state),
            near=row.near,
        )
        for row in searching.rows(rows, "key", asked, limit)
    ]


def shown_round(package: OfficePackage) -> int:
    """The round a reader looks at: the newest while it lies before somebody or is certified; 0 (what
    stands today) while reports are being gathered."""
    gathering = package.case.state in (COLLECTING, RETURNED, REOPENED)
    return 0 if gathering else rounds.latest_round(package)


def submissions(package: OfficePackage) -> list[int]:
    """Ids of the versions a reader of the package looks at."""
    number = shown_round(package)
    if number:
        entries = PackageEntry.objects.filter(package=package, round=number)
        return list(entries.values_list("submission_id", flat=True))
    return [int(found) for found in rounds.sendable(package).values_list("current_id", flat=True)]


_REPORTS = f"""
SELECT f.uuid AS factory, coalesce(nullif(f.name, ''), nullif(f.operator_name, ''), f.activity) AS name,
       coalesce(f.number14, f.old_number) AS number, s.uuid AS submission, s.version, s.submitted_at,
       o.first_submitted_at > s.due_at AS late, o.current_id <> s.id AS superseded,
       e.submission_id IS NOT NULL AND e.submission_id <> s.id AS corrects,
       (SELECT count(*) FROM portal_batchrow r
        JOIN portal_batchfinding b ON b.batch_id = r.batch_id AND b.row_no = r.row_no AND b.level = 'warn'
        WHERE r.batch_id = s.batch_id AND r.target_id = s.factory_id) AS warnings
FROM reporting_submission s
JOIN factories_factory f ON f.id = s.factory_id AND f.province_id = s.province_id
LEFT JOIN reporting_obligation o ON o.form_id = s.form_id AND o.factory_id = s.factory_id
     AND o.period = s.period AND o.province_id = s.province_id
LEFT JOIN reporting_packageentry e ON e.package_id = %(package)s AND e.round = %(certified)s
     AND e.factory_id = s.factory_id
WHERE s.id = ANY(%(submissions)s) AND {sql.in_scope("s.province_id")}
ORDER BY f.sort_key, f.id
"""


def reports(package: OfficePackage, chosen: Iterable[int]) -> list[dict[str, Any]]:
    """The reports of a package, one a factory, in Thai order of their names."""
    return sql.dicts(
        _REPORTS,
        {"package": package.pk, "certified": package.certified_round, "submissions": list(chosen)},
    )


_FINDINGS = f"""
SELECT DISTINCT coalesce(nullif(f.name, ''), nullif(f.operator_name, ''), f.activity) AS name, b.code,
       b.message, b.found, coalesce(l.payload->>'remark', h.payload->>'remark', '') AS remark, f.sort_key
FROM reporting_submission s
JOIN factories_factory f ON f.id = s.factory_id AND f.province_id = s.province_id
JOIN portal_batchrow r ON r.batch_id = s.batch_id AND r.target_id = s.factory_id
JOIN portal_batchfinding b ON b.batch_id = r.batch_id AND b.row_no = r.row_no AND b.level = 'warn'
LEFT JOIN reporting_submissionline l ON l.submission_id = s.id AND l.section = 'product'
     AND l.line_key = r.data->>'product'
LEFT JOIN reporting_submissionline h ON h.submission_id = s.id AND h.section = 'header'
WHERE s.id = ANY(%(submissions)s) AND {sql.in_scope("s.province_id")}
ORDER BY f.sort_key, b.code LIMIT {FINDINGS_SHOWN}
"""


def findings(chosen: Iterable[int]) -> list[dict[str, Any]]:
    """What the rules asked to check in these reports, with the reason the reporter gave."""
    return sql.dicts(_FINDINGS, {"submissions": list(chosen)})


_FIGURES = f"""
SELECT f.product, f.measure, p.name_th AS name, p.unit,
       coalesce(sum(f.value) FILTER (WHERE f.submission_id = ANY(%(submissions)s)), 0) AS proposed,
       coalesce(sum(f.value) FILTER (WHERE e.submission_id IS NOT NULL), 0) AS certified
FROM reporting_fact f
LEFT JOIN reporting_product p ON p.code = f.product
LEFT JOIN reporting_packageentry e ON e.submission_id = f.submission_id AND e.package_id = %(package)s
     AND e.round = %(certified)s
WHERE f.form_code = %(form)s AND f.period = %(period)s AND f.province = %(province)s
  AND (f.submission_id = ANY(%(submissions)s) OR e.submission_id IS NOT NULL)
  AND f.measure = ANY(%(measures)s) AND {sql.in_scope("f.province")}
GROUP BY f.product, f.measure, p.name_th, p.unit ORDER BY f.product, f.measure
"""


def figures(package: OfficePackage, chosen: Iterable[int]) -> list[dict[str, Any]]:
    """By product and measure: the sum last certified in this package beside the one now put forward."""
    return sql.dicts(
        _FIGURES,
        {
            "package": package.pk,
            "certified": package.certified_round,
            "form": package.form_id,
            "period": package.period,
            "province": package.province_id,
            "submissions": list(chosen),
            "measures": list(SHOWN_MEASURES),
        },
    )


_CONTENTS = f"""
SELECT count(*) FILTER (WHERE o.owed), count(*) FILTER (WHERE o.owed AND (s.id IS NULL OR s.withdrawn))
FROM reporting_obligation o
LEFT JOIN reporting_submission s ON s.id = o.current_id AND s.province_id = o.province_id
WHERE o.form_id = %(form)s AND o.period = %(period)s AND o.province_id = %(province)s
  AND {sql.in_scope("o.province_id")}
"""


def contents(package: OfficePackage, listed: list[dict[str, Any]]) -> Contents:
    """Counts of a package from its ``reports``, and of the month it belongs to."""
    place = {"form": package.form_id, "period": package.period, "province": package.province_id}
    owed, missing = sql.rows(_CONTENTS, place)[0]
    return Contents(
        reports=len(listed),
        late=sum(bool(row["late"]) for row in listed),
        owed=owed,
        missing=missing,
        drift=rounds.drift(package, shown_round(package)),
    )


def openable(actor: Actor, form: str, since: date) -> list[tuple[str, date]]:
    """(province, month) of offices in scope with reports that wait for a package."""
    found = sql.rows(
        f"""
        SELECT DISTINCT o.province_id, o.period FROM reporting_obligation o
        JOIN reporting_submission s ON s.id = o.current_id AND s.province_id = o.province_id
        WHERE o.form_id = %(form)s AND o.period >= %(since)s AND o.package_id IS NULL AND NOT s.withdrawn
          AND {sql.in_scope("o.province_id")}
          AND NOT EXISTS (SELECT FROM reporting_officepackage p WHERE p.form_id = o.form_id
                          AND p.period = o.period AND p.province_id = o.province_id AND p.certified_round = 0)
        ORDER BY 2 DESC, 1
        """,
        {"form": form, "since": since},
    )
    return [(province, period) for province, period in found]


# --- My work -----------------------------------------------------------------------------------------------

_DESKS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((OFFICER,), (COLLECTING, RETURNED, REOPENED)),
    ((HEAD,), (GROUP_REVIEW,)),
    ((ASSISTANT,), (SCREENING,)),
)
WORK_SHOWN = 5


def desk_of(state: str, sequence: int = 0) -> tuple[str, ...]:
    """The kinds of assignment whose turn it is in a state; a supplement may go to the chief at once."""
    kinds = tuple(kind for kinds, states in _DESKS if state in states for kind in kinds)
    return (*kinds, *CHIEF_KINDS) if state == WITH_CHIEF or (state == COLLECTING and sequence) else kinds


def waiting_for(actor: Actor) -> QuerySet[Any]:
    """The packages whose next act is one of this actor's capacities, oldest first."""
    mine = Q(pk__in=[])
    for kinds, states in _DESKS:
        for capacity in actor.holding(kinds):
            place = Q(office_id=capacity.office_id, case__state__in=states)
            if capacity.kind in (OFFICER, HEAD):
                place &= Q(case__group__code=capacity.group_code)
            mine |= place
    for capacity in certifying(actor):
        mine |= Q(office_id=capacity.office_id, case__state=WITH_CHIEF)
        # a supplement goes to the chief straight away
        mine |= Q(office_id=capacity.office_id, case__state=COLLECTING, sequence__gt=0)
    return packages().filter(mine).order_by("case__state_since", "pk")


def work(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work"."""
    if not actor.holding([kind for kinds, _states in _DESKS for kind in kinds]) and not certifying(actor):
        return []

    def row(package: OfficePackage) -> worklist.Row:
        return worklist.Row(
            label=package.case.title,
            url=reverse("reporting:package-detail", args=[package.uuid]),
            detail=_("ตั้งแต่ %s") % calendar.format_date(package.case.state_since),
            state=word("package", package.case.state),
        )

    title, url = _("ชุดรายงานที่รอท่านดำเนินการ"), reverse("reporting:package-list")
    return [worklist.heap(title, waiting_for(actor), WORK_SHOWN, row, url=url)]
