"""What inspection tells the house when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def ready() -> None:
    """Register what may be read unscoped, words of acts and things, the place in the rail, and work."""
    from offices.inspection import selectors
    from offices.policies import central_admin
    from portal import audit, navigation, worklist
    from portal.checks import allow_unscoped

    allow_unscoped("offices.inspectionchange", "of the central administrators, who see the nation")
    audit.register_verbs(
        {
            "inspection.proposed": _("เสนอเปลี่ยนกลุ่มตรวจราชการ"),
            "inspection.confirmed": _("ยืนยันการเปลี่ยนกลุ่มตรวจราชการ"),
            "inspection.declined": _("ไม่ยืนยันการเปลี่ยนกลุ่มตรวจราชการ"),
            "inspection.withdrawn": _("ถอนข้อเสนอเรื่องกลุ่มตรวจราชการ"),
        }
    )
    audit.register_things(
        {
            "offices.zoneprovince": audit.Thing(_("จังหวัดในเขตตรวจราชการ")),
            "offices.inspectionchange": audit.Thing(_("ข้อเสนอเรื่องกลุ่มตรวจราชการ")),
        }
    )
    worklist.register(selectors.work)
    navigation.add(
        navigation.Entry("oversight", _("กลุ่มตรวจราชการ"), "offices:inspectiongroup-list", central_admin)
    )
