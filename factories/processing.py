"""What personal data the registry of factories holds, declared for the register (PDPA s. 39)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.processing import Activity, declare


def declare_all() -> None:
    """Declare the activities of this app."""
    declare(
        Activity(
            "factory_contacts",
            _("ผู้ประกอบการและช่องทางติดต่อของโรงงาน"),
            _("ผู้ประกอบการและผู้ติดต่อของโรงงาน"),
            _("ชื่อผู้ประกอบการ โทรศัพท์ และช่องทางติดต่อของโรงงาน"),
            _("กำกับดูแลโรงงานและติดตามรายงาน"),
            _("ปฏิบัติหน้าที่ในการใช้อำนาจรัฐตามกฎหมายว่าด้วยโรงงาน (มาตรา 24 (4) และ (6))"),
            _("บุคลากรของสำนักงานในพื้นที่ ผู้ตรวจราชการ ผู้ดูแลระบบส่วนกลาง"),
            _("ตลอดเวลาที่โรงงานอยู่ในทะเบียน และเป็นประวัติหลังจากนั้น"),
            _("ขอบเขตข้อมูลตามจังหวัด บันทึกทุกครั้งที่หน้าแสดงโทรศัพท์"),
        )
    )
