import random
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal import thai
from portal.thai import NumberError, baht_text, format_number, parse_number, search_key, sort_key


@given(st.text())
def test_digits_there_and_back(text):
    arabic = thai.from_thai_digits(text)
    assert not set(arabic) & set(thai.THAI_DIGITS)
    assert thai.from_thai_digits(thai.to_thai_digits(arabic)) == arabic


def test_thai_digits():
    assert thai.to_thai_digits("หน้า 1234567890") == "หน้า ๑๒๓๔๕๖๗๘๙๐"
    assert thai.to_thai_digits(12) == "๑๒"
    assert thai.from_thai_digits("๑๒๓๔๕๖๗๘๙๐") == "1234567890"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="00906310051ปจ"', "00906310051ปจ"), (' = "x" ', "x"), ("'0123", "0123"),
        ("\ufeffก\u00a0ข\u200b ", "ก ข"),
        (None, ""), (12, "12"), ("a\n b", "a b"), ('=""', ""),
    ],
)  # fmt: skip
def test_clean_text(cell, text):
    assert thai.clean_text(cell) == text


@pytest.mark.parametrize("cell", [None, "", " ", "-", "\u00a0", '=""', " – "])
def test_blank(cell):
    assert thai.is_blank(cell)
    with pytest.raises(NumberError) as caught:
        parse_number(cell)
    assert caught.value.code == "empty"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,234.50", "1234.50"), ("๑,๒๓๔.๕๐", "1234.50"), ("1 234 567", "1234567"),
        ("1\u00a0234", "1234"), ("12.0", "12"),
        ("-5", "-5"), ("− 5", "-5"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("007", "7"),
        ('="12"', "12"), ("'12", "12"),
        (12, "12"), (12.0, "12"), (0.1, "0.1"), (20259000125516.0, "20259000125516"),
        (Decimal("1.20"), "1.20"), ("0.000001", "0.000001"),
        (1e-7, "0.0000001"), ("12345678901234.123456", "12345678901234.123456"), ("0", "0"), ("-0.0", "0"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written, number):
    result = parse_number(written)
    assert result == Decimal(number)
    assert isinstance(result, Decimal)
    if result == int(result):
        assert str(result) == str(int(result))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1,5", "ambiguous"), ("12,34", "ambiguous"), ("1.234,56", "ambiguous"),
        ("1.234.567", "ambiguous"), ("12 34", "ambiguous"),
        ("1,234 567", "ambiguous"), ("(5)", "ambiguous"), ("1,2345", "ambiguous"), (",5", "not_a_number"),
        ("1.2E+13", "scientific"), ("2e5", "scientific"), ("#REF!", "excel_error"), ("#N/A", "excel_error"),
        ("12 ตัน", "not_a_number"), ("12%", "not_a_number"), ("ไม่มี", "not_a_number"),
        ("22/11/2569", "not_a_number"), ("5-", "not_a_number"),
        ("NaN", "not_a_number"), ("Infinity", "not_a_number"), ("1_000", "not_a_number"),
        ("٣", "not_a_number"), ("1e5000000", "scientific"),
        ("--5", "not_a_number"), (True, "not_a_number"), (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (Decimal("NaN"), "not_a_number"), (Decimal("1E+999999"), "too_long"), (1e300, "too_long"),
        (10**40, "too_long"), ("9" * 29, "too_long"),
        ("9" * 100_000, "too_long"),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_no_number_is_guessed(written, code):
    with pytest.raises(NumberError) as caught:
        parse_number(written)
    assert caught.value.code == code
    assert len(caught.value.message) < 250


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=6), st.booleans())
def test_shown_numbers_can_be_read_back(number, digits):
    shown = format_number(number)
    assert parse_number(thai.to_thai_digits(shown) if digits else shown) == number


@given(
    st.one_of(
        st.text(max_size=40),
        st.floats(),
        st.integers(),
        st.decimals(),
        st.text(alphabet="0123456789.,-+() eE", max_size=20),
    )
)
def test_anything_gives_a_number_or_a_named_error(value):
    try:
        assert parse_number(value).is_finite()
    except NumberError as error:
        assert error.code in NumberError.__doc__


@pytest.mark.parametrize(
    ("number", "places", "shown"),
    [
        ("1234.5", 2, "1,234.50"), ("1234.565", 2, "1,234.57"), ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"), ("-0.004", 2, "0.00"),
        ("1234567", None, "1,234,567"), ("1234.500000", None, "1,234.5"), ("100", None, "100"),
        ("100.00", None, "100"), ("1E+3", 0, "1,000"),
        ("123456789012345678901234567890.126", 2, "123,456,789,012,345,678,901,234,567,890.13"),
        ("0", None, "0"), ("2.5", 0, "3"),
    ],
)  # fmt: skip
def test_format_number(number, places, shown):
    assert format_number(Decimal(number), places) == shown


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"), ("1", "หนึ่งบาทถ้วน"), ("10", "สิบบาทถ้วน"), ("11", "สิบเอ็ดบาทถ้วน"),
        ("20", "ยี่สิบบาทถ้วน"),
        ("21", "ยี่สิบเอ็ดบาทถ้วน"), ("100", "หนึ่งร้อยบาทถ้วน"), ("101", "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("111", "หนึ่งร้อยสิบเอ็ดบาทถ้วน"),
        ("1001", "หนึ่งพันเอ็ดบาทถ้วน"), ("121212", "หนึ่งแสนสองหมื่นหนึ่งพันสองร้อยสิบสองบาทถ้วน"),
        ("200000", "สองแสนบาทถ้วน"),
        ("1000000", "หนึ่งล้านบาทถ้วน"), ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"), ("2000011", "สองล้านสิบเอ็ดบาทถ้วน"),
        ("10000000", "สิบล้านบาทถ้วน"), ("11000000", "สิบเอ็ดล้านบาทถ้วน"), ("21000021", "ยี่สิบเอ็ดล้านยี่สิบเอ็ดบาทถ้วน"),
        ("1000000000000", "หนึ่งล้านล้านบาทถ้วน"), ("1000001000000", "หนึ่งล้านเอ็ดล้านบาทถ้วน"),
        ("0.01", "หนึ่งสตางค์"), ("0.11", "สิบเอ็ดสตางค์"), ("0.21", "ยี่สิบเอ็ดสตางค์"), ("0.50", "ห้าสิบสตางค์"),
        ("0.004", "ศูนย์บาทถ้วน"),
        ("21.25", "ยี่สิบเอ็ดบาทยี่สิบห้าสตางค์"), ("1.995", "สองบาทถ้วน"), ("-15.75", "ลบสิบห้าบาทเจ็ดสิบห้าสตางค์"),
        ("-0.001", "ศูนย์บาทถ้วน"),
        (
            "9999999999999999.99",
            "เก้าพันเก้าร้อยเก้าสิบเก้าล้านเก้าแสนเก้าหมื่นเก้าพันเก้าร้อยเก้าสิบเก้า"
            "ล้านเก้าแสนเก้าหมื่นเก้าพันเก้าร้อยเก้าสิบเก้าบาทเก้าสิบเก้าสตางค์",
        ),
    ],
)  # fmt: skip
def test_baht_in_words(amount, words):
    assert baht_text(Decimal(amount)) == words


def test_baht_never_from_float():
    with pytest.raises(TypeError):
        baht_text(1.5)


def read_words(words: str) -> int:
    """Read number words back by place, independently of how they were written."""
    head, million, tail = words.rpartition("ล้าน")
    if million:
        return read_words(head) * 10**6 + (read_words(tail) if tail else 0)
    digits = {
        "หนึ่ง": 1,
        "เอ็ด": 1,
        "สอง": 2,
        "ยี่": 2,
        "สาม": 3,
        "สี่": 4,
        "ห้า": 5,
        "หก": 6,
        "เจ็ด": 7,
        "แปด": 8,
        "เก้า": 9,
    }
    places = {"สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10**4, "แสน": 10**5}
    total, digit = 0, None
    while words:
        word = next(word for word in (*digits, *places) if words.startswith(word))
        words = words.removeprefix(word)
        if word in digits:
            digit = digits[word]
        else:
            total, digit = total + (digit or 1) * places[word], None
    return total + (digit or 0)


@given(st.integers(1, 10**19))
@example(1_000_000_000_001)
def test_baht_words_say_the_number(number):
    assert read_words(baht_text(number).removesuffix("บาทถ้วน")) == number


PROVINCES_IN_DICTIONARY_ORDER = [
    "กระบี่", "กรุงเทพมหานคร", "กาญจนบุรี", "กาฬสินธุ์", "กำแพงเพชร", "ขอนแก่น", "จันทบุรี", "ฉะเชิงเทรา", "ชลบุรี",
    "ชัยนาท", "ชัยภูมิ",
    "ชุมพร", "เชียงราย", "เชียงใหม่", "ตรัง", "ตราด", "ตาก", "นครนายก", "นครปฐม", "นครพนม", "นครราชสีมา",
    "นครศรีธรรมราช", "นครสวรรค์",
    "นนทบุรี", "นราธิวาส", "น่าน", "บึงกาฬ", "บุรีรัมย์", "ปทุมธานี", "ประจวบคีรีขันธ์", "ปราจีนบุรี", "ปัตตานี",
    "พระนครศรีอยุธยา", "พะเยา",
    "พังงา", "พัทลุง", "พิจิตร", "พิษณุโลก", "เพชรบุรี", "เพชรบูรณ์", "แพร่", "ภูเก็ต", "มหาสารคาม", "มุกดาหาร",
    "แม่ฮ่องสอน", "ยโสธร", "ยะลา",
    "ร้อยเอ็ด", "ระนอง", "ระยอง", "ราชบุรี", "ลพบุรี", "ลำปาง", "ลำพูน", "เลย", "ศรีสะเกษ", "สกลนคร", "สงขลา",
    "สตูล", "สมุทรปราการ",
    "สมุทรสงคราม", "สมุทรสาคร", "สระแก้ว", "สระบุรี", "สิงห์บุรี", "สุโขทัย", "สุพรรณบุรี", "สุราษฎร์ธานี", "สุรินทร์",
    "หนองคาย", "หนองบัวลำภู",
    "อ่างทอง", "อำนาจเจริญ", "อุดรธานี", "อุตรดิตถ์", "อุทัยธานี", "อุบลราชธานี",
]  # fmt: skip
WORDS_IN_ORDER = [
    "ก",
    "กก",
    "ก๊ก",
    "กง",
    "กา",
    "ก่า",
    "ก้า",
    "กำ",
    "เก",
    "เก่ง",
    "เก้ง",
    "เกม",
    "แก",
    "แก้ว",
    "โก",
    "ไก่",
    "ขา",
    "ฤทธิ์",
    "ลม",
]


@pytest.mark.parametrize("words", [PROVINCES_IN_DICTIONARY_ORDER, WORDS_IN_ORDER], ids=["provinces", "words"])
def test_dictionary_order(words):
    assert len(PROVINCES_IN_DICTIONARY_ORDER) == 77
    shuffled = random.Random(4).sample(words, len(words))
    assert sorted(shuffled, key=sort_key) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("น้ำ", "น้ํา"), ("น้ำ", "นํ้า"), ("กำ", "กํา"), ("แก้ว", "เเก้ว"), ("บริษัท ซี.ซี. วู้ดชิพ", "บริษัทซีซีวูดชิพ"),
        ("ABC ๑๒", "abc12"),
        ("การันต์", "การันต"), ("ก\u00a0ข", "ก\u200bข"),
    ],
)  # fmt: skip
def test_search_key_joins_spellings(one, other):
    assert search_key(one) == search_key(other)


def test_search_key_keeps_what_matters_and_no_wildcards():
    assert search_key("ปาก") != search_key("ปาด")
    assert search_key("กา") != search_key("กำ")
    assert search_key("100%_") == "100"


THAI_TEXT = st.text(
    alphabet=st.sampled_from(
        [chr(code) for code in range(0x0E01, 0x0E5C) if code not in range(0x0E3B, 0x0E3F)]
        + list(" .-()/%_AZaz09\n\t")
    ),
    max_size=25,
)
ANY_TEXT = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=25)


@pytest.fixture
def key_functions(db):
    with connection.cursor() as cursor:
        cursor.execute(thai.SORT_KEY_SQL)
        cursor.execute(thai.SEARCH_KEY_SQL)
        yield cursor


@pytest.mark.real
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(THAI_TEXT, ANY_TEXT), min_size=1, max_size=20))
@example(texts=["เก่ง", "น้ํา", "นํ้า", "เเก้ว", "İı", "เ", "เก", "เเเก", "\\1", "'", "\u2028", "ํํ่าา", "A\u00c5"])
def test_python_and_postgresql_make_the_same_keys(key_functions, texts):
    key_functions.execute(
        "SELECT portal_thai_sort_key(t), portal_thai_search_key(t) "
        "FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n",
        [texts],
    )
    assert key_functions.fetchall() == [(sort_key(text), search_key(text)) for text in texts]


@pytest.mark.real
def test_keys_serve_an_index_and_an_order(key_functions):
    key_functions.execute("CREATE TEMPORARY TABLE word (name text)")
    key_functions.execute('CREATE INDEX ON word (portal_thai_sort_key(name) COLLATE "C")')
    key_functions.execute(
        "INSERT INTO word SELECT unnest(%s)", [random.Random(9).sample(PROVINCES_IN_DICTIONARY_ORDER, 77)]
    )
    key_functions.execute('SELECT name FROM word ORDER BY portal_thai_sort_key(name) COLLATE "C"')
    assert [row[0] for row in key_functions.fetchall()] == PROVINCES_IN_DICTIONARY_ORDER
    key_functions.execute("SELECT portal_thai_sort_key(NULL), portal_thai_search_key(NULL)")
    assert key_functions.fetchone() == (None, None)
    key_functions.execute(
        "SELECT DISTINCT provolatile, proparallel FROM pg_proc WHERE proname LIKE 'portal_thai%%key'"
    )
    assert key_functions.fetchall() == [("i", "s")]
