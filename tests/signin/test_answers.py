"""What a provider may send, read as person, post and placement; nothing it sends stops the reading."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.accounts import answers
from offices.models import Person

CARD = "0123456789012"  # of the range that belongs to nobody
OFFICER = {
    "sub": "x",
    "percardno": CARD,
    "prename_th": "นาง",
    "per_name": "ธารา",
    "per_surname": "ไพรตัวอย่าง",
    "pos_no": "0042",
    "pertype": "ข้าราชการพลเรือนสามัญ",
    "pertype_id": "1",
    "positiontype_th": "วิชาการ",
    "line_id": "031203",
    "linename_th": "วิศวกร",
    "levelname_th": "ชำนาญการ",
    "mposition": "หัวหน้ากลุ่มโรงงานอุตสาหกรรม",
    "organize_id": "4019000",
    "organize_th": "สำนักงานอุตสาหกรรมจังหวัดสระบุรี",
    "division": "ราชการบริหารส่วนภูมิภาค",
    "department_id": "02",
    "department": "สำนักงานปลัดกระทรวงอุตสาหกรรม",
    "ministry_id": "22",
    "province_id": "1900",
    "province_th": "สระบุรี",
    "per_status": "1",
    "per_status_name": "ปกติ",
    "relocation_type": "2",
    "relocation_name": "ช่วยราชการ",
    "blood_group": "ไม่ควรส่งมา",
}


def test_the_officer_answer_is_person_post_and_placement():
    read = answers.read(OFFICER)
    assert (read.card, read.findings) == (CARD, ())
    assert read.values == {
        "title_th": "นาง", "first_th": "ธารา", "last_th": "ไพรตัวอย่าง", "employment": Person.Employment.CIVIL_SERVANT,
        "post_no": "0042", "line_code": "031203", "line_th": "วิศวกร", "level_th": "ชำนาญการ", "type_th": "วิชาการ",
        "working_title": "หัวหน้ากลุ่มโรงงานอุตสาหกรรม", "organisation_code": "4019000",
        "organisation_th": "สำนักงานอุตสาหกรรมจังหวัดสระบุรี", "province_code": "1900", "status_th": "ปกติ",
        "relocation_code": "2", "relocation_th": "ช่วยราชการ",
    }  # fmt: skip
    assert answers.office_code(read.values) == "19"
    assert read.unknown == {"blood_group": "ไม่ควรส่งมา"}
    assert {"division", "department_code", "ministry_code"} <= set(read.known)
    assert json.loads(read.sealed())["card"] == CARD


def test_the_answer_of_thaid_is_a_person_only():
    read = answers.read(
        {"pid": CARD, "given_name": "ชลธี", "family_name": "แก้วสมมติ", "title": "นาย", "birthdate": "2530"}
    )
    assert read.card == CARD and read.values["first_th"] == "ชลธี" and "post_no" not in read.values
    assert read.unknown == {"birthdate": "2530"} and answers.office_code(read.values) == ""


@pytest.mark.parametrize(
    "wrapped",
    [
        {"officer": OFFICER},
        {"result": [OFFICER]},
        {"result": json.dumps(OFFICER)},
        {"data": {"result": json.dumps([OFFICER])}},
        {key.upper(): value for key, value in OFFICER.items()},
    ],
)
def test_the_person_is_found_where_gateways_put_it(wrapped):
    read = answers.read({"sub": "x", **wrapped})
    assert read.card == CARD and read.values["post_no"] == "0042" and read.values["province_code"] == "1900"


def test_identifiers_sent_as_numbers_are_told():
    read = answers.read({**OFFICER, "pos_no": 42, "line_id": 31203})
    assert read.values["post_no"] == "42" and len(read.findings) == 2


def test_a_card_number_that_is_none_is_not_kept():
    for value in ("123", "ไม่มี", 123):
        read = answers.read({**OFFICER, "percardno": value})
        assert read.card == "" and any("13 หลัก" in one for one in read.findings)
    assert answers.read({**OFFICER, "percardno": "๐-1234-56789-01-2"}).card == CARD


@pytest.mark.parametrize(
    ("name", "employment"),
    [
        ("พนักงานราชการทั่วไป", "government_employee"), ("ลูกจ้างประจำ", "permanent_employee"),
        ("พนักงานจ้างเหมาบริการ", "contract"), ("ข้าราชการ", "civil_servant"), ("1", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_kind_of_employee_comes_from_words_and_is_never_guessed_from_a_code(name, employment):
    assert answers.read({**OFFICER, "pertype": name}).values.get("employment", "") == employment


def test_only_a_provincial_industry_office_is_proposed():
    for change in (
        {"organize_th": "กองตรวจราชการ"},
        {"province_id": "19"},
        {"province_id": ""},
        {"organize_th": ""},
    ):
        assert answers.office_code(answers.read({**OFFICER, **change}).values) == ""


def test_long_texts_fit_the_columns():
    read = answers.read({**OFFICER, "per_name": "ก" * 500, "organize_th": "ข" * 5000})
    assert len(read.values["first_th"]) == 80 and len(read.values["organisation_th"]) == 200


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_KEY = st.sampled_from([*OFFICER, "pid", "given_name", "email", "title"]) | st.text(max_size=12)


@given(st.dictionaries(_KEY, _JSON, max_size=12))
def test_whatever_is_sent_is_read_and_kept(claims):
    read = answers.read(claims)
    assert all(isinstance(value, str) for value in read.values.values())
    assert read.card == "" or (len(read.card) == 13 and read.card.isdigit())
    json.loads(read.sealed())
