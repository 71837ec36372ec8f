"""What learning tells the house when the app is ready."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def ready() -> None:
    """Register models, settings, evidence, words of acts, places in the rail, work and sheets."""
    from offices.documents import selectors as documents
    from offices.documents.kinds import WORK_RECORD, kind_of
    from offices.learning import dated, evidence, policies, reference
    from offices.learning.intake import TrainingHandler
    from offices.learning.selectors import plans, records, stints
    from offices.learning.sheets import TRAINING
    from offices.learning.workflow import PLAN, STINT
    from offices.policies import directory_readers, inspectors
    from portal import audit, navigation, worklist
    from portal.audit import Thing
    from portal.checks import allow_unscoped
    from portal.intake.handlers import register_handler
    from portal.reference import register_loader
    from portal.sheets.spec import register_spec
    from portal.views.files import register_readers

    for name in ("competency", "leveldescriptor"):
        allow_unscoped(f"offices.{name}", "reference data, the same for every reader")
    of_a_person = "a person's own, which goes with him; learning.selectors ask whose a reader sees"
    for name in (
        "subjectlevel", "assessment", "assessmentline", "developmentplan", "developmentitem", "planact",
        "attendance", "stint", "stintday", "recordrequest",
    ):  # fmt: skip
        allow_unscoped(f"offices.{name}", of_a_person)
    for name in ("trainingcourse", "trainingsession"):
        allow_unscoped(f"offices.{name}", "what is taught; learning.selectors filter by scope and the centre")

    dated.declare()
    register_loader("offices.competencies", reference.load_competencies)
    register_loader("offices.levels", reference.load_descriptors)
    for source in (evidence.TrainingEvidence(), evidence.StintEvidence(), evidence.AssessmentEvidence()):
        evidence.register_evidence(source)
    register_spec(TRAINING)
    register_handler(TrainingHandler())
    documents.register_sight(WORK_RECORD, records.readable)
    register_readers(kind_of(WORK_RECORD).purpose, records.may_open)
    for source_of_work in (plans.work, stints.work, records.work):
        worklist.register(source_of_work)

    audit.register_verbs(
        {
            "level.set": _("กำหนดระดับความสามารถ"),
            "assessment.made": _("ประเมินสมรรถนะหลัก"),
            "plan.opened": _("เปิดแผนพัฒนารายบุคคล"),
            "plan.item_added": _("เพิ่มรายการในแผนพัฒนา"),
            "plan.item_changed": _("แก้รายการในแผนพัฒนา"),
            "plan.item_removed": _("เอารายการออกจากแผนพัฒนา"),
            "plan.progress": _("บันทึกผลตามแผนพัฒนา"),
            **{f"plan.{one.name}": one.label for one in PLAN},
            "course.added": _("เพิ่มหลักสูตร"),
            "session.added": _("เพิ่มรุ่นอบรม"),
            "session.changed": _("แก้รุ่นอบรม"),
            "attendance.enrolled": _("ลงทะเบียนอบรม"),
            "attendance.recorded": _("บันทึกการเข้าอบรม"),
            "attendance.removed": _("ถอนชื่อจากรุ่นอบรม"),
            "stint.planned": _("เสนอแผนเรียนรู้งาน"),
            **{f"stint.{one.name}": one.label for one in STINT},
            "stint.order_linked": _("เชื่อมคำสั่งกับแผนเรียนรู้งาน"),
            "stint.day_logged": _("บันทึกวันเรียนรู้งาน"),
            "stint.day_signed": _("รับรองวันเรียนรู้งาน"),
            "record.asked": _("ขอแฟ้มผลงานรับรอง"),
            "record.issued": _("ออกแฟ้มผลงานรับรอง"),
            "record.declined": _("ไม่ออกแฟ้มผลงานรับรอง"),
            "record.withdrawn": _("ถอนคำขอแฟ้มผลงานรับรอง"),
            "readiness.exported": _("ส่งออกกระดานความพร้อม"),
        }
    )
    audit.register_things(
        {
            "offices.developmentplan": Thing(_("แผนพัฒนารายบุคคล")),
            "offices.developmentitem": Thing(_("รายการในแผนพัฒนา")),
            "offices.trainingcourse": Thing(_("หลักสูตร")),
            "offices.trainingsession": Thing(_("รุ่นอบรม")),
            "offices.attendance": Thing(_("การเข้าอบรม")),
            "offices.stint": Thing(_("แผนเรียนรู้งาน")),
            "offices.stintday": Thing(_("วันเรียนรู้งาน")),
            "offices.recordrequest": Thing(_("คำขอแฟ้มผลงานรับรอง")),
        }
    )
    for label, url_name, policy in (
        (_("ความพร้อมของสำนักงาน"), "offices:readiness-list", directory_readers),
        (_("ระดับความสามารถ"), "offices:subjectlevel-list", directory_readers),
        (_("แผนพัฒนารายบุคคล"), "offices:developmentplan-list", policies.learners),
        (_("การอบรม"), "offices:trainingsession-list", policies.learners),
        (_("หมุนเวียนและเรียนรู้งาน"), "offices:stint-list", policies.learners),
        (_("แฟ้มผลงานรับรอง"), "offices:recordrequest-list", policies.learners),
    ):
        navigation.add(navigation.Entry("people", label, url_name, policy))
    navigation.add(navigation.Entry("work", _("การเรียนรู้ของฉัน"), "offices:learner-mine", policies.learners))
    navigation.add(
        navigation.Entry("oversight", _("ความพร้อมของสำนักงาน"), "offices:readiness-list", inspectors)
    )


def list_of(url_name: str, **asked: str) -> str:
    """The address of a list with some filters."""
    return f"{reverse(url_name)}?{urlencode(asked)}" if asked else reverse(url_name)
