"""What lies before the head and the chief: the versions of a round, and their freezing.

Each time an officer submits a package a new round is written: exactly which version of which
factory's report. Rounds are never changed; certification names the round that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from offices.models import Case, CaseEvent
from portal import sql
from portal.actors import Actor
from portal.problems import Conflict
from portal.scope import nation
from reporting.compile import hold, refresh_cells
from reporting.models import Obligation, OfficePackage, PackageEntry
from reporting.services import editions


@dataclass(frozen=True)
class Drift:
    """What happened to the reports of a round since it was written."""

    taken_back: int = 0  # the report no longer stands: the round cannot be certified
    corrected: int = 0  # a newer version came: it goes up with the next round


def package_of(case: Case, *, lock: bool = False) -> OfficePackage:
    """The package of a case, in the active scope."""
    rows = OfficePackage.objects.select_related("office", "form")
    return (rows.select_for_update(of=("self",)) if lock else rows).get(case_id=case.pk)


def reports(form: str, period: date, province: str) -> QuerySet[Any]:
    """Obligations whose report stands; ``certified_in`` is the package that certified one of theirs."""
    certified = PackageEntry.objects.filter(
        factory_id=OuterRef("factory_id"),
        package__form_id=form,
        package__period=period,
        round=F("package__certified_round"),
    )
    return Obligation.objects.filter(
        form_id=form,
        period=period,
        province_id=province,
        current__isnull=False,
        current__withdrawn=False,
    ).annotate(certified_in=Subquery(certified.values("package_id")[:1]))


def sendable(package: OfficePackage) -> QuerySet[Any]:
    """The reports the next round would hold: those of this package, those it certified once and that
    were given anew, and, until it is first certified, those that came in and belong to none."""
    mine = Q(package=package) | Q(package__isnull=True, certified_in=package.pk)
    if not package.certified_round:
        mine |= Q(package__isnull=True, certified_in__isnull=True)
    return reports(package.form_id, package.period, package.province_id).filter(mine)


def unpackaged(form: str, period: date, province: str) -> QuerySet[Any]:
    """Reports that came in and belong to no package: those of a supplement."""
    return reports(form, period, province).filter(package__isnull=True, certified_in__isnull=True)


def latest_round(package: OfficePackage) -> int:
    """The number of the newest round; 0 before the first."""
    found = PackageEntry.objects.filter(package=package).aggregate(number=Max("round"))["number"]
    return int(found or 0)


def write_round(package: OfficePackage) -> int:
    """Take the reports in and write the next round from their current versions; give how many.

    Raises Conflict where none is left: the last one can be taken back between the act's check and here,
    and a round without reports would be certified as nothing, or as the round before it.
    """
    _hold(package)
    place = {
        "province": package.province_id,
        "package": package.pk,
        "round": latest_round(package) + 1,
    }
    # Said of the rows themselves: a report that is taken back while we wait for it is left out.
    Obligation.objects.filter(
        pk__in=sendable(package).values("pk"), package__isnull=True, current__isnull=False
    ).update(package=package)
    written = sql.execute(_ENTRIES, place)
    if not written:
        raise Conflict(_("รายงานของชุดนี้ถูกถอนคืนไปหมดแล้วในระหว่างที่เสนอ โปรดนำเข้ารายงานก่อนแล้วเสนอใหม่"))
    return written


def _hold(package: OfficePackage) -> None:
    hold(form=package.form_id, period=package.period, provinces=[package.province_id])


_ENTRIES = f"""
INSERT INTO reporting_packageentry (package_id, round, factory_id, submission_id, province_id)
SELECT o.package_id, %(round)s, o.factory_id, o.current_id, o.province_id
FROM reporting_obligation o
JOIN reporting_submission s ON s.id = o.current_id AND s.province_id = o.province_id AND NOT s.withdrawn
WHERE o.package_id = %(package)s AND o.province_id = %(province)s AND {sql.in_scope("o.province_id")}
"""


def drift(package: OfficePackage, round_no: int) -> Drift:
    """How the reports of a round differ from what stands today."""
    found = sql.rows(
        f"""
        SELECT count(*) FILTER (WHERE o.id IS NULL), count(*) FILTER (WHERE o.current_id <> e.submission_id)
        FROM reporting_packageentry e
        LEFT JOIN reporting_obligation o ON o.factory_id = e.factory_id AND o.package_id = e.package_id
             AND o.province_id = e.province_id AND o.current_id IS NOT NULL
        WHERE e.package_id = %(package)s AND e.round = %(round)s AND {sql.in_scope("e.province_id")}
        """,
        {"package": package.pk, "round": round_no},
    )[0]
    return Drift(*found)


def freeze(package: OfficePackage, actor: Actor, event: CaseEvent) -> None:
    """Certify the newest round: the figures follow and the office's edition is made, in this transaction."""
    _hold(package)
    package.certified_round = latest_round(package)
    package.certified_at = event.at
    package.save(update_fields=["certified_round", "certified_at"])
    refresh_cells(
        form=package.form_id,
        period=package.period,
        provinces=[package.province_id],
        cause=f"รับรองชุดรายงานของ{package.office.name_th} รอบที่ {package.certified_round}",
    )
    with nation("the edition follows the certification"):
        editions.make_office_edition(package=package, actor=actor, capacity=event.capacity)
