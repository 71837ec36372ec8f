"""What staffing tells the house when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def ready() -> None:
    """Register models, settings, words of acts, places in the rail, work and sheets."""
    from offices.policies import inspectors, office_or_centre
    from offices.services.rules import sentences
    from offices.staffing import dated, matters, policies
    from offices.staffing.lists.orders import AnnexHandler, EarlierOrderHandler
    from offices.staffing.lists.personnel import PersonnelHandler
    from offices.staffing.lists.sheets import ANNEX, EARLIER_ORDER, PERSONNEL
    from offices.staffing.sentences import SENTENCES
    from offices.staffing.work import leavers, unsigned, work
    from portal import audit, navigation, worklist
    from portal.audit import Thing
    from portal.checks import allow_unscoped
    from portal.intake.handlers import register_handler
    from portal.sheets.spec import register_spec

    matters.register(matters.CaseMatters())
    worklist.register(work)
    worklist.register(leavers)
    worklist.register(unsigned)
    allow_unscoped("offices.retirement", "of the directory; pages show it to personnel and chiefs only")
    allow_unscoped("offices.listedrow", "what an import made; read by the import that made it")
    sentences.SENTENCES.update(SENTENCES)
    dated.declare()
    for sheet in (PERSONNEL, EARLIER_ORDER, ANNEX):
        register_spec(sheet)
    for handler in (PersonnelHandler(), EarlierOrderHandler(), AnnexHandler()):
        register_handler(handler)
    audit.register_verbs(
        {
            "staffing.exported": _("ส่งออกอัตรากำลัง"),
            "personnel.imported": _("นำเข้าบัญชีบุคลากร"),
            "order_lines.imported": _("นำเข้ารายการของคำสั่ง"),
            "retirement.noted": _("บันทึกปีเกษียณ"),
            "group.opened": _("เพิ่มกลุ่ม"),
            "group.renamed": _("เปลี่ยนชื่อกลุ่ม"),
            "group.ended": _("สิ้นสุดกลุ่ม"),
            "post.added": _("เพิ่มตำแหน่ง"),
            "post.corrected": _("แก้ตำแหน่งที่บันทึกผิด"),
            "post.ended": _("ยุบตำแหน่ง"),
            "handover.made": _("ทำบัญชีส่งมอบงาน"),
            "handover.signed": _("ลงนามบัญชีส่งมอบงาน"),
            "handover.signed_for": _("ลงนามบัญชีส่งมอบงานแทนผู้ที่พ้นไปแล้ว"),
            "handover.moved": _("ส่งมอบงานแล้ว"),
            "handover.withdrawn": _("ยกเลิกบัญชีส่งมอบงาน"),
            "handover.undone": _("ถอนคืนการส่งมอบงาน"),
        }
    )
    audit.register_things({"offices.handover": Thing(_("บัญชีส่งมอบงาน"))})
    navigation.add(
        navigation.Entry("people", _("อัตรากำลัง"), "offices:staffing-list", policies.staffing_readers)
    )
    navigation.add(navigation.Entry("people", _("ส่งมอบงาน"), "offices:handover-list", office_or_centre))
    navigation.add(navigation.Entry("oversight", _("อัตรากำลัง"), "offices:staffing-list", inspectors))
