"""What whoever proposes or signs an order should know of its lines.

A note stands in nobody's way; some want a reason. Apps that know more of a kind of line register theirs in
``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from offices.models import AppointmentOrder, Assignment, AssignmentKind, LineKind, OrderLine, OrderProposal
from offices.orders.obstacles import order_of
from offices.services.rules import in_words, worded


@dataclass(frozen=True)
class Note:
    """A sentence about one line, and where to read on ('' for nowhere). ``needs_reason``: an office's own
    order is proposed and signed with a reason only."""

    nth: int
    sentence: str
    url: str = ""
    needs_reason: bool = False


Noting = Callable[[OrderProposal, Sequence[OrderLine]], Iterable[Note]]
_noting: list[Noting] = []


def register(noting: Noting) -> None:
    """Let these notes be asked of every rehearsal; twice is once."""
    if noting not in _noting:
        _noting.append(noting)


def of(proposal: OrderProposal, lines: Sequence[OrderLine], order: AppointmentOrder) -> list[Note]:
    """Every note on the lines, once they are carried out under ``order``."""
    found = [note for noting in _noting for note in noting(proposal, lines)]
    return sorted([*found, *_mutual(lines, order)], key=lambda note: note.nth)


def _mutual(lines: Sequence[OrderLine], order: AppointmentOrder) -> Iterator[Note]:
    """Two who stand by for one another: when both are away, nobody is left of the two."""
    acting = [line for line in lines if line.standing]
    if not acting:
        return
    kinds = (AssignmentKind.CHIEF, AssignmentKind.ACTING_CHIEF, AssignmentKind.GROUP_HEAD)
    rows = list(
        Assignment.objects.filter(office__in={line.office_id for line in acting}, kind__in=kinds)
        .select_related("person", "order", "group", "inspection_group")
        .order_by("id")
    )
    holders = [row for row in rows if row.kind != AssignmentKind.ACTING_CHIEF and not row.acting_rank]
    standing = [row for row in rows if row.standing]
    for row in standing:
        if row.order_id != order.pk:
            continue
        for his in holders:
            if _post(his) != _post(row) or his.person_id == row.person_id or not _meet(row, his):
                continue
            for mine in holders:
                if mine.person_id != row.person_id or not _meet(row, mine):
                    continue
                for back in standing:
                    if back.person_id == his.person_id and _post(back) == _post(mine) and _meet(row, back):
                        yield Note(_nth(acting, row), _each_other(row, back))


def _post(row: Assignment) -> tuple[int, int | None]:
    """The post that a row holds or stands by for: an office's chief, or a group's head."""
    return row.office_id, row.group_id


def _meet(one: Assignment, other: Assignment) -> bool:
    """Whether two rows have a day in common."""
    return (other.valid.upper is None or one.valid.lower < other.valid.upper) and (
        one.valid.upper is None or other.valid.lower < one.valid.upper
    )


def _nth(lines: Sequence[OrderLine], row: Assignment) -> int:
    return next(
        line.nth
        for line in lines
        if (line.person_id, line.office_id, line.group_id) == (row.person_id, row.office_id, row.group_id)
        and (line.kind == LineKind.ACTING_CHIEF) == (row.kind == AssignmentKind.ACTING_CHIEF)
    )


def _each_other(row: Assignment, back: Assignment) -> str:
    return _(
        "%(who)s และ %(other)s ปฏิบัติหน้าที่แทนกันและกัน: %(other)s %(what)s %(period)s ตาม%(order)s "
        "วันที่ทั้งสองคนไม่อยู่จึงไม่มีผู้ปฏิบัติแทน ควรกำหนดลำดับถัดไปเป็นผู้อื่น"
    ) % {
        "who": row.person.name,
        "other": back.person.name,
        "what": worded(back),
        "period": in_words(back.valid),
        "order": order_of(back),
    }
