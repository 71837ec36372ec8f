"""Issuing, entering and ending documents; the opening number of a register; the letterhead."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from offices.documents import numbers, paper
from offices.documents.content import Fault, Signatory, canonical, sha256
from offices.documents.kinds import kind_of, may_back_date
from offices.documents.policies import demand, ending, entering, issuing, keeping
from offices.documents.selectors import letterhead
from offices.models import Document, DocumentEnd, Letterhead, Office, Register
from offices.policies import central_admin
from offices.policies import demand as demand_policy
from offices.services.people import explaining_transaction
from offices.services.rules import refuse
from offices.services.rules.sentences import SENTENCES
from portal import audit, calendar
from portal.actors import Actor, Capacity
from portal.calendar import format_date
from portal.models import StoredFile
from portal.problems import Conflict
from portal.scans import store_scan

SCAN = "document_scan"  # purpose of the files of papers from outside
LONGEST = {
    "subject": 300,
    "reference": 80,
    "issuer": 200,
    "back_dated": 300,
    "reason": 300,
}  # of their columns
TOKEN_BYTES = 24  # 192 random bits, 32 characters


def issue(
    *,
    actor: Actor,
    kind: str,
    office: Office,
    signed_on: date,
    subject: str,
    content: Mapping[str, Any],
    signatory: Signatory,
    back_dated: str = "",
) -> Document:
    """Issue a document: number, frozen content, paper and token, in one transaction with the caller's.

    ``signed_on`` is the Bangkok date of signing and decides the register's year; ``content`` is what the
    kind's template draws (``content.order_faults`` says what an order has). The register stays locked
    until the caller's transaction ends; if that rolls back, the number is the next one's. ``back_dated``
    is the reason why the date runs behind an earlier number's, where the office may do that.

    Raises NotAllowed, Invalid with every fault at once, PaperUnavailable where no PDF can be drawn,
    KeyError for an unknown kind.
    """
    declared = kind_of(kind)
    capacity = demand(issuing(actor, office.pk), actor, _("อุตสาหกรรมจังหวัดหรือผู้รักษาราชการแทนของสำนักงาน"))
    subject = " ".join(subject.split())
    back_dated = " ".join(back_dated.split())
    faults = _head_faults(signed_on, actor, subject=subject)
    faults += [*signatory.faults(), *declared.faults(content), *_long(back_dated=back_dated)]
    refuse(faults)
    with explaining_transaction():
        place = numbers.next_place(office=office, kind=kind, signed_on=signed_on)
        behind = place.newest is not None and signed_on < place.newest
        if behind:
            refuse(_back_dating_faults(place, office, back_dated, actor))
        reference = declared.printed(
            place.number, place.register.year_be, office_code=office.code, day=signed_on
        )
        refuse(list(_long(reference=reference)))
        said = {
            "kind": kind,
            "office": office.name_th,
            "reference": reference,
            "signed_on": signed_on.isoformat(),
            "subject": subject,
            "signatory": signatory.words(),
            "body": dict(content),
        }
        frozen, token = canonical(said), secrets.token_urlsafe(TOKEN_BYTES)
        drawn = paper.render(declared, said, token=token, emblem=letterhead(signed_on))
        name = f"{declared.heading} {place.number}-{place.register.year_be}.pdf"
        file = _store(drawn, name, declared.purpose, office, actor)
        document = Document.objects.create(
            office=office,
            kind=kind,
            register=place.register,
            number=place.number,
            reference=reference,
            signed_on=signed_on,
            subject=subject,
            signatory=said["signatory"],
            content=frozen,
            content_sha256=sha256(frozen),
            back_dated=back_dated if behind else "",
            token=token,
            file=file,
            file_sha256=file.sha256,
            **_made(actor, capacity),
        )
        audit.record(
            actor, "document.issued", document, reference=reference, reason=document.back_dated,
            sha256=file.sha256,
        )  # fmt: skip
    return document


def enter_outside(
    *,
    actor: Actor,
    kind: str,
    office: Office,
    issuer: str,
    reference: str,
    signed_on: date,
    subject: str,
    scan: tuple[str, IO[bytes]] | StoredFile,
) -> Document:
    """Enter a paper that somebody else issued, with its scan: name and bytes, or a file that is kept already
    and copied, because a document's file is its own. It takes none of our numbers.

    ``reference`` is the issuer's own number as it stands on the paper, ``signed_on`` the paper's date.
    Raises NotAllowed, Invalid with every fault at once, KeyError for an unknown kind.
    """
    kind_of(kind)
    who = _("หัวหน้าฝ่ายบริหารทั่วไปหรืออุตสาหกรรมจังหวัดของสำนักงาน หรือผู้ดูแลระบบส่วนกลาง")
    capacity = demand(entering(actor, office.pk), actor, who)
    issuer, reference, subject = (" ".join(text.split()) for text in (issuer, reference, subject))
    refuse(_head_faults(signed_on, actor, issuer=issuer, reference=reference, subject=subject))
    with explaining_transaction():
        file = (
            _copied(scan, office, actor)
            if isinstance(scan, StoredFile)
            else store_scan(name=scan[0], content=scan[1], office_id=office.pk, user=actor.user, purpose=SCAN)
        )
        frozen = canonical(
            {
                "kind": kind,
                "issuer": issuer,
                "reference": reference,
                "signed_on": signed_on.isoformat(),
                "subject": subject,
                "file_sha256": file.sha256,
            }
        )
        document = Document.objects.create(
            office=office,
            kind=kind,
            issuer=issuer,
            reference=reference,
            signed_on=signed_on,
            subject=subject,
            content=frozen,
            content_sha256=sha256(frozen),
            file=file,
            file_sha256=file.sha256,
            **_made(actor, capacity),
        )
        audit.record(actor, "document.entered", document, issuer=issuer, reference=reference)
    return document


def revoke(*, actor: Actor, document: Document, by: Document, since: date, reason: str) -> DocumentEnd:
    """Record that ``by`` revokes a document: from ``since`` on it no longer stands. Never taken back.

    Raises NotAllowed; Invalid with every fault at once; Conflict when something ended it already.
    """
    return _end(DocumentEnd.How.REVOKED, actor, document, by, since, reason)


def supersede(*, actor: Actor, document: Document, by: Document, since: date, reason: str) -> DocumentEnd:
    """Record that ``by`` stands in a document's place from ``since`` on. Raises as ``revoke``."""
    return _end(DocumentEnd.How.SUPERSEDED, actor, document, by, since, reason)


def _end(
    how: DocumentEnd.How, actor: Actor, document: Document, by: Document, since: date, reason: str
) -> DocumentEnd:
    who = _("ผู้มีอำนาจออกเอกสารของสำนักงานนั้น")
    capacity = demand(ending(actor, document, by), actor, who)
    earlier = DocumentEnd.objects.select_related("by").filter(document=document).first()
    if earlier is not None:
        raise Conflict(
            _("%(document)s สิ้นผลแล้วตั้งแต่ %(day)s ตาม%(by)s")
            % {
                "document": document.reference,
                "day": format_date(earlier.since),
                "by": earlier.by.reference,
            }
        )
    reason = " ".join(reason.split())
    refuse(_ending_faults(document, by, since, reason))
    with explaining_transaction():
        end = DocumentEnd.objects.create(
            document=document,
            office_id=document.office_id,
            how=how,
            by=by,
            since=since,
            reason=reason,
            **_made(actor, capacity),
        )
        audit.record(
            actor, f"document.{how}", document, by=by.reference, since=since.isoformat(), reason=reason
        )
    return end


def set_opening(*, actor: Actor, office: Office, kind: str, year_be: int, opening: int) -> Register:
    """Let a register begin with a number: for an office that changes over from paper within a year.

    Only while it has given none. Makes the register if there is none yet. Raises NotAllowed, Invalid.
    """
    kind_of(kind)
    demand(keeping(actor, office.pk), actor, _("หัวหน้าฝ่ายบริหารทั่วไปหรืออุตสาหกรรมจังหวัดของสำนักงาน"))
    faults: list[Fault] = []
    now = calendar.be_year(actor.as_of)
    if not now - 1 <= year_be <= now + 1:
        faults.append(
            (
                "year_be",
                _("ปี พ.ศ. ของทะเบียนต้องอยู่ระหว่าง %(first)s ถึง %(last)s") % {"first": now - 1, "last": now + 1},
            )
        )
    if not 1 <= opening <= 99_999:
        faults.append(("opening", str(SENTENCES["register_opening_range"][1])))
    refuse(faults)
    with explaining_transaction():
        register = numbers.locked(office=office, kind=kind, year_be=year_be)
        if Document.objects.filter(register=register).exists():
            refuse([("opening", str(SENTENCES["register_opening_unused"][1]))])
        before, register.opening = register.opening, opening
        register.save(update_fields=["opening"])
        audit.record(
            actor, "register.opened", register, kind=kind, year=year_be, before=before, opening=opening
        )
    return register


def add_letterhead(*, actor: Actor, since: date, image: tuple[str, IO[bytes]]) -> Letterhead:
    """Draw this emblem (PNG or JPEG, at most 1 MB) on orders signed on a day or later.

    Raises NotAllowed, Invalid. What was drawn before stays as it is.
    """
    demand_policy(central_admin, actor)
    data, name = image[1].read(paper.EMBLEM_BYTES + 1), image[0]
    faults: list[Fault] = [("image", fault) for fault in paper.emblem_faults(data)]
    if since < actor.as_of:
        faults.append(("since", _("วันที่เริ่มใช้ต้องไม่อยู่ในอดีต")))
    refuse(faults)
    with explaining_transaction():
        file = store_scan(
            name=name, content=ContentFile(data), office_id=None, user=actor.user, purpose="letterhead"
        )
        made = Letterhead.objects.create(since=since, file=file, made_by=actor.user, made_at=calendar.now())
        audit.record(actor, "letterhead.added", made, since=since.isoformat(), sha256=file.sha256)
    return made


# --- What they share ---


def _head_faults(signed_on: date, actor: Actor, **texts: str) -> list[Fault]:
    """What is wrong with the texts at the head of a document, all of them needed, and with its date."""
    faults: list[Fault] = [(name, _("ต้องกรอก")) for name, text in texts.items() if not text]
    faults += _long(**texts)
    if signed_on > actor.as_of:
        faults.append(("signed_on", _("วันที่ลงนามอยู่ในอนาคต")))
    return faults


def _long(**texts: str) -> Iterator[Fault]:
    """Texts that are longer than their column."""
    for name, text in texts.items():
        most = LONGEST[name]
        if len(text) > most:
            yield (
                name,
                _("ยาว %(found)s ตัวอักษร ต้องไม่เกิน %(most)s ตัวอักษร") % {"found": len(text), "most": most},
            )


def _back_dating_faults(place: numbers.Place, office: Office, reason: str, actor: Actor) -> list[Fault]:
    assert place.newest is not None
    if not may_back_date(office.code, actor.as_of):
        said = _("เลขที่ออกไปแล้วในทะเบียนนี้ลงวันที่ %(day)s เลขถัดไป (%(number)s) จึงลงวันที่ก่อนนั้นไม่ได้")
        return [("signed_on", said % {"day": format_date(place.newest), "number": place.number})]
    if not reason:
        return [("back_dated", _("ลงวันที่ย้อนหลังเลขที่ออกไปแล้ว ต้องระบุเหตุผล"))]
    return []


def _ending_faults(document: Document, by: Document, since: date, reason: str) -> list[Fault]:
    broken: list[str] = []
    if by.pk == document.pk:
        broken.append("documentend_not_itself")
    if by.office_id != document.office_id:
        broken.append("documentend_by_of_office")
    if by.signed_on < document.signed_on or since < by.signed_on:
        broken.append("documentend_after_signing")
    if not reason:
        broken.append("documentend_has_reason")
    faults: list[Fault] = [(SENTENCES[name][0], str(SENTENCES[name][1])) for name in broken]
    return [*faults, *_long(reason=reason)]


def _made(actor: Actor, capacity: Capacity) -> dict[str, Any]:
    return {"made_by": actor.user, "made_as": capacity.label, "made_at": calendar.now()}


def _copied(kept: StoredFile, office: Office, actor: Actor) -> StoredFile:
    with kept.file.open("rb") as stream:
        return _store(stream.read(), kept.name, SCAN, office, actor, content_type=kept.content_type)


def _store(
    data: bytes,
    name: str,
    purpose: str,
    office: Office,
    actor: Actor,
    *,
    content_type: str = "application/pdf",
) -> StoredFile:
    digest = sha256(data)
    file = StoredFile(
        name=name,
        content_type=content_type,
        size=len(data),
        sha256=digest,
        state=StoredFile.State.ACCEPTED,
        purpose=purpose,
        office_id=office.pk,
        created_by=actor.user,
    )
    file.file.save(digest, ContentFile(data), save=True)
    return file
