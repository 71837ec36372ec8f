"""Loads places, offices, groups, zones and the settings that come with the project.

Reference rows follow the files. What people may change afterwards (offices, groups, zones of a
province, settings) is written only where nothing stands yet.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

from offices.dated import ASSISTANT_ENABLED, place_of
from offices.models import (
    District,
    Group,
    InspectionZone,
    Office,
    PositionLine,
    Province,
    ZoneProvince,
)
from portal.calendar import fiscal_year_range
from portal.holidays import key_of
from portal.models import DatedSetting
from portal.reference import read_csv, write_changed

DATA = Path(__file__).parent / "data"
CENTRE = "OPS"
PILOTS_FROM = date(2023, 5, 12)

CODES_SOURCE = "รหัสและชื่อตามชุดข้อมูลเปิด github.com/kongvut/thai-province-data (MIT)"
SUFFIX_UNVERIFIED = "อักษรย่อในเลขทะเบียนโรงงานเดิมยังไม่ยืนยัน"
CENTROID_SOURCE = "พิกัดคือค่าเฉลี่ยของจุดตำบล"
ZONES_SOURCE = (
    "เขตตรวจราชการ 18 เขต ปีงบประมาณ 2563 ตามข้อมูลตั้งต้นของระบบตรวจราชการ (github.com/sarannaja/Inspec); "
    "ปีต่อมาถือว่าไม่เปลี่ยน"
)
POSITIONS_SOURCE = "รหัสสายงาน ประเภท และระดับ ตามข้อมูลหลักของระบบราชการที่เปิดเผย"
HOLIDAYS_SOURCE = "รายการตั้งต้นของระบบ ยังไม่ได้ตรวจกับประกาศสำนักเลขาธิการคณะรัฐมนตรี"


def load_provinces() -> int:
    """The 77 provinces."""
    rows = [
        Province(
            code=row["code"],
            name_th=row["name_th"],
            name_en=row["name_en"],
            region=row["region"],
            suffix=row["suffix"],
            source=CODES_SOURCE if row["suffix_verified"] == "1" else f"{CODES_SOURCE}; {SUFFIX_UNVERIFIED}",
        )
        for row in read_csv(DATA / "provinces.csv")
    ]
    return write_changed(
        Province, rows, key="code", fields=["name_th", "name_en", "region", "suffix", "source"]
    )


def load_districts() -> int:
    """The 929 district codes; the first two digits are the province."""
    rows = [
        District(
            code=row["code"],
            province_id=row["code"][:2],
            name_th=row["name_th"],
            name_en=row["name_en"],
            lat=row["lat"] or None,
            lng=row["lng"] or None,
            source="; ".join(filter(None, (CODES_SOURCE, row["lat"] and CENTROID_SOURCE, row["note"]))),
        )
        for row in read_csv(DATA / "districts.csv")
    ]
    return write_changed(District, rows, key="code", fields=["name_th", "name_en", "lat", "lng", "source"])


def load_positions() -> int:
    """The position lines of the civil service that the ministry uses, with their levels."""
    rows = [
        PositionLine(
            code=row["code"],
            type=row["type"],
            name_th=row["name_th"],
            name_en=row["name_en"],
            levels=row["levels"].split("|"),
            source=POSITIONS_SOURCE,
        )
        for row in read_csv(DATA / "positions.csv")
    ]
    return write_changed(
        PositionLine, rows, key="code", fields=["type", "name_th", "name_en", "levels", "source"]
    )


def load_offices() -> int:
    """The 76 provincial offices (Bangkok has none) and the ministry's central unit."""
    rows = [
        Office(
            code=row["code"],
            kind=Office.Kind.PROVINCIAL,
            province_id=row["code"],
            name_th=f"สำนักงานอุตสาหกรรมจังหวัด{row['name_th']}",
            name_en=f"{row['name_en']} Provincial Industry Office",
            short_th=f"สอจ.{row['name_th']}",
        )
        for row in read_csv(DATA / "provinces.csv")
        if row["code"] != "10"
    ]
    rows.append(
        Office(
            code=CENTRE,
            kind=Office.Kind.CENTRAL,
            name_th="สำนักงานปลัดกระทรวงอุตสาหกรรม",
            name_en="Office of the Permanent Secretary, Ministry of Industry",
            short_th="สปอ.",
        )
    )
    known = set(Office.objects.values_list("code", flat=True))
    return len(Office.objects.bulk_create(row for row in rows if row.code not in known))


def load_groups() -> int:
    """Five groups an office; none for mining where the province is held to have no mines."""
    offices = dict(Office.objects.filter(kind=Office.Kind.PROVINCIAL).values_list("code", "pk"))
    known = set(Group.objects.values_list("office_id", "code"))
    rows = [
        Group(
            office_id=offices[row["code"]],
            code=code,
            name_th=_GROUP_NAMES[code],
            valid=DateRange(None, None),
        )
        for row in read_csv(DATA / "provinces.csv")
        if row["code"] in offices
        for code in Group.Code.values
        if (offices[row["code"]], code) not in known
        and (code != Group.Code.MINING or row["mining_group"] == "1")
    ]
    centre = Office.objects.filter(code=CENTRE).first()
    if centre is not None and (centre.pk, Group.Code.ADMIN) not in known:
        # orders that come to the centre are the business of its own administration
        rows.append(
            Group(
                office=centre,
                code=Group.Code.ADMIN,
                name_th=_GROUP_NAMES["ADMIN"],
                valid=DateRange(None, None),
            )
        )
    return len(Group.objects.bulk_create(rows))


_GROUP_NAMES = {
    "ADMIN": "ฝ่ายบริหารทั่วไป",
    "POLICY": "กลุ่มนโยบายและแผนงาน",
    "FACTORY": "กลุ่มโรงงานอุตสาหกรรม",
    "MINING": "กลุ่มอุตสาหกรรมพื้นฐานและการเหมืองแร่",
    "PROMO": "กลุ่มส่งเสริมและพัฒนาอุตสาหกรรม",
}


def load_zones() -> int:
    """Inspection zones 0–18 and the provinces in each since fiscal year 2563."""
    rows = read_csv(DATA / "inspection_zones.csv")
    every = {
        row["zone"]: InspectionZone(
            number=int(row["zone"]),
            name_th=row["name_th"],
            cluster_th=row["cluster_th"],
            source=ZONES_SOURCE,
        )
        for row in rows
    }
    written = write_changed(
        InspectionZone, every.values(), key="number", fields=["name_th", "cluster_th", "source"]
    )
    zones = dict(InspectionZone.objects.values_list("number", "pk"))
    known = set(ZoneProvince.objects.values_list("province_id", flat=True))
    members = [
        ZoneProvince(
            zone_id=zones[int(row["zone"])],
            province_id=row["province"],
            valid=DateRange(fiscal_year_range(int(row["fiscal_year_be"]))[0], None),
        )
        for row in rows
        if row["province"] not in known
    ]
    ZoneProvince.objects.bulk_create(members)
    return written + len(members)


def load_settings() -> int:
    """The assistants' post of the eleven pilots since 12 May 2566, and the holidays of each year."""
    rows = [
        DatedSetting(
            key=ASSISTANT_ENABLED.key,
            place=place_of(row["code"]),
            value=True,
            valid=DateRange(PILOTS_FROM, None),
            source=ASSISTANT_ENABLED.source,
            verified=True,
        )
        for row in read_csv(DATA / "provinces.csv")
        if row["pilot"] == "1"
    ]
    years: dict[str, list[str]] = defaultdict(list)
    for row in read_csv(DATA / "holidays.csv"):
        years[row["date"][:4]].append(row["date"])
    rows += [
        DatedSetting(
            key=key_of(int(year)),
            value=days,
            valid=DateRange(None, None),
            source=HOLIDAYS_SOURCE,
            verified=False,
        )
        for year, days in years.items()
    ]
    known = set(DatedSetting.objects.values_list("key", "place"))
    return len(DatedSetting.objects.bulk_create(row for row in rows if (row.key, row.place) not in known))
