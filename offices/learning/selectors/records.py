"""Reading requests for work records, and what such a record says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from offices.learning import evidence, policies
from offices.learning.evidence import LEARNING, MATTERS, Deed
from offices.learning.selectors import levels
from offices.models import AssignmentKind, Person
from offices.models.learning import RecordRequest, Subject
from offices.models.people import Assignment
from offices.policies import CHIEF_KINDS
from offices.selectors.titles import post_title
from portal import calendar, worklist
from portal.actors import Actor
from portal.calendar import format_date_th
from portal.models import StoredFile
from portal.scope import nation
from portal.thai import format_number
from portal.words import word

SHOWN = 5
LISTED = 400  # lines of the list of matters in a record; further ones are counted


def requests(actor: Actor) -> QuerySet[Any]:
    """The requests about people a reader sees, in the offices of the active scope."""
    return RecordRequest.objects.filter(person__in=policies.people_seen(actor).values("pk")).select_related(
        "person", "office", "document__file"
    )


def readable(actor: Actor) -> Q:
    """The condition on documents of the kind work record that a reader may open: those of people he sees."""
    return Q(work_record__person__in=policies.people_seen(actor).values("pk"))


def may_open(actor: Actor, file: StoredFile) -> bool:
    """Whether a reader may have the paper of a work record: his own, or of somebody he sees; whatever the
    office that issued it."""
    with nation("a work record belongs to a person"):
        about = RecordRequest.objects.filter(document__file=file).values_list("person", flat=True).first()
    return about is not None and policies.people_seen(actor).filter(pk=about).exists()


def waiting(actor: Actor) -> QuerySet[Any]:
    """Open requests that wait for the actor: of the offices whose chief he is, of the centre's as its
    administrator; never his own."""
    offices = [one.office_id for one in actor.holding([*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN])]
    rows = RecordRequest.objects.filter(office__in=offices, state=RecordRequest.State.ASKED)
    return rows.exclude(person=actor.person_id).select_related("person").order_by("asked_at", "id")


def work(actor: Actor) -> list[worklist.Waiting]:
    """The source of "my work": work records that wait to be issued."""
    if not actor.holding([*CHIEF_KINDS, AssignmentKind.CENTRAL_ADMIN]):
        return []

    def as_row(row: Any) -> worklist.Row:
        return worklist.Row(
            label=row.person.name,
            url=reverse("offices:recordrequest-detail", args=[row.uuid]),
            detail=row.purpose,
            due=_("ขอเมื่อ %s") % calendar.format_time(row.asked_at),
            state=word("record_request", row.state),
        )

    title, url = _("แฟ้มผลงานที่รอท่านรับรอง"), f"{reverse('offices:recordrequest-list')}?state=asked"
    return [worklist.heap(title, waiting(actor), SHOWN, as_row, url=url)]


# --- What a record says, in Thai whatever its reader's language ---


def content(person: Person, since: date, until: date, *, day: date, office_th: str) -> dict[str, Any]:
    """The content of a work record (``offices.documents.content``): sentences and tables of texts.

    Posts, levels on the day of the record, what was done in the period counted and listed, training and
    stints. It says nothing of ratings.
    """
    counted = evidence.counts([person.pk], since, until)[person.pk]
    listed = evidence.entries(person.pk, since, until)
    tables = [
        _posts(person, since, until),
        _levels(person, day),
        _counts(counted),
        _matters(one for one in listed if one.deed in MATTERS or one.deed == Deed.VISITED),
        _learning(one for one in listed if one.deed in LEARNING),
    ]
    hours = levels.hours_of(counted)
    return {
        "paragraphs": [
            f"{office_th}ขอรับรองว่า {person.name} ตำแหน่ง {post_title(person.pk, day) or '–'} "
            "มีผลการปฏิบัติงานและการเรียนรู้"
            f"ตามที่บันทึกในระบบงานสำนักงานอุตสาหกรรมจังหวัด ระหว่างวันที่ {format_date_th(since, 'long')} "
            f"ถึงวันที่ {format_date_th(until, 'long')} ตามบัญชีแนบท้ายหนังสือนี้",
            f"ในช่วงเวลาดังกล่าวมีชั่วโมงพัฒนารวม {format_number(hours.total)} ชั่วโมง "
            f"เป็นการอบรม {format_number(hours.training)} ชั่วโมง "
            f"และการเรียนรู้งานที่ผู้รับดูแลรับรองแล้ว {format_number(hours.stints)} ชั่วโมง",
            "บัญชีแนบท้ายแสดงเฉพาะสิ่งที่บันทึกในระบบ เรื่อง ความเห็น การออกตรวจ หรือการอบรมที่ไม่ได้บันทึกไว้ไม่ปรากฏในบัญชี",
        ],
        "annexes": [table for table in tables if table["rows"]],
    }


def _table(title: str, columns: list[str], rows: Iterable[list[str]]) -> dict[str, Any]:
    return {"title": title, "columns": columns, "rows": list(rows)}


def _posts(person: Person, since: date, until: date) -> dict[str, Any]:
    from offices.selectors.actors import capacity_label
    from offices.services.rules import in_words

    rows = Assignment.objects.filter(person=person, valid__startswith__lte=until).filter(
        Q(valid__endswith__gt=since) | Q(valid__endswith__isnull=True)
    )
    rows = rows.select_related("office__province", "group", "inspection_group", "order").order_by(
        "valid", "id"
    )
    return _table(
        "การปฏิบัติหน้าที่",
        ["ฐานะ", "ช่วงเวลา", "คำสั่ง"],
        ([capacity_label(row), in_words(row.valid), row.order.reference] for row in rows),
    )


def _levels(person: Person, day: date) -> dict[str, Any]:
    rows = levels.levels_on(person, day)
    return _table(
        f"ระดับความสามารถรายด้าน ณ วันที่ {format_date_th(day, 'long')}",
        ["ด้าน", "ระดับ", "ตั้งแต่", "หลักฐาน", "ผู้กำหนด"],
        (
            [
                str(Subject(code).label),
                str(row.level),
                format_date_th(row.since),
                row.evidence,
                f"{row.set_by_name} {row.set_as}",
            ]
            for code in Subject.values
            if (row := rows.get(code)) is not None
        ),
    )


def _counts(counted: Iterable[evidence.Count]) -> dict[str, Any]:
    return _table(
        "ผลงานสรุป",
        ["ด้าน", "การกระทำ", "จำนวน", "ส่งกลับแก้ไข", "ข้อบกพร่องที่ตรวจพบ"],
        (
            [
                str(Subject(one.subject).label) if one.subject else "ทั่วไป",
                str(one.deed.label),
                f"{one.amount:,} {one.deed.unit}",
                _known(one, None if one.returned is None else f"{one.returned:,} จาก {one.acts:,} ครั้ง"),
                _known(one, None if one.defects is None else f"{one.defects:,}"),
            ]
            for one in counted
            if one.deed != Deed.ASSESSED
        ),
    )


def _known(one: evidence.Count, text: str | None) -> str:
    """What is known of a matter; of other deeds there is nothing to know."""
    return "–" if one.deed not in MATTERS else "ไม่มีข้อมูล" if text is None else text


def _matters(listed: Iterable[evidence.Entry]) -> dict[str, Any]:
    every = list(listed)
    rows = [
        [
            format_date_th(one.day),
            one.what,
            str(one.deed.label),
            one.said or "–",
            one.place,
        ]
        for one in every[-LISTED:]
    ]
    left = len(every) - len(rows)
    title = "เรื่องที่ปฏิบัติและความเห็น" + (f" (ล่าสุด {len(rows):,} จาก {len(every):,} รายการ)" if left else "")
    return _table(title, ["วันที่", "เรื่อง", "การกระทำ", "ความเห็น", "สำนักงาน"], rows)


def _learning(listed: Iterable[evidence.Entry]) -> dict[str, Any]:
    return _table(
        "การอบรม การหมุนเวียน และการเรียนรู้งาน",
        ["วันที่", "เรื่อง", "วิธี", "ชั่วโมง", "ผล", "หน่วยงาน"],
        (
            [
                format_date_th(one.day),
                one.what,
                str(one.deed.label),
                format_number(one.hours) if one.hours is not None else "–",
                one.said or "–",
                one.place,
            ]
            for one in listed
        ),
    )
