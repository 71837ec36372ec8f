# ruff: noqa: E501  (the list is a table, one state a line)
"""The one list of state words: pages, PDFs, API and help all take them from here.

One word means one thing. A model's choices carry the same Thai word as this list, and a test
refuses a state that is not on it. Shapes are drawn, so that colour is never alone in saying what
a state is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.translation import get_language

Tone = Literal["grey", "blue", "amber", "green", "red", "violet"]
Shape = Literal["ring", "circle", "half", "square", "triangle", "diamond", "check", "cross", "dash", "arrow"]


@dataclass(frozen=True)
class StateWord:
    """One state. ``meaning`` is a Thai sentence; ``next_actor`` says in Thai who acts next, or ''."""

    code: str
    th: str
    en: str
    meaning: str
    next_actor: str
    colour: Tone
    shape: Shape

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return self.en if (get_language() or "th").startswith("en") else self.th

    def __str__(self) -> str:
        return self.label


_W = StateWord
_OFFICER, _HEAD = "เจ้าหน้าที่กลุ่ม", "หัวหน้ากลุ่ม"
_ASSISTANT, _CHIEF = "ผู้ช่วยอุตสาหกรรมจังหวัด", "อุตสาหกรรมจังหวัด"

GROUPS: dict[str, tuple[StateWord, ...]] = {
    "file": (
        _W("quarantined", "รอตรวจไฟล์", "Awaiting file check", "รับไฟล์ไว้แล้ว ยังเปิดให้ผู้อื่นไม่ได้", "ระบบ", "grey", "ring"),
        _W("accepted", "ผ่านการตรวจไฟล์", "File accepted", "ตรวจแล้วว่าเปิดได้อย่างปลอดภัย", "", "green", "check"),
        _W("refused", "ไม่รับไฟล์", "File refused", "ไฟล์เปิดไม่ได้หรือไม่ปลอดภัย", "ผู้ส่งไฟล์", "red", "cross"),
    ),
    "batch": (
        _W("received", "ตรวจไฟล์", "File check", "ระบบกำลังอ่านและตรวจทุกแถว", "ระบบ", "blue", "half"),
        _W("mapping", "รอจับคู่คอลัมน์", "Awaiting column mapping", "หัวคอลัมน์ไม่ตรงกับแบบฟอร์ม รอบอกว่าคอลัมน์ใดคือข้อมูลใด", "ผู้ส่งไฟล์", "amber", "triangle"),
        _W("previewed", "รอยืนยันนำเข้า", "Awaiting confirmation", "ตรวจแล้ว ยังไม่ได้เขียนลงระบบ", "ผู้ส่งไฟล์", "amber", "diamond"),
        _W("refused", "ไม่รับไฟล์", "File refused", "ไฟล์ใช้ไม่ได้ทั้งไฟล์", "ผู้ส่งไฟล์", "red", "cross"),
        _W("applied", "นำเข้าแล้ว", "Applied", "เขียนลงระบบครบทุกแถวที่รับ", "", "green", "check"),
        _W("undone", "ถอนคืนแล้ว", "Undone", "คืนค่าก่อนนำเข้าแล้ว", "", "grey", "arrow"),
        _W("discarded", "ยกเลิกก่อนนำเข้า", "Discarded", "ทิ้งไปโดยไม่ได้เขียนลงระบบ", "", "grey", "dash"),
    ),
    "row": (
        _W("new", "เพิ่มใหม่", "New", "ยังไม่มีในระบบ", "", "green", "circle"),
        _W("changed", "เปลี่ยนแปลง", "Changed", "มีในระบบแล้วและค่าต่างไป", "", "blue", "diamond"),
        _W("same", "เหมือนเดิม", "Same", "ตรงกับที่มีในระบบ", "", "grey", "dash"),
        _W("refused", "ไม่รับ", "Refused", "มีข้อที่ต้องแก้ก่อน", "ผู้ส่งไฟล์", "red", "cross"),
    ),
    "finding": (
        _W("block", "ต้องแก้", "Must mend", "แถวนี้ยังนำเข้าไม่ได้", "ผู้ส่งไฟล์", "red", "cross"),
        _W("warn", "ควรตรวจ", "Check", "นำเข้าได้ แต่ควรตรวจว่าถูกต้อง", "ผู้ส่งไฟล์", "amber", "triangle"),
        _W("info", "แจ้งให้ทราบ", "Note", "ไม่ต้องทำอะไร", "", "blue", "circle"),
    ),
    "guess": (
        _W("kept", "ตามที่จำไว้", "As remembered", "จับคู่ไว้อย่างนี้ครั้งก่อน", "", "green", "check"),
        _W("sure", "ค่อนข้างแน่ใจ", "Quite sure", "หัวคอลัมน์หรือค่าบอกชัด", "", "green", "circle"),
        _W("likely", "น่าจะใช่", "Likely", "ใกล้เคียง ควรดูอีกครั้ง", "ผู้ส่งไฟล์", "blue", "half"),
        _W("weak", "ไม่แน่ใจ", "Unsure", "ต้องดูเองก่อนใช้", "ผู้ส่งไฟล์", "amber", "triangle"),
        _W("chosen", "เลือกเอง", "Chosen", "ผู้ส่งไฟล์เลือกไว้", "", "blue", "square"),
        _W("unused", "ไม่ใช้", "Not used", "ไม่นำเข้าคอลัมน์นี้", "", "grey", "dash"),
    ),
    "mapping": (
        _W("used", "ใช้อยู่", "In use", "ไฟล์ที่มีหัวคอลัมน์นี้อ่านได้เอง", "", "green", "check"),
        _W("retired", "เลิกใช้แล้ว", "Retired", "ไฟล์ที่มีหัวคอลัมน์นี้ต้องจับคู่ใหม่", "", "grey", "dash"),
    ),
    "job": (
        _W("queued", "รอคิว", "Queued", "รอเครื่องว่าง", "ระบบ", "grey", "ring"),
        _W("running", "กำลังทำงาน", "Running", "ระบบกำลังทำ ปิดหน้านี้ได้", "ระบบ", "blue", "half"),
        _W("done", "เสร็จแล้ว", "Done", "ทำครบแล้ว", "", "green", "check"),
        _W("failed", "ทำไม่สำเร็จ", "Failed", "หยุดก่อนเสร็จ ข้อมูลไม่ถูกเขียนครึ่งทาง", "ผู้สั่งงาน", "red", "cross"),
    ),
    "draft": (
        _W("live", "ร่าง", "Draft", "ยังไม่ได้ส่ง เปิดแบบฟอร์มเพื่อใช้ต่อได้", "ผู้เขียน", "amber", "half"),
        _W("binned", "อยู่ในถังทิ้ง", "In the bin", "ทิ้งแล้ว กู้คืนได้ภายใน 30 วัน", "", "grey", "dash"),
    ),
    "package": (
        _W("collecting", "รวบรวม", "Collecting", "รับรายงานของงวดนี้เข้าชุด", _OFFICER, "grey", "ring"),
        _W("group_review", "รอสอบทาน", "Awaiting review", "รอหัวหน้ากลุ่มสอบทาน", _HEAD, "blue", "half"),
        _W("screening", "รอกลั่นกรอง", "Awaiting screening", "รอผู้ช่วยฯ กลั่นกรอง", _ASSISTANT, "blue", "diamond"),
        _W("with_chief", "เสนออุตสาหกรรมจังหวัด", "With the chief", "รออุตสาหกรรมจังหวัดรับรอง", _CHIEF, "violet", "square"),
        _W("certified", "รับรองแล้ว", "Certified", "อุตสาหกรรมจังหวัดรับรองแล้ว", "", "green", "check"),
        _W("returned", "ส่งกลับแก้ไข", "Returned", "ส่งกลับพร้อมเหตุผล", _OFFICER, "amber", "arrow"),
        _W("reopened", "เปิดแก้ไข", "Reopened", "เปิดให้แก้หลังรับรอง", _OFFICER, "amber", "triangle"),
    ),
    "obligation": (
        _W("not_due", "ยังไม่ถึงกำหนด", "Not yet due", "ยังอยู่ในเวลารายงาน", "ผู้ประกอบการ", "grey", "ring"),
        _W("missing", "ยังไม่รายงาน", "Not reported", "ถึงเวลารายงานแล้วแต่ยังไม่ได้รับ", "ผู้ประกอบการ", "amber", "triangle"),
        _W("overdue", "เกินกำหนด", "Overdue", "พ้นวันครบกำหนดแล้วยังไม่ได้รับ", "ผู้ประกอบการ", "red", "cross"),
        _W("reported", "รายงานแล้ว", "Reported", "ได้รับภายในกำหนด", _OFFICER, "blue", "circle"),
        _W("late", "รายงานล่าช้า", "Reported late", "ได้รับหลังวันครบกำหนด", _OFFICER, "amber", "half"),
        _W("certified", "รับรองแล้ว", "Certified", "อุตสาหกรรมจังหวัดรับรองแล้ว", "", "green", "check"),
        _W("exempt", "ได้รับยกเว้น", "Exempt", "ไม่ต้องรายงานงวดนี้", "", "grey", "dash"),
    ),
    "contact": (
        _W("unverified", "ยังไม่ยืนยัน", "Not verified", "ยังไม่มีใครลองติดต่อ", _OFFICER, "grey", "ring"),
        _W("verified", "ใช้ได้", "Works", "ติดต่อได้จริง", "", "green", "check"),
        _W("bounced", "ติดต่อไม่ได้", "Does not work", "ลองแล้วไม่ใช่หรือไม่ถึง", _OFFICER, "red", "cross"),
        _W("retired", "เลิกใช้", "No longer used", "เก็บไว้ในประวัติเท่านั้น", "", "grey", "dash"),
    ),
    "follow_up": (
        _W("will_report", "จะรายงาน", "Will report", "โรงงานรับว่าจะรายงาน", "ผู้ประกอบการ", "blue", "circle"),
        _W("no_answer", "ไม่รับสาย", "No answer", "โทรแล้วไม่มีผู้รับ", _OFFICER, "amber", "ring"),
        _W("wrong_number", "เลขผิด", "Wrong number", "เลขนี้ไม่ใช่ของโรงงาน", _OFFICER, "red", "cross"),
        _W("closed", "เลิกกิจการแล้ว", "Closed", "ตรวจทะเบียนก่อนติดตามต่อ", _OFFICER, "grey", "dash"),
        _W("already_reported", "แจ้งว่ารายงานแล้ว", "Says it reported", "รอตรวจกับระบบรายงานข้อมูลกลาง", _OFFICER, "violet", "half"),
        _W("call_back", "นัดโทรกลับ", "Call back", "โทรอีกครั้งในวันที่นัด", _OFFICER, "amber", "diamond"),
        _W("taken_back", "ย้อนกลับ", "Taken back", "ผลการโทรก่อนหน้านี้กดผิด", "", "grey", "arrow"),
    ),
    "factory": (
        _W("licensed_not_started", "ยังไม่แจ้งประกอบกิจการ", "Licensed, not started", "ได้ใบอนุญาตแล้ว ยังไม่เริ่ม", "ผู้ประกอบการ", "grey", "ring"),
        _W("operating", "ประกอบกิจการ", "Operating", "เปิดดำเนินการอยู่", "", "green", "circle"),
        _W("stopped_temporarily", "หยุดชั่วคราว", "Stopped temporarily", "แจ้งหยุดและยังไม่เลิก", "ผู้ประกอบการ", "amber", "half"),
        _W("deregistered", "จำหน่ายทะเบียน", "Deregistered", "พ้นจากทะเบียนแล้ว", "", "grey", "cross"),
    ),
    "assignment": (
        _W("planned", "ยังไม่เริ่ม", "Planned", "คำสั่งมีแล้ว ยังไม่ถึงวันเริ่ม", "", "grey", "ring"),
        _W("active", "มีผล", "In force", "มีอำนาจตามคำสั่งในวันนี้", "", "green", "circle"),
        _W("ended", "สิ้นสุดแล้ว", "Ended", "พ้นช่วงเวลาตามคำสั่งแล้ว", "", "grey", "dash"),
    ),
    "document": (
        _W("issued", "ออกแล้ว", "Issued", "ไม่มีฉบับใดยกเลิกหรือแทนที่", "", "green", "check"),
        _W("revoked", "ยกเลิกแล้ว", "Revoked", "มีเอกสารฉบับอื่นยกเลิก", "", "red", "cross"),
        _W("superseded", "ถูกแทนที่แล้ว", "Superseded", "มีเอกสารฉบับอื่นใช้แทน", "", "grey", "arrow"),
    ),
    "fact": (
        _W("verified", "ยืนยันแล้ว", "Verified", "มีเอกสารรองรับและมีผู้ยืนยัน", "", "green", "check"),
        _W("unverified", "ยังไม่ยืนยัน", "Not verified", "ใช้ไปก่อน ยังไม่มีเอกสารยืนยัน", "เจ้าของข้อเท็จจริง", "amber", "triangle"),
    ),
    "proposal": (
        _W("proposed", "รอผู้ยืนยัน", "Awaiting confirmation", "เสนอแล้ว ยังไม่มีผลจนกว่าคนที่สองจะยืนยัน", "ผู้มีอำนาจอีกคน", "amber", "half"),
        _W("confirmed", "ยืนยันแล้ว", "Confirmed", "คนที่สองยืนยันแล้ว มีผลตามวันที่กำหนด", "", "green", "check"),
        _W("declined", "ไม่ยืนยัน", "Declined", "คนที่สองไม่ยืนยัน ค่าเดิมยังมีผล", "", "red", "cross"),
        _W("withdrawn", "ถอนข้อเสนอ", "Withdrawn", "ผู้เสนอถอนเอง ค่าเดิมยังมีผล", "", "grey", "dash"),
    ),
    "step": (
        _W("file", "ไฟล์", "File", "ไฟล์รายงานของงวดเข้าระบบและผ่านการตรวจ", _OFFICER, "blue", "ring"),
        _W("report", "รายงาน", "Reports", "รวบรวมรายงานของโรงงานเข้าชุด", _OFFICER, "blue", "circle"),
        _W("review", "สอบทาน/กลั่นกรอง", "Review", "หัวหน้ากลุ่มสอบทาน ผู้ช่วยฯ กลั่นกรอง", _HEAD, "blue", "half"),
        _W("certify", "รับรอง", "Certification", "อุตสาหกรรมจังหวัดรับรอง", _CHIEF, "violet", "square"),
        _W("edition", "ชุดตัวเลข", "Figures", "ตัวเลขรับรองที่ตรึงเป็นฉบับแล้ว", "", "green", "check"),
    ),
    "figure": (
        _W("provisional", "ตัวเลขเบื้องต้น", "Provisional", "ยังเปลี่ยนได้จนกว่าจะรับรอง", _CHIEF, "amber", "half"),
        _W("certified", "ตัวเลขรับรอง", "Certified figures", "อุตสาหกรรมจังหวัดรับรองแล้ว", "", "green", "check"),
        _W("as_reported", "ตามที่รายงาน", "As reported", "สำนักงานติดตามแต่ไม่ได้รับรอง", "", "blue", "circle"),
    ),
}  # fmt: skip

# Which group a model's state field speaks. Kinds (what a thing is, not how far it is) stand below.
STATE_FIELDS: dict[str, str] = {
    "portal.storedfile.state": "file",
    "portal.batch.state": "batch",
    "portal.batchrow.action": "row",
    "portal.batchfinding.level": "finding",
    "portal.job.state": "job",
    "portal.settingproposal.state": "proposal",
    "offices.documentend.how": "document",
    "factories.factorycontact.state": "contact",
    "reporting.followup.outcome": "follow_up",
    "factories.factory.status": "factory",
    "factories.factory.source_status": "factory",
    "factories.factorystate.status": "factory",
    "factories.factorystate.source_status": "factory",
}

# Choices that name a kind and therefore need no state word.
KIND_FIELDS: frozenset[str] = frozenset(
    {
        "offices.office.kind",
        "offices.group.code",
        "offices.person.employment",
        "offices.assignment.kind",
        "factories.factory.coordinate_source",
        "factories.responsibilityrule.size",
        "factories.responsibilitychange.act",
        "factories.factorycontact.kind",
        "reporting.submission.channel",
        "reporting.compilerun.kind",
        "reporting.edition.level",
        "reporting.editionfile.kind",
    }
)

_BY_CODE = {(group, word.code): word for group, words in GROUPS.items() for word in words}


def word(group: str, code: str) -> StateWord:
    """The word of a state. Raises KeyError when it is not on the list."""
    return _BY_CODE[group, code]


def field_path(field: models.Field) -> str:
    """'portal.job.state' for the field of a model."""
    return f"{field.model._meta.label_lower}.{field.name}"


def word_of(row: models.Model, name: str) -> StateWord:
    """The word of a row's state field. Raises KeyError when field or state is not on the list."""
    field = row._meta.get_field(name)
    return word(STATE_FIELDS[f"{row._meta.label_lower}.{field.name}"], getattr(row, name))
