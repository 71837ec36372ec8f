"""What the scheme notes of an order: an assistant whom no agreed nomination covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from offices.assistants.workflow import CANCELLED
from offices.models import LineKind, Nomination, OrderLine, OrderProposal
from offices.models.assistants import Opinion
from offices.orders.notes import Note
from offices.services.rules import in_words, inside, period
from portal.scope import nation

AGREED = (Opinion.AGREE, Opinion.REMARK)


def unnominated(proposal: OrderProposal, lines: Sequence[OrderLine]) -> Iterator[Note]:
    """Each line that makes somebody assistant of a group on days for which no nomination of him for that
    group, be it a renewal, has the inspector's agreement."""
    asked = [line for line in lines if line.kind == LineKind.ASSISTANT]
    if not asked:
        return
    with nation("orders: whether a nomination covers an assistant, wherever he is appointed"):
        rows = list(
            Nomination.objects.filter(person__in={line.person_id for line in asked})
            .exclude(case__state=CANCELLED)
            .order_by("-id")
        )
    for line in asked:
        his = [row for row in rows if (row.person_id, row.group_id) == (line.person_id, line.group_id)]
        wanted = period(line.starts_on, line.last_day)
        agreed = [period(row.starts_on, row.last_day) for row in his if row.opinion in AGREED]
        if any(inside(wanted, one) for one in agreed):
            continue
        yield Note(
            line.nth,
            _(
                "ไม่มีการเสนอชื่อที่ผู้ตรวจราชการเห็นชอบให้ %(who)s เป็นผู้ช่วยฯ ประจำ%(group)s ตลอด %(wanted)s "
                "(ที่เห็นชอบแล้ว: %(agreed)s)"
            )
            % {
                "who": line.person.name,
                "group": line.group,
                "wanted": in_words(wanted),
                "agreed": ", ".join(map(in_words, agreed)) or _("ไม่มี"),
            },
            url=reverse("offices:nomination-detail", args=[his[0].uuid])
            if his
            else reverse("offices:nomination-list"),
            needs_reason=True,
        )
