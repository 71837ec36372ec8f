"""What the constraints of staffing mean: name → (field of the form, sentence)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

SENTENCES = {
    "group_once_at_a_time": ("starts_on", gettext_lazy("สำนักงานนี้มีกลุ่มนี้อยู่แล้วในช่วงเวลาเดียวกัน")),
    "group_has_name_and_days": ("name_th", gettext_lazy("กลุ่มต้องมีชื่อ และมีอยู่อย่างน้อยหนึ่งวัน")),
    "inside_its_group": ("group", gettext_lazy("ตำแหน่งและที่ปฏิบัติงานอยู่ในกลุ่มได้ไม่เกินวันสุดท้ายของกลุ่ม")),
    "handover_one_open": ("taker", gettext_lazy("มีบัญชีส่งมอบระหว่างสองคนนี้ที่ยังไม่เสร็จอยู่แล้ว")),
    "handover_between_two": ("taker", gettext_lazy("ผู้รับมอบต้องเป็นคนละคนกับผู้ส่งมอบ")),
    "handover_superior_with_reason": (
        "reason",
        gettext_lazy("ผู้ลงนามแทนต้องเป็นคนที่สามและระบุเหตุผล"),
    ),
    "handover_moves_when_signed": (
        "version",
        gettext_lazy("ส่งมอบได้เมื่อทั้งสองฝ่ายลงนาม หรือผู้บังคับบัญชาลงนามแทนพร้อมเหตุผล"),
    ),
    "handover_items_settled": ("items", gettext_lazy("บัญชีส่งมอบที่มีผู้ลงนามแล้วเปลี่ยนเรื่องไม่ได้")),
    "retirement_year_is_be": ("fiscal_year", gettext_lazy("ปีเกษียณต้องเป็น พ.ศ.")),
    "retirement_has_source": ("source", gettext_lazy("ต้องระบุที่มา")),
}
