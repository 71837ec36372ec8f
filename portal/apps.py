from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The kernel: knows no other app."""

    name = "portal"

    def ready(self) -> None:
        # So that tasks find their application, and the system checks are registered.
        from portal import audit, celery, checks, notices, practice, views, worklist  # noqa: F401
        from portal.access import anybody_assigned, signed_in
        from portal.fields import speak_thai
        from portal.help import register as register_help
        from portal.help import sheets
        from portal.intake import selectors, tasks  # noqa: F401  (tasks registers the intake's jobs)
        from portal.navigation import Entry, add, register_search
        from portal.screens import export  # noqa: F401  (registers its job)

        speak_thai()
        audit.register_verbs(
            {
                "batch.mapped": _("จับคู่คอลัมน์ของไฟล์"),
                "batch.asked_again": _("ขอจับคู่คอลัมน์ใหม่"),
                "mapping.agreed": _("บันทึกการจับคู่คอลัมน์รุ่นใหม่"),
                "mapping.retired": _("เลิกใช้การจับคู่คอลัมน์"),
            }
        )
        worklist.register(selectors.work)
        worklist.register(views.facts.work)
        audit.register_verbs(
            {
                "setting.decided": _("กำหนดค่าตั้ง"),
                "fact.proposed": _("เสนอค่าพร้อมเอกสาร"),
                "fact.confirmed": _("ยืนยันค่า"),
                "fact.declined": _("ไม่ยืนยันค่า"),
                "fact.withdrawn": _("ถอนข้อเสนอ"),
            }
        )
        audit.register_verbs(
            {
                "account.factor_added": _("เพิ่มวิธียืนยันตัวตน"),
                "account.factor_removed": _("ยกเลิกวิธียืนยันตัวตน"),
                "account.recovery_codes_made": _("สร้างรหัสสำรองชุดใหม่"),
                "account.password_changed": _("เปลี่ยนรหัสผ่าน"),
                "account.provider_connected": _("เพิ่มวิธีลงชื่อเข้าใช้"),
                "account.provider_disconnected": _("ยกเลิกวิธีลงชื่อเข้าใช้"),
                "account.sessions_ended": _("ออกจากระบบในอุปกรณ์อื่น"),
            }
        )
        audit.register_verbs(
            {
                "savedview.saved": _("บันทึกมุมมองของรายการ"),
                "savedview.deleted": _("ลบมุมมองของรายการ"),
            }
        )
        register_search("portal:search")
        for name in ("batch-list", "batch-import", "batch-detail", "batch-mapping"):
            register_help(f"intake:{name}", sheets)
        add(Entry("work", _("รอดำเนินการ"), "home", signed_in))
        add(Entry("work", _("นำเข้าข้อมูล"), "intake:batch-list", anybody_assigned))
        add(Entry("work", _("งานเบื้องหลัง"), "portal:job-list", signed_in))
        add(Entry("work", _("ข้อเท็จจริงและค่าตั้ง"), "portal:fact-list", anybody_assigned))
        add(Entry("work", _("ร่างและถังทิ้ง"), "portal:draft-list", signed_in))

        from portal import personal
        from portal.audit import Thing, register_things

        personal.watch_models()
        register_things(
            {
                "portal.user": Thing(_("บัญชีผู้ใช้")),
                "portal.batch": Thing(_("ชุดนำเข้า")),
                "portal.storedfile": Thing(_("ไฟล์")),
                "portal.job": Thing(_("งานเบื้องหลัง")),
                "portal.datedsetting": Thing(_("ค่าตั้ง")),
            }
        )

        audit.register_verbs(
            {
                "batch.received": _("รับไฟล์นำเข้า"),
                "batch.applied": _("นำเข้าข้อมูล"),
                "batch.undone": _("ถอนคืนการนำเข้า"),
                "batch.discarded": _("ยกเลิกชุดนำเข้า"),
                "batch.restored": _("กู้คืนชุดนำเข้า"),
                "batch.previewed_again": _("ตรวจไฟล์อีกครั้ง"),
                "batch.marked": _("ดาวน์โหลดไฟล์ที่ทำเครื่องหมายข้อผิดพลาด"),
                "file.downloaded": _("ดาวน์โหลดไฟล์"),
                "job.retried": _("สั่งงานเบื้องหลังอีกครั้ง"),
                "list.exported": _("ส่งออกรายการ"),
                "sheet.exported": _("ส่งออกตารางเพื่อแก้ไข"),
                "personal.read": _("เปิดดูข้อมูลส่วนบุคคล"),
            }
        )
