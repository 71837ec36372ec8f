"""What the constraints of the database mean, for whoever ran into one."""

from django.utils.translation import gettext_lazy

# What the database's constraints mean: name → (field of the form, sentence).
SENTENCES = {
    "order_number_once": ("number", gettext_lazy("คำสั่งเลขที่นี้ของหน่วยงานและปีนี้มีในระบบแล้ว")),
    "order_year_is_be": ("year_be", gettext_lazy("ปีของคำสั่งต้องเป็น พ.ศ.")),
    "person_has_name": ("first_th", gettext_lazy("ต้องมีทั้งชื่อและนามสกุล")),
    "user_email_once": ("email", gettext_lazy("อีเมลนี้มีผู้ใช้งานแล้ว")),
    "portal_user_email_key": ("email", gettext_lazy("อีเมลนี้มีผู้ใช้งานแล้ว")),
    "offices_person_user_id_key": ("email", gettext_lazy("บัญชีนี้ผูกกับบุคคลอื่นแล้ว")),
    "assignment_group_by_kind": (
        "group",
        gettext_lazy("เจ้าหน้าที่ หัวหน้ากลุ่ม และผู้ช่วยฯ ต้องระบุกลุ่ม ตำแหน่งอื่นไม่ระบุกลุ่ม"),
    ),
    "assignment_inspection_group_by_kind": (
        "inspection_group",
        gettext_lazy("ผู้ตรวจราชการต้องระบุกลุ่มตรวจราชการ ตำแหน่งอื่นไม่ระบุ"),
    ),
    "assignment_has_beginning": ("starts_on", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
    "assignment_one_chief": (
        "starts_on",
        gettext_lazy("สำนักงานนี้มีผู้ดำรงตำแหน่งนี้อยู่แล้วในช่วงเวลาเดียวกัน ให้สิ้นสุดคนเดิมก่อน"),
    ),
    "assignment_one_head_and_assistant": (
        "starts_on",
        gettext_lazy("กลุ่มนี้มีผู้ดำรงตำแหน่งนี้อยู่แล้วในช่วงเวลาเดียวกัน ให้สิ้นสุดคนเดิมก่อน"),
    ),
    "assignment_once_at_a_time": (
        "person",
        gettext_lazy("บุคคลนี้ได้รับแต่งตั้งตำแหน่งเดียวกันนี้อยู่แล้วในช่วงเวลาเดียวกัน"),
    ),
    "assignment_rank_by_kind": ("rank", gettext_lazy("ลำดับใช้กับผู้รักษาราชการแทนและผู้รักษาการในตำแหน่งเท่านั้น")),
    "assignment_standing_acts": (
        "standing",
        gettext_lazy("“เฉพาะวันที่ไม่อยู่หรือว่าง” ใช้กับผู้รักษาราชการแทนและผู้รักษาการในตำแหน่งเท่านั้น"),
    ),
    "assignment_powers_by_kind": ("powers", gettext_lazy("การมอบอำนาจต้องระบุอำนาจที่มอบ รายการอื่นไม่ระบุ")),
    "assignment_two_administrators": (
        "ends",
        gettext_lazy(
            "ในวันนั้นต้องเหลือผู้ดูแลระบบส่วนกลางอย่างน้อยสองคน เพราะคำสั่งของส่วนกลางมีผลเมื่อคนหนึ่งบันทึกและอีกคนยืนยัน "
            "ให้แต่งตั้งผู้ดูแลระบบคนใหม่ในคำสั่งเดียวกันหรือก่อนหน้า"
        ),
    ),
    "assignment_not_for_himself": ("person", gettext_lazy("ผู้ดำรงตำแหน่งรักษาการแทนตนเองไม่ได้")),
    "assignment_not_delegated_to_himself": (
        "person",
        gettext_lazy("อุตสาหกรรมจังหวัดมอบอำนาจให้ตนเองปฏิบัติราชการแทนไม่ได้"),
    ),
    "assignment_assistant_placed": (
        "person",
        gettext_lazy("ผู้ช่วยอุตสาหกรรมจังหวัดต้องปฏิบัติงานอยู่ในสำนักงานนั้นทุกวันตลอดช่วงที่แต่งตั้ง"),
    ),
    "assignment_of_revoked_order": ("order", gettext_lazy("คำสั่งนี้ถูกยกเลิกแล้ว การแต่งตั้งต้องสิ้นสุดก่อนวันที่ยกเลิก")),
    "given_inside_order": ("starts_on", gettext_lazy("ช่วงเวลาต้องอยู่ภายในช่วงที่คำสั่งมีผล")),
    "incumbency_inside_post": ("post", gettext_lazy("ตำแหน่งเลขที่นี้ไม่ได้มีอยู่ตลอดช่วงเวลาที่แต่งตั้ง")),
    "incumbency_one_person_a_post": ("post", gettext_lazy("ตำแหน่งเลขที่นี้มีผู้ดำรงอยู่แล้วในช่วงเวลาเดียวกัน")),
    "incumbency_one_post_a_person": ("person", gettext_lazy("บุคคลนี้ดำรงตำแหน่งอื่นอยู่แล้วในช่วงเวลาเดียวกัน")),
    "incumbency_has_beginning": ("starts_on", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
    "placement_one_home": ("person", gettext_lazy("บุคคลนี้มีที่ปฏิบัติงานตามตำแหน่งอยู่แล้วในช่วงเวลาเดียวกัน")),
    "placement_one_elsewhere": ("person", gettext_lazy("บุคคลนี้ช่วยราชการหรือหมุนเวียนงานที่อื่นอยู่แล้วในช่วงเวลาเดียวกัน")),
    "placement_has_beginning": ("starts_on", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
    "placement_group_of_office": ("group", gettext_lazy("กลุ่มนี้เป็นของสำนักงานอื่น")),
    "post_group_of_office": ("group", gettext_lazy("กลุ่มนี้เป็นของสำนักงานอื่น")),
    "orderline_group_of_office": ("group", gettext_lazy("กลุ่มนี้เป็นของสำนักงานอื่น")),
    "post_number_once_at_a_time": ("number", gettext_lazy("เลขที่ตำแหน่งนี้มีอยู่แล้วในช่วงเวลาเดียวกัน")),
    "post_one_for_the_chief": ("leads", gettext_lazy("สำนักงานนี้มีตำแหน่งหัวหน้าสำนักงานอยู่แล้ว")),
    "post_of_head_has_group": ("group", gettext_lazy("ตำแหน่งหัวหน้ากลุ่มต้องระบุกลุ่ม")),
    "post_has_number_and_level": ("number", gettext_lazy("ต้องมีเลขที่ตำแหน่งและระดับ")),
    "card_number_once": ("card_number", gettext_lazy("เลขที่บัตรนี้ออกไปแล้วตามกฎหมายเดียวกัน")),
    "card_one_at_a_time": ("act", gettext_lazy("บุคคลนี้มีบัตรตามกฎหมายนี้อยู่แล้วในช่วงเวลาเดียวกัน")),
    "card_has_number_and_beginning": ("card_number", gettext_lazy("บัตรต้องมีเลขที่ และวันสิ้นสุดไม่ก่อนวันเริ่ม")),
    "absence_once_at_a_time": ("starts_on", gettext_lazy("มีการลาหรือไปราชการบันทึกไว้แล้วในช่วงเวลาเดียวกัน")),
    "absence_has_days": ("last_day", gettext_lazy("วันสุดท้ายต้องไม่ก่อนวันแรก")),
    "absence_cancelled_has_reason": ("reason", gettext_lazy("ต้องระบุเหตุผล")),
    "absence_half_days_leave_something": (
        "until_noon",
        gettext_lazy("วันเดียวลาได้ครึ่งเช้าหรือครึ่งบ่ายอย่างใดอย่างหนึ่ง ถ้าไม่อยู่ทั้งวันไม่ต้องเลือก"),
    ),
    "absence_back_dated_has_reason": ("reason", gettext_lazy("การบันทึกย้อนหลังต้องระบุเหตุผล")),
    "proposal_ours_or_outside": (
        "issuer",
        gettext_lazy("คำสั่งจากภายนอกต้องมีผู้ออก เลขที่ วันที่ และไฟล์สแกน คำสั่งของสำนักงานไม่มี"),
    ),
    "proposal_back_dated_has_reason": (
        "reason",
        gettext_lazy("คำสั่งมีผลก่อนวันที่ลงนาม ต้องระบุเหตุผล"),
    ),
    "proposal_days_in_order": ("last_day", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
    "orderline_days_in_order": ("last_day", gettext_lazy("วันสิ้นสุดต้องไม่ก่อนวันเริ่ม")),
    "order_not_revoked_by_itself": ("revokes", gettext_lazy("คำสั่งยกเลิกตัวเองไม่ได้")),
    "assignment_inside_order": ("starts_on", gettext_lazy("ช่วงเวลาต้องอยู่ภายในช่วงที่คำสั่งมีผล")),
    "assignment_civil_servant": (
        "person",
        gettext_lazy("ผู้ช่วยฯ อุตสาหกรรมจังหวัด ผู้รักษาราชการแทน และผู้ตรวจราชการต้องเป็นข้าราชการ"),
    ),
    "assignment_office_by_kind": (
        "office",
        gettext_lazy("ผู้ตรวจราชการและผู้ดูแลระบบอยู่ส่วนกลาง ตำแหน่งอื่นอยู่สำนักงานอุตสาหกรรมจังหวัด"),
    ),
    "assignment_group_of_office": ("group", gettext_lazy("กลุ่มนี้เป็นของสำนักงานอื่น")),
    "assignment_inside_group": ("group", gettext_lazy("กลุ่มนี้ไม่ได้มีอยู่ตลอดช่วงเวลาของการแต่งตั้ง")),
    "assignment_inside_inspection_group": (
        "inspection_group",
        gettext_lazy("กลุ่มตรวจราชการนี้ไม่ได้มีอยู่ตลอดช่วงเวลาของการแต่งตั้ง"),
    ),
    "inspectiongroup_name_once_at_a_time": (
        "name",
        gettext_lazy("มีกลุ่มตรวจราชการชื่อนี้อยู่แล้วในช่วงเวลาเดียวกัน"),
    ),
    "groupzone_one_group_at_a_time": ("zone", gettext_lazy("เขตนี้อยู่ในกลุ่มตรวจราชการอื่นในช่วงเวลาเดียวกัน")),
    "zoneprovince_one_zone_at_a_time": ("since", gettext_lazy("จังหวัดนี้อยู่ในเขตอื่นในช่วงเวลาเดียวกัน")),
    "inspectionchange_one_of_a_zone": (
        "zone",
        gettext_lazy("มีข้อเสนอเรื่องเขตนี้ที่รอผู้ยืนยันอยู่แล้ว โปรดรอผลหรือถอนข้อเสนอนั้นก่อน"),
    ),
    "inspectionchange_one_of_a_province": (
        "province",
        gettext_lazy("มีข้อเสนอเรื่องจังหวัดนี้ที่รอผู้ยืนยันอยู่แล้ว โปรดรอผลหรือถอนข้อเสนอนั้นก่อน"),
    ),
    "inspectionchange_has_reason": ("reason", gettext_lazy("ต้องระบุเหตุผล")),
    "inspectionchange_second_person": (
        "reason",
        gettext_lazy("ท่านเป็นผู้เสนอ ต้องให้ผู้ดูแลระบบส่วนกลางอีกคนเป็นผู้ตัดสิน"),
    ),
    "inspectionchange_withdrawn_by_proposer": ("reason", gettext_lazy("ผู้เสนอเท่านั้นที่ถอนข้อเสนอได้")),
    "register_year_is_be": ("year_be", gettext_lazy("ปีของทะเบียนต้องเป็น พ.ศ.")),
    "register_opening_range": ("opening", gettext_lazy("เลขเริ่มต้นต้องอยู่ระหว่าง 1 ถึง 99,999")),
    "register_opening_unused": ("opening", gettext_lazy("ทะเบียนนี้ออกเลขไปแล้ว เปลี่ยนเลขเริ่มต้นไม่ได้อีก")),
    "register_keeps_its_name": (
        "kind",
        gettext_lazy("ทะเบียนเปลี่ยนสำนักงาน ประเภท หรือปีไม่ได้ ให้เปิดทะเบียนใหม่"),
    ),
    "document_number_next": ("number", gettext_lazy("เลขในทะเบียนต้องต่อจากเลขล่าสุดเสมอ ข้ามหรือซ้ำไม่ได้")),
    "document_year_of_register": ("signed_on", gettext_lazy("วันที่ลงนามต้องอยู่ในปี พ.ศ. ของทะเบียน")),
    "document_dates_in_order": (
        "signed_on",
        gettext_lazy("วันที่ลงนามต้องไม่ก่อนวันที่ของเลขที่ออกไปแล้วในทะเบียนเดียวกัน"),
    ),
    "document_outside_once": ("reference", gettext_lazy("เอกสารเลขที่และวันที่นี้ของหน่วยงานนี้มีในระบบแล้ว")),
    "document_file_of_office": ("scan", gettext_lazy("ไฟล์ของเอกสารต้องเป็นของสำนักงานเดียวกัน และตรงกับค่าแฮช")),
    "documentend_not_itself": ("by", gettext_lazy("เอกสารยกเลิกหรือแทนที่ตัวเองไม่ได้")),
    "documentend_by_of_office": ("by", gettext_lazy("เอกสารที่ยกเลิกหรือแทนที่ต้องอยู่ในสำนักงานเดียวกัน")),
    "documentend_after_signing": (
        "since",
        gettext_lazy("เอกสารที่ยกเลิกหรือแทนที่ต้องลงนามไม่ก่อนฉบับเดิม และมีผลไม่ก่อนวันที่ลงนามของตน"),
    ),
    "documentend_by_stands": ("by", gettext_lazy("เอกสารที่สิ้นผลแล้วยกเลิกหรือแทนที่เอกสารอื่นไม่ได้")),
    "documentend_has_reason": ("reason", gettext_lazy("ต้องระบุเหตุผล")),
    "offices_documentend_document_id_key": ("document", gettext_lazy("เอกสารนี้สิ้นผลไปแล้ว")),
    "personprivate_card_once": (
        "national_id",
        gettext_lazy("เลขประจำตัวประชาชนนี้บันทึกไว้กับบุคลากรอีกคนแล้ว"),
    ),
    "personprivate_erased_by_two": (
        "reason",
        gettext_lazy("ข้อมูลส่วนบุคคลลบได้เมื่อคนหนึ่งขอและอีกคนยืนยันเท่านั้น"),
    ),
    "erasure_one_open": ("reason", gettext_lazy("มีคำขอลบที่รอคนที่สองอยู่แล้ว")),
    "erasure_second_person": ("reason", gettext_lazy("ผู้ยืนยันการลบต้องไม่ใช่ผู้ขอลบ")),
    "support_one_at_a_time": ("minutes", gettext_lazy("ท่านมีการเข้าถึงเพื่อสนับสนุนที่ยังไม่สิ้นสุด")),
    "support_is_short": ("minutes", gettext_lazy("การเข้าถึงเพื่อสนับสนุนนานไม่เกิน 60 นาที")),
    "support_second_person": ("minutes", gettext_lazy("ผู้เห็นชอบต้องไม่ใช่ผู้ขอเข้าถึง")),
    "letterhead_one_a_day": ("since", gettext_lazy("มีตราที่เริ่มใช้ในวันนั้นแล้ว โปรดเลือกวันอื่น")),
}
