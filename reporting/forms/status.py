"""What the forms have in common of which we hold the status only: reported on which day, and nil or not.

Their contents stay in the ministry's central report system; an office needs to know who has not
reported, so that it can call.
"""

from portal.sheets.spec import Column
from reporting.forms.base import HEADER, FormSection

SUBMITTED_ON = "submitted_on"
RULES = ("identity", "v01_required", "v27_duplicate", "v28_late", "status")


def sections(*, nil: str, nil_help: str) -> tuple[FormSection, ...]:
    """The only section: the day of the report and the nil declaration, headed ``nil``."""
    return (
        FormSection(
            HEADER,
            "สถานะการรายงาน",
            (
                Column(
                    SUBMITTED_ON,
                    "วันที่รายงาน",
                    aliases=("รายงานเมื่อ", "วันที่ส่ง", "วันที่ส่งรายงาน", SUBMITTED_ON),
                    kind="date",
                    required=True,
                    help="วันที่โรงงานส่งรายงานในระบบรายงานข้อมูลกลางของกระทรวง",
                    example="15/04/2569",
                ),
                Column("nil", nil, aliases=("รายงานเปล่า", "nil"), kind="bool", help=nil_help, example="ไม่ใช่"),
            ),
        ),
    )
