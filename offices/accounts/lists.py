"""Invitations from a file, through the house's intake: preview, invite, take back; and the list to fill in.

The list that goes out names everybody who has no account and no invitation; the addresses are filled in and
the same list comes back. A row without an address invites nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from offices.accounts import invitations
from offices.accounts.forms import SendForm
from offices.accounts.matching import MOST_LINES, Line, match_lines
from offices.accounts.policies import account_keepers
from offices.models import Incumbency, Invitation, Person, Placement
from offices.selectors.actors import in_force
from offices.staffing.lists.known import people_of, tidy
from portal import sql
from portal.actors import Actor
from portal.intake import stage
from portal.intake.handlers import IntakeError, IntakeHandler, StalePlan
from portal.models import Batch, BatchFinding, BatchRow
from portal.problems import Conflict, Invalid
from portal.scope import current
from portal.sheets.findings import Finding
from portal.sheets.spec import Column, SheetSpec

INVITED = SheetSpec(
    code="offices.invitations",
    title="รายชื่อผู้ที่จะเชิญ",
    sheet_name="คำเชิญ",
    help="หนึ่งแถวต่อหนึ่งคน แถวที่ไม่มีอีเมลยังไม่เชิญ",
    columns=(
        Column("first_th", "ชื่อ", max_length=80, required=True, help="ไม่รวมคำนำหน้า", example="กมล"),
        Column("last_th", "นามสกุล", max_length=80, required=True, example="ตัวอย่าง"),
        Column("email", "อีเมล", ("อีเมลบัญชีผู้ใช้", "e-mail", "email"), kind="identifier", max_length=254,
               expected=True, help="ใช้ลงชื่อเข้าใช้", example="kamol@example.go.th"),
    ),
)  # fmt: skip


class InvitationsHandler(IntakeHandler):
    """People of one office or of the nation who are to have an account."""

    code = INVITED.code
    title = INVITED.title
    help = gettext_lazy(
        "ส่งออกรายชื่อผู้ที่ยังไม่มีบัญชี เติมอีเมล แล้วส่งกลับ ชื่อที่ตรงกับบุคลากรหนึ่งคนพอดีจะได้รับเชิญเมื่อยืนยัน "
        "บัญชีไม่มีอำนาจจนกว่าจะมีคำสั่งแต่งตั้ง"
    )
    policy = account_keepers
    params_form = SendForm

    def spec(self, params: Mapping[str, Any]) -> SheetSpec:
        return INVITED

    def clean_params(
        self, *, actor: Actor, office_id: int | None, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        form = SendForm(dict(params))
        if not form.is_valid():
            said = [
                f"{form.fields[name].label}: {' '.join(map(str, errors))}"
                for name, errors in form.errors.items()
            ]
            raise IntakeError(" ".join(said))
        way, until = form.cleaned_data["way"], form.cleaned_data["until"]
        faults = invitations.send_faults(way, until, actor.as_of)
        if faults:
            raise IntakeError(" ".join(sentence for _field, sentence in faults))
        return {"way": way, "until": until.isoformat(), "as_of": actor.as_of.isoformat()}

    def plan(self, batch: Batch) -> None:
        rows = sql.dicts("SELECT * FROM stage ORDER BY row_no")
        # What has no name was told by the reader already.
        named = [row for row in rows if row["first_th"] and row["last_th"]]
        asked = [row for row in named if row["email"]]
        lines = {line.number: line for line in _matched(batch, asked, _day(batch))}
        findings = []
        planned = []
        for row in named:
            line = lines.get(row["row_no"])
            if line is None:
                findings.append(_finding(row, "INV02", _("ยังไม่มีอีเมล จึงยังไม่เชิญ"), "email", block=False))
            elif line.why_not:
                column = "email" if line.at_email else "first_th"
                findings.append(_finding(row, "INV01", line.why_not, column))
            planned.append(
                BatchRow(
                    batch=batch,
                    row_no=row["row_no"],
                    key=f"{tidy(row['first_th'])} {tidy(row['last_th'])}"[:200],
                    action="new" if line is not None else "same",
                    data={
                        "first_th": row["first_th"],
                        "last_th": row["last_th"],
                        "email": (line.email if line is not None else "") or row["email"] or "",
                    },
                    target_id=line.person.pk if line is not None and line.person else None,
                )
            )
        findings += [
            _finding(row, "INV03", _("เกิน %(most)s คนในไฟล์เดียว") % {"most": MOST_LINES}, "email")
            for row in asked[MOST_LINES:]
        ]
        stage.add(findings)
        BatchRow.objects.bulk_create(planned)

    def apply(self, batch: Batch, actor: Actor) -> dict[str, int]:
        kept = list(BatchRow.objects.filter(batch=batch, action="new").order_by("row_no"))
        lines = _matched(batch, [row.data | {"row_no": row.row_no} for row in kept], actor.as_of)
        stale = _("บุคลากรหรือคำเชิญเปลี่ยนไปหลังการตรวจไฟล์ ระบบจึงตรวจไฟล์ให้ใหม่ โปรดดูผลก่อนยืนยัน")
        people: list[tuple[Person, str]] = []
        for line, row in zip(lines, kept, strict=True):
            if line.why_not or line.person is None or line.person.pk != row.target_id:
                raise StalePlan(stale)
            people.append((line.person, line.email))
        until = date.fromisoformat(batch.params["until"])
        try:
            made = invitations.invite(actor=actor, people=people, way=batch.params["way"], until=until)
        except Conflict as meanwhile:  # between the reading above and the lock
            raise StalePlan(stale) from meanwhile
        except Invalid as refused:  # the last day is over by now, or nobody is left
            raise IntakeError(str(refused)) from refused
        return {"new": len(made)}

    def undo_plan(self, batch: Batch) -> tuple[int, int]:
        rows = list(BatchRow.objects.filter(batch=batch, action="new").order_by("row_no"))
        open_ones = {row.person_id for row in _made(batch)}
        stays = [row for row in rows if row.target_id not in open_ones]
        BatchFinding.objects.bulk_create(
            BatchFinding(
                batch=batch, row_no=row.row_no, code="undo_kept", level="warn", found=row.key,
                message=_("คำเชิญนี้ใช้ไปแล้วหรือยกเลิกแล้ว"), mend=_("ดูรายการคำเชิญ"),
            )
            for row in stays
        )  # fmt: skip
        return len(rows) - len(stays), len(stays)

    def undo(self, batch: Batch, actor: Actor) -> None:
        for row in _made(batch):
            invitations.withdraw(actor=actor, invitation=row)

    def export_rows(
        self, actor: Actor, params: Mapping[str, Any], only: QuerySet[Any] | None = None
    ) -> Iterable[Mapping[str, Any]]:
        """Who works in the reader's scope today and has neither account nor invitation, without addresses."""
        day, offices = actor.as_of, current().offices
        assigned = in_force(day)
        held = Incumbency.objects.filter(valid__contains=day)
        placed = Placement.objects.filter(valid__contains=day)
        if offices is not None:
            assigned, placed = assigned.filter(office__in=offices), placed.filter(office__in=offices)
            held = held.filter(post__office__in=offices)
        ids = {pk for rows in (assigned, held, placed) for pk in rows.values_list("person_id", flat=True)}
        invited = invitations.open_invitations().filter(until__gte=day).values("person")
        people = Person.objects.filter(pk__in=ids, user__isnull=True).exclude(pk__in=invited)
        if only is not None:
            people = people.filter(pk__in=only.order_by().values("pk"))
        for first, last in people.order_by("last_th", "first_th", "pk").values_list("first_th", "last_th"):
            yield {"first_th": first, "last_th": last, "email": ""}


def _day(batch: Batch) -> date:
    return date.fromisoformat(batch.params["as_of"])


def _matched(batch: Batch, rows: Sequence[Mapping[str, Any]], day: date) -> list[Line]:
    """The rows as lines of a list; who is not of the file's office is not clear."""
    texts = [(row["row_no"], f"{row['first_th']} {row['last_th']} {row['email']}") for row in rows]
    lines = match_lines([(number, tidy(text)) for number, text in texts], today=day)
    mine = people_of(batch.office_id)
    if mine is None:
        return lines
    found = [line.person.pk for line in lines if line.person]
    ours = set(Person.objects.filter(mine, pk__in=found).values_list("pk", flat=True))
    why = _("บุคคลนี้ไม่ใช่บุคลากรของสำนักงานที่เลือก")
    return [
        Line(line.number, line.text, line.email, None, why)
        if line.person and not line.why_not and line.person.pk not in ours
        else line
        for line in lines
    ]


def _finding(row: Mapping[str, Any], code: str, message: str, column: str, *, block: bool = True) -> Finding:
    found = tidy(row["email"]) if column == "email" else tidy(f"{row['first_th']} {row['last_th']}")
    mend = _("แก้อีเมลในไฟล์แล้วส่งใหม่") if column == "email" else _("ตรวจตัวสะกด หรือเชิญจากหน้าของบุคลากรคนนั้น")
    return Finding(
        code, "block" if block else "info", message, mend, row["row_no"], column,
        INVITED.column(column).header, found,
    )  # fmt: skip


def _made(batch: Batch) -> list[Invitation]:
    """The invitations of an applied file that are still open.

    A person has one open invitation at a time, and a file is not applied while he has one: what was open by
    the end of it, to this person at this address, is the file's.
    """
    rows = BatchRow.objects.filter(batch=batch, action="new")
    emails = {row.target_id: row.data["email"] for row in rows}
    made = invitations.open_invitations().filter(
        person__in=list(emails),
        purpose=Invitation.Purpose.ACCOUNT,
        asked_at__lte=batch.applied_at,
    )
    return [row for row in made.order_by("pk") if row.email == emails[row.person_id]]
