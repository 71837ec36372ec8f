"""The files an officer of Saraburi has on his desk, and what they add up to without the portal.

Every factory is invented. The plain sums read the workbook that is sent in and nothing else.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import xlsxwriter

from tests.factories.world import feed_row, number14

Row = Mapping[str, object]
PLACES = {  # code → name, suffix of old numbers, two districts, postcode
    "19": ("สระบุรี", "สบ", ("เมืองสระบุรี", "แก่งคอย"), "18260"),
    "24": ("ฉะเชิงเทรา", "ฉช", ("เมืองฉะเชิงเทรา", "บางปะกง"), "24130"),
    "25": ("ปราจีนบุรี", "ปจ", ("เมืองปราจีนบุรี", "กบินทร์บุรี"), "25110"),
}
PLANTS = range(1, 12)
OWED = range(1, 11)  # running numbers on the list of the obliged
SHEET = "PROD-M"
LATE = 10  # reports only after the month has been certified

# Heading → value of one line; cement is sold by the ton, one plant reports it in kilogrammes.
HEADINGS = (
    "เลขทะเบียนโรงงาน", "ชื่อโรงงาน", "สถานะการดำเนินงาน", "จำนวนคนทำงาน", "วันทำงาน", "ผลิตภัณฑ์", "หน่วย",
    "กำลังการผลิตต่อเดือน", "ปริมาณผลิต", "ปริมาณส่งในประเทศ", "มูลค่าส่งในประเทศ", "ปริมาณส่งออก", "มูลค่าส่งออก",
    "สินค้าคงคลังต้นเดือน", "สินค้าคงคลังสิ้นเดือน",
)  # fmt: skip
TONS = {"ตัน": Decimal(1), "กก.": Decimal("0.001")}


def last_month(today: date) -> date:
    """The first day of the newest month that is over."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_th(month: date) -> str:
    """'ต.ค. 2569', as lists write a month."""
    names = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
    return f"{names.split()[month.month - 1]} {month.year + 543}"


def number(running: int, province: str) -> str:
    """The 14-digit number of an invented factory."""
    return number14(running, province=province)


def name(running: int) -> str:
    return f"ปูนสมมติ {running}"


def registry(path: Path, province: str, plants: Iterable[int] = PLANTS) -> Path:
    """Plants in the layout of the ministry's feed, and at the end one that stands in another province."""
    where, suffix, districts, postcode = PLACES[province]
    rows = [
        feed_row(
            n,
            FACREG=f'="005701{province}{n:03}69{suffix}"',
            DISPFACREG=f"จ3-57(1)-{n}/69{suffix}",
            FID=number(n, province),
            FNAME=name(n),
            OBJECT="ผลิตปูนซีเมนต์",
            FTUMNAME="สมมติ",
            FAMPNAME=districts[n % 2],
            FPROVNAME=where,
            FZIPCODE=postcode,
            LAT="14.1",
            LNG="101.2",
            ISIC_CODE="23941",
        )
        for n in plants
    ]
    rows.append(
        feed_row(
            12, DISPFACREG="จ3-57(1)-12/69กจ", FID=number(12, "71"), FTUMNAME="ท่ามะขาม",
            FAMPNAME="เมืองกาญจนบุรี", FPROVNAME="กาญจนบุรี", FZIPCODE="71000",
        )
    )  # fmt: skip
    return as_csv(path, rows)


def obliged(path: Path, province: str, since: date) -> Path:
    """The list of who owes the report, from a month on."""
    first = f"{since.month:02}/{since.year + 543}"
    return as_csv(
        path,
        [{"เลขทะเบียนโรงงาน": number(n, province), "ชื่อโรงงาน": name(n), "ตั้งแต่เดือน": first} for n in OWED],
    )


def report(
    running: int, province: str, *, product: str = "CEMENT", unit: str = "ตัน", scale: int = 1
) -> dict[str, object]:
    """One line of a month's report, odd enough that a wrong sum shows."""
    made = Decimal(running * 100 * scale) + Decimal("0.125") * scale
    home, away = made * Decimal("0.5"), made * Decimal("0.25")
    values = (
        number(running, province), name(running), "ดำเนินการ", 40 + running, 26, product, unit, made * 2, made,
        home, Decimal(running) * Decimal("12345.67"), away, Decimal(running) * Decimal("1000.05"),
        Decimal(10 * scale), Decimal(10 * scale) + made - home - away,
    )  # fmt: skip
    return dict(zip(HEADINGS, values, strict=True))


def good_rows(province: str) -> list[dict[str, object]]:
    """Nine plants that report in time, one of them in kilogrammes and one also clinker."""
    rows = [report(n, province) for n in OWED if n not in (3, LATE)]
    return [*rows, report(3, province, unit="กก.", scale=1000), report(5, province, product="CLINKER")]


FAULTS = {  # index of the row → (heading, what stands there, a word of what the page must say)
    0: ("เลขทะเบียนโรงงาน", "10190000125519", "เลข"),
    1: ("ปริมาณผลิต", "-50", "ติดลบ"),
    2: ("จำนวนคนทำงาน", "", "ไม่ได้กรอก"),
    3: ("มูลค่าส่งในประเทศ", "หนึ่งแสน", "ตัวเลข"),
    4: ("หน่วย", "ลัง", "หน่วย"),
}


FIRST_GOOD = len(FAULTS)


def faulty_rows(province: str) -> list[dict[str, object]]:
    """The same rows with a fault in each of five."""
    rows = good_rows(province)
    for at, (heading, value, _said) in FAULTS.items():
        rows[at][heading] = value
    return rows


def as_workbook(path: Path, rows: Iterable[Row]) -> Path:
    """The rows in the first sheet of a workbook of the user's own."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, HEADINGS)
        for line, row in enumerate(rows, start=1):
            for column, heading in enumerate(HEADINGS):
                value = row[heading]
                if isinstance(value, int | Decimal):
                    sheet.write_number(line, column, float(value))
                else:
                    sheet.write_string(line, column, str(value))
    return path


def mend(marked: Path, path: Path, province: str) -> Path:
    """Put the right values over the marked cells of the portal's answer to `faulty_rows`, and save."""
    book = openpyxl.load_workbook(marked)
    sheet = book[SHEET]
    columns = {cell.value: cell.column for cell in sheet[1]}
    good = good_rows(province)
    unmarked = sheet.cell(row=FIRST_GOOD + 2, column=columns["ปริมาณผลิต"])
    for at, (heading, _found, _said) in FAULTS.items():
        cell = sheet.cell(row=at + 2, column=columns[heading])
        assert cell.comment is not None, (cell.coordinate, heading)
        assert cell.fill.fgColor.rgb != unmarked.fill.fgColor.rgb
        cell.value = good[at][heading]
    book.save(path)
    return path


def plain_sums(path: Path) -> tuple[Decimal, Decimal]:
    """(shipment value in baht, cement produced in tons) of a workbook, added up by hand."""
    heads, *rows = openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True)
    value = cement = Decimal(0)
    for cells in rows:
        row = dict(zip(heads, cells, strict=True))
        value += Decimal(str(row["มูลค่าส่งในประเทศ"])) + Decimal(str(row["มูลค่าส่งออก"]))
        if row["ผลิตภัณฑ์"] == "CEMENT":
            cement += Decimal(str(row["ปริมาณผลิต"])) * TONS[row["หน่วย"]]
    return value, cement


def as_csv(path: Path, rows: Sequence[Row]) -> Path:
    """The rows as a file in UTF-8 with a mark, as Excel saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


# The same report as another system writes it: other words, another order, columns of its own.
FOREIGN = {
    "ลำดับที่": "",
    "ชื่อสินค้า": "ผลิตภัณฑ์",
    "หน่วยวัด": "หน่วย",
    "เลขที่โรงงาน (14 หลัก)": "เลขทะเบียนโรงงาน",
    "สถานประกอบการ": "ชื่อโรงงาน",
    "สถานะกิจการ": "สถานะการดำเนินงาน",
    "แรงงาน (คน)": "จำนวนคนทำงาน",
    "กำลังผลิต": "กำลังการผลิตต่อเดือน",
    "รายการที่ 3": "ปริมาณผลิต",
    "จำหน่ายในประเทศ (ปริมาณ)": "ปริมาณส่งในประเทศ",
    "จำหน่ายในประเทศ (บาท)": "มูลค่าส่งในประเทศ",
    "จำหน่ายต่างประเทศ (ปริมาณ)": "ปริมาณส่งออก",
    "จำหน่ายต่างประเทศ (บาท)": "มูลค่าส่งออก",
    "สต๊อกยกมา": "สินค้าคงคลังต้นเดือน",
    "สต๊อกคงเหลือ": "สินค้าคงคลังสิ้นเดือน",
    "ผู้บันทึก": "",
}


def foreign_workbook(path: Path, rows: Iterable[Row], headings: Iterable[str] = FOREIGN) -> Path:
    """The rows in the layout of another system: a title above, and a sheet before that says nothing."""
    with xlsxwriter.Workbook(path) as book:
        notes = book.add_worksheet("คำชี้แจง")
        for line, words in enumerate((["เรื่อง", "คำอธิบาย"], ["ที่มา", "พิมพ์จากระบบอื่น"])):
            notes.write_row(line, 0, words)
        sheet = book.add_worksheet("ข้อมูล")
        sheet.write(0, 0, "รายงานผลผลิตประจำเดือน")
        names = list(headings)
        sheet.write_row(2, 0, names)
        for line, row in enumerate(rows, start=3):
            for column, name in enumerate(names):
                value = row.get(FOREIGN[name], line)
                if isinstance(value, int | Decimal):
                    sheet.write_number(line, column, float(value))
                else:
                    sheet.write_string(line, column, str(value))
    return path
