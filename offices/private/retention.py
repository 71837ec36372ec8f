"""What of personnel data is due for erasure, and the proposals the rules make of it. Nothing erases alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.models import Assignment, Erasure, OwnCopy, PersonPrivate
from offices.private import dated, erasure
from portal import retention
from portal.calendar import BANGKOK, format_date, local_date, start_of_day
from portal.models import StoredFile
from portal.retention import Due, Rule
from portal.scope import nation

LIST_EXPORT = "list.export"  # the purpose of the files of long lists (``portal.screens.export``)


def _leavers(edge: date) -> QuerySet[Any]:
    """Live rows of people who held no assignment after ``edge``, each with ``last``: the last day of their
    last one, or where they never held any the day on which the row was last written."""
    open_end = Assignment.objects.filter(person=OuterRef("person"), valid__endswith__isnull=True)
    ended = Max("person__assignments__valid__endswith")
    rows = PersonPrivate.objects.filter(~Exists(open_end), erased_at__isnull=True).annotate(
        gone=Coalesce(ended, TruncDate("changed_at", tzinfo=BANGKOK))
    )
    # an assignment's end is the first day after it
    return rows.filter(gone__lte=edge + timedelta(days=1)).select_related("person").order_by("gone", "pk")


def _private_due(edge: date, limit: int) -> list[Due]:
    return [
        Due(
            row.person.name,
            row.gone,
            reverse("offices:private-detail", args=[row.person.uuid]),
            row.person_id,
        )
        for row in _leavers(edge)[:limit]
    ]


def _copies(edge: date) -> QuerySet[OwnCopy]:
    return OwnCopy.objects.filter(box__isnull=False, made_at__lt=start_of_day(edge + timedelta(days=1)))


def _copies_due(edge: date, limit: int) -> list[Due]:
    rows = _copies(edge).select_related("person").order_by("made_at", "pk").defer("box")
    return [Due(row.person.name, local_date(row.made_at)) for row in rows[:limit] if row.made_at is not None]


def _exports(edge: date) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(
        purpose=LIST_EXPORT, created_at__lt=start_of_day(edge + timedelta(days=1))
    ).order_by("created_at", "pk")


def _exports_due(edge: date, limit: int) -> list[Due]:
    with nation("files of exports belong to no office"):
        return [Due(row.name, local_date(row.created_at)) for row in _exports(edge)[:limit]]


def _count_exports(edge: date) -> int:
    with nation("files of exports belong to no office"):
        return _exports(edge).count()


PRIVATE = Rule(
    key="private",
    label=gettext_lazy("ข้อมูลส่วนบุคคลของบุคลากร"),
    counted_from=gettext_lazy("วันสุดท้ายของคำสั่งแต่งตั้งฉบับสุดท้าย"),
    setting=dated.PRIVATE_YEARS,
    unit="years",
    due=_private_due,
    count=lambda edge: _leavers(edge).count(),
    act=gettext_lazy("ผู้ดูแลคนหนึ่งขอลบ อีกคนยืนยัน ระบบเสนอรายชื่อให้แต่ไม่ลบเอง"),
)
COPIES = Rule(
    key="own_copies",
    label=gettext_lazy("สำเนาข้อมูลของตนเองที่ขอไว้"),
    counted_from=gettext_lazy("วันที่ทำสำเนาเสร็จ"),
    setting=dated.COPY_DAYS,
    unit="days",
    due=_copies_due,
    count=lambda edge: _copies(edge).count(),
    act=gettext_lazy("ผู้ดูแลสั่งลบสำเนาที่หมดอายุจากหน้านี้ หลังหมดอายุเปิดไม่ได้แล้ว"),
)
EXPORTS = Rule(
    key="exports",
    label=gettext_lazy("ไฟล์ส่งออกของรายการยาว"),
    counted_from=gettext_lazy("วันที่ทำไฟล์"),
    setting=dated.EXPORT_DAYS,
    unit="days",
    due=_exports_due,
    count=_count_exports,
    act=gettext_lazy("ระบบแสดงไว้ให้ทราบ การลบเป็นงานของผู้ดูแลที่เก็บไฟล์"),
)


def register() -> None:
    """Make the rules of personnel data known."""
    for rule in (PRIVATE, COPIES, EXPORTS):
        retention.register(rule)


def in_words(due: Due, day: date) -> str:
    """The rule as it stands in a proposal, in Thai: which, how long, since when."""
    with translation.override("th"):
        return _("%(label)s เก็บ %(years)s ปี นับจาก%(start)s พ้นหน้าที่ก่อน %(since)s") % {
            "label": PRIVATE.label,
            "years": PRIVATE.keeps(day).value,
            "start": PRIVATE.counted_from,
            "since": format_date(due.since),
        }


def propose(day: date) -> list[Erasure]:
    """Propose the erasing of everybody whose time is over on a day, as far as nobody did already; runs
    inside ``everybody``. Never erases."""
    made = []
    for due in PRIVATE.due(PRIVATE.edge(day), 10_000):
        assert due.person_id is not None
        row = erasure.propose(person_id=due.person_id, rule=in_words(due, day))
        if row is not None:
            made.append(row)
    return made


def open_erasures() -> Sequence[Erasure]:
    """Proposals and requests that wait for somebody, oldest first."""
    rows = Erasure.objects.filter(state__in=erasure.OPEN).select_related("person")
    return list(rows.order_by("pk"))
