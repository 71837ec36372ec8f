"""Why somebody who is away all of a day decides nothing that day."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from offices.selectors.actors import absences
from offices.services.rules import in_words
from portal.calendar import format_date
from portal.problems import Reason


def reasons_against_deciding(person_id: int | None, day: date) -> tuple[Reason, ...]:
    """Each absence that keeps a person from deciding on a day, with its dates and how to mend it; none when
    he is there for part of the day. One query, none for whoever is no person.

    Of what kind the absence is stays unsaid: whoever looks into somebody's access reads this, too.
    """
    if person_id is None:
        return ()
    rows = absences(day, whole=True).filter(person=person_id).order_by("valid", "id")
    return tuple(
        Reason(
            _(
                "ไม่อยู่ทั้งวันในวันที่ %(day)s ตามรายการลาหรือไปราชการ %(period)s จึงตัดสินเรื่องในวันนี้ไม่ได้ "
                "หากมาปฏิบัติราชการแล้ว ให้แก้หรือยกเลิกรายการนั้นที่หน้า “การลาและไปราชการ” ก่อน"
            )
            % {"day": format_date(day), "period": in_words(row.valid)}
        )
        for row in rows
    )
