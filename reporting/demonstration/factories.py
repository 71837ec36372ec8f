"""Made-up factories in the true proportions of the eleven pilot provinces."""

from __future__ import annotations

import csv
import io
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

from django.db import transaction

from factories.models import FACT_FIELDS, FactoryStatus, FactoryType
from offices.models import District, Province
from portal import identifiers, sql, thai

# Operating plants by pilot province in the open data of August 2569.
PLANTS = {
    "11": 6132,
    "12": 1521,
    "13": 3292,
    "14": 1743,
    "19": 1420,
    "20": 4380,
    "21": 2387,
    "24": 1716,
    "25": 890,
    "73": 2868,
    "74": 5952,
}
SHARES = Path(__file__).parent.parent / "data" / "plants_by_type.csv"
FIRST_RUNNING = 90_000  # no real number is that high: the range says "demonstration"

_FIRST = (
    *("รุ่ง", "เจริญ", "ทวี", "มั่ง", "ไพศาล", "สยาม", "ธารา", "บูรพา", "อุดม"),
    *("สิริ", "ชัย", "พัฒน์", "มงคล", "ศรี", "ทรัพย์", "ภูมิ", "วัฒน์", "นคร"),
)
_SECOND = (
    *("กิจ", "ทอง", "พงษ์", "โชค", "ลาภ", "ผล", "ศิลป์", "ชล"),
    *("ไทย", "วงศ์", "กร", "ทิพย์", "สุข", "เพชร", "แก้ว", "ดี"),
)
_TRADE = ("อุตสาหกรรม", "การผลิต", "แปรรูป", "โปรดักส์", "อินเตอร์", "พลาสท์", "เมทัล", "ฟู้ดส์", "พาร์ท")


@dataclass(frozen=True)
class MadeFactory:
    """What later steps need to know of a factory."""

    id: int
    province: str
    type_code: str
    workers: int


def make(rng: random.Random, *, share: Decimal, as_of: date) -> list[MadeFactory]:
    """Write ``share`` (0.1 or 1) of the pilots' plants with their first state; give what was made."""
    rows = list(_rows(rng, share, as_of))
    columns = list(rows[0])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([row[column] for column in columns] for row in rows)
    stream.seek(0)
    facts = [name if name != "main_type" else "main_type_id" for name in FACT_FIELDS]
    with transaction.atomic():
        blank = [name for name in columns if any(row[name] == "" for row in rows)]
        options = f"WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(blank)}))"
        sql.copy_in("factories_factory", columns, stream, options=options)
        made = sql.rows(
            f"""
            WITH made AS (
                INSERT INTO factories_factorystate
                    (factory_id, province_id, valid, source, recorded_at, {", ".join(facts)})
                SELECT id, province_id, daterange(%(since)s, NULL), 'feed', created_at, {", ".join(facts)}
                FROM factories_factory WHERE substr(number14, 5, 5) >= %(first)s OR number14 IS NULL
                RETURNING factory_id
            )
            SELECT f.id, f.province_id, f.main_type_id, f.workers
            FROM factories_factory f WHERE f.status = 'operating' ORDER BY f.old_key
            """,
            {"since": date(as_of.year - 3, 10, 1), "first": str(FIRST_RUNNING)},
        )
    return [MadeFactory(*row) for row in made]


def _rows(rng: random.Random, share: Decimal, as_of: date) -> Iterator[dict[str, object]]:

    with SHARES.open(encoding="utf-8") as file:
        shares = {int(row["main_no"]): int(row["plants"]) for row in csv.DictReader(file)}
    kinds: dict[int, list[FactoryType]] = {}
    for kind in FactoryType.objects.order_by("code"):
        kinds.setdefault(kind.main_no, []).append(kind)
    mains = [number for number in shares if number in kinds]
    weights = [shares[number] for number in mains]
    districts: dict[str, list[District]] = {}
    for district in District.objects.filter(province_id__in=PLANTS).order_by("code"):
        districts.setdefault(district.province_id, []).append(district)
    suffixes = dict(Province.objects.values_list("code", "suffix"))
    running = count()
    now = f"{as_of.isoformat()} 03:00:00+07"
    for province, plants in PLANTS.items():
        # most plants stand in few districts, as they do
        places = sorted(districts[province], key=lambda _: rng.random())
        place_weights = [1 / (rank + 1) for rank in range(len(places))]
        for _ in range(int(plants * share)):
            main = rng.choices(mains, weights)[0]
            options = [k for k in kinds[main] if k.sub_no is not None] or kinds[main]
            kind = rng.choice(options)
            district = rng.choices(places, place_weights)[0]
            index = next(running)
            number = FIRST_RUNNING + index % 10_000  # unique within its province: none has 10,000
            year = rng.randint(2535, 2568)
            by_office = rng.random() < 0.6
            category = 3 if rng.random() < 0.94 else 2
            written = f"{category}-{kind.display_no}-{number}/{year % 100:02}{suffixes[province]}"
            old = f"จ{written}" if by_office else written
            number14 = (
                None
                if rng.random() < 0.04  # some old plants never got a new number
                else identifiers.make_factory_number(
                    issuer=2 if by_office else 1,
                    province=province,
                    running=number,
                    year=year,
                )
            )
            name = f"บริษัท สาธิต {rng.choice(_FIRST)}{rng.choice(_SECOND)}{rng.choice(_TRADE)} {index + 1} จำกัด"
            workers = max(5, int(rng.lognormvariate(3.3, 1.1)))
            horsepower = Decimal(max(50, int(rng.lognormvariate(5.2, 1.2))))
            capital = Decimal(int(rng.lognormvariate(16.8, 1.3)))
            lat, lng = district.lat, district.lng
            placed = rng.random() < 0.85
            draw = rng.random()
            status = (
                FactoryStatus.OPERATING
                if draw < 0.955
                else FactoryStatus.STOPPED_TEMPORARILY
                if draw < 0.975
                else FactoryStatus.LICENSED_NOT_STARTED
            )
            yield {
                "uuid": uuid.UUID(int=rng.getrandbits(128), version=4),
                "province_id": province,
                "district_id": district.code,
                "number14": number14,
                "old_number": old,
                "old_key": identifiers.normalise_old_number(old),
                "name": name,
                "operator_name": name,
                "activity": kind.name_th,
                "category": category,
                "main_type_id": kind.code,
                "tsic": "",
                "status": status,
                "source_status": status,
                "horsepower": horsepower,
                "workers": workers,
                "in_estate": rng.random() < 0.06,
                "estate_name": "",
                "house_no": rng.randint(1, 999),
                "moo": rng.randint(1, 15),
                "soi": "",
                "road": "",
                "subdistrict": "",
                "postcode": "",
                "telephone": "",
                "lat": f"{float(lat) + rng.gauss(0, 0.03):.6f}" if placed and lat else None,
                "lng": f"{float(lng) + rng.gauss(0, 0.03):.6f}" if placed and lng else None,
                "coordinate_source": "feed" if placed and lat and lng else "",
                "capital_baht": capital,
                "licensed_capacity_unit": "",
                "sort_key": thai.sort_key(name)[:400],
                "search_key": thai.search_key(f"{name} {old} {number14 or ''}"),
                "version": 1,
                "created_at": now,
            }
