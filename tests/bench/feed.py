"""The whole register as it comes: every factory of the nation in one feed, and the feed a month later.

The rows are made up in the layout and with the blanks of the ministry's feed: every row has an old
number, a third of the struck-off ones a 14-digit number, four in five are struck off, as counted in the
open data of August B.E. 2569. First all rows are new; a month later every row bears a new date, 2 % have
changed and 0.3 % are new. Preview and apply run in a process of their own, as a worker does them.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.bench import ground
from tests.bench.ground import Result

ROWS = 241_349
"""Rows of the department's register on 13 August B.E. 2569."""

SECONDS, MEGABYTES = 30, 600

_FLAGS = (("0", 4_556), ("1", 33_696), ("2", 201_926), ("3", 1_171))
_TYPES = ("9(6)", "34(4)", "53(1)", "64(2)", "58(1)", "3(4)", "14", "92", "95(1)", "2(1)", "105", "70")
_KINDS = ("ลานมันสำปะหลัง", "โรงสีข้าว", "ไม้แปรรูป", "คอนกรีต", "อุตสาหกรรมพลาสติก", "โลหะการ", "ห้องเย็น", "อาหารสัตว์")
_NAMES = (
    "สมมติทรัพย์ไพศาลการเกษตร",
    "ตัวอย่างรุ่งเรืองอุตสาหกรรม",
    "จำลองพาณิชย์",
    "สมมติพัฒนา (ประเทศไทย)",
    "ตัวอย่างการช่าง",
    "จำลองกิจอินเตอร์โฮลดิ้ง",
    "สมมติไพศาล",
)
_WORK = (
    "ทำมันเส้น", "สีข้าวด้วยเครื่องจักร และบรรจุถุง", "ดูดทราย", "ผลิตคอนกรีตผสมเสร็จและผลิตภัณฑ์คอนกรีตอัดแรง",
    "ทำวงกบประตูหน้าต่าง และเครื่องเรือนจากไม้", "ซ่อมรถยนต์ พ่นสี และเคาะตัวถัง รวมถึงเปลี่ยนถ่ายน้ำมันเครื่อง",
    "ผลิตชิ้นส่วนพลาสติกสำหรับเครื่องใช้ไฟฟ้าและยานยนต์",
    "คัดแยกวัสดุที่ไม่ใช้แล้วที่ไม่เป็นของเสียอันตราย บดย่อยเศษพลาสติก และอัดเศษโลหะเพื่อจำหน่าย",
)  # fmt: skip
_ROADS = (" ", "-", "", "สุขุมวิท", "มิตรภาพ", "พหลโยธิน", "เพชรเกษม", "บ้านสมมติ-หนองตัวอย่าง")


def write_feed(path: Path, rows: int, *, later: bool = False) -> None:
    """The register of ``rows`` factories as a feed; ``later``: as it comes a month after."""
    from offices.models import District
    from tests.factories.world import feed_row

    places: dict[str, list[tuple[str, str, str]]] = {}
    for one in District.objects.exclude(province_id="10").select_related("province").order_by("code"):
        places.setdefault(one.province_id, []).append(
            (one.name_th, one.province.name_th, one.province.suffix)
        )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(feed_row()), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(_rows(rows + (rows * 3 // 1000 if later else 0), places, later))


def _rows(rows: int, places: dict[str, list[tuple[str, str, str]]], later: bool) -> Iterator[dict[str, str]]:
    from portal.identifiers import make_factory_number

    pick = random.Random(2569)
    provinces = sorted(places)
    weights = [1 + index * 7 % 19 for index in range(len(provinces))]
    flags, shares = zip(*_FLAGS, strict=True)
    for n in range(rows):
        (province,), (flag,) = pick.choices(provinces, weights), pick.choices(flags, shares)
        district, name, suffix = pick.choice(places[province])
        kind, year, luck = pick.choice(_TYPES), pick.randrange(2515, 2569), pick.random()
        owner = f"{pick.choice(_NAMES)} {n}"
        moved = later and n % 50 == 0
        placed = luck < 0.65
        yield {
            "FACREG": f'="{n:011}{suffix}"',
            "DISPFACREG": f"{'จ' if luck < 0.4 else ''}3-{kind}-{1 + n}/{year % 100:02}{suffix}",
            "FID": make_factory_number(issuer=2, place=n // 100_000, province=province, running=n % 100_000, year=year)
            if flag != "2" or n % 3 == 0
            else "",
            "FACTYPE": "2" if luck > 0.94 else "3",
            "FNAME": (" ", "-")[n % 2] if n % 11 == 0 else f"{pick.choice(_KINDS)}{owner}",
            "ONAME": " " if n % 27 == 0 else f"บริษัท {owner} จำกัด" if luck > 0.5 else f"นาย{owner}",
            "OBJECT": pick.choice(_WORK),
            "FADDR": (" ", "-")[n % 2] if n % 10 == 0 else f"{pick.randrange(1, 999)}/{n % 9}",
            "FMOO": " " if n % 27 == 1 else str(1 + n % 19),
            "FSOI": (" ", "-", "     -", "")[n % 4] if n % 25 else "เทศบาล 4",
            "FROAD": pick.choice(_ROADS),
            "FTUMNAME": f"ตำบลสมมติ {n % 7000}",
            "FAMPNAME": district,
            "FPROVNAME": name,
            "FZIPCODE": f"{province}{n % 40 * 10:03}",
            "TOTAL_CAP": f"{pick.randrange(0, 90_000) * 1000}.00",
            "TOTAL_WORKER": str(pick.randrange(0, 400) + (moved and n % 100 == 0)),
            "HP": f"{(pick.randrange(50, 15_000) + (moved and n % 100 != 0)) / 10}",
            "LAT": f"{5.7 + pick.random() * 14:.5f}" if placed else "",
            "LNG": f"{97.5 + pick.random() * 7:.5f}" if placed else "",
            "ISIC_CODE": f"{10000 + n % 160 * 100}",
            "ESTATE": "IN" if n % 60 == 0 else "OUT",
            "ESTATE_NAME_TH": "นิคมอุตสาหกรรมสมมติ" if n % 60 == 0 else "",
            "INDUSTRIAL_ZONE_NAME": "",
            "FFLAG": "2" if moved else flag,
            "LAST_UPDATE": f"2026-{'09' if later else '08'}-13 02:31:07.000",
        }  # fmt: skip


def measure(rows: int) -> list[Result]:
    results: list[Result] = []
    with ground.database(), tempfile.TemporaryDirectory() as folder:
        actor: Any = ground.centre()
        for what, later in (("First feed ever", False), ("Feed a month later", True)):
            path = Path(folder) / "feed.csv"
            write_feed(path, rows, later=later)
            seconds, megabytes = _carried(actor, path, what)
            results += [
                Result(f"{what}, {rows:,} rows: seconds in all", seconds, "s", SECONDS, seconds=seconds),
                Result(f"{what}, {rows:,} rows: memory at most", megabytes, "MB", MEGABYTES),
            ]
            ground.vacuum()
    return results


def _carried(actor: Any, path: Path, what: str) -> tuple[float, float]:
    """Seconds of receiving, preview and apply, and the peak of worker and reader together, in 10⁶ bytes."""
    from django.db import connection

    from portal.intake import services

    began = time.perf_counter()
    with path.open("rb") as file:
        batch = services.receive(
            actor=actor, handler_code="factories.feed", upload=services.Upload("feed.csv", file)
        )
    received = time.perf_counter() - began
    command = [sys.executable, "-m", "tests.bench.feed", connection.settings_dict["NAME"], str(batch.uuid)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    steps = {"receive": received} | told["steps"]
    memory = told["memory"]
    shown = ", ".join(f"{step} {seconds:.2f} s" for step, seconds in steps.items())
    ground.say(f"{what}, {path.stat().st_size / 2**20:.0f} MB: {told['counts']} → {told['applied']}")
    ground.say(
        f"{shown}; worker and reader {memory['ours']:.0f} MB at most, the reader {memory['reader']:.0f} MB, "
        f"the server's process {memory['server']:.0f} MB of its own"
    )
    return sum(steps.values()), memory["ours"]


def work(name: str, uuid: str) -> dict[str, Any]:
    """Preview and apply as a worker does them: seconds of each step, 10⁶ bytes at most."""
    from portal.intake import services
    from portal.models import Batch, User
    from portal.scope import nation

    marks: list[float] = []
    with ground.connected_to(name), nation("bench"), _memory() as most:
        actor = ground.acting(User.objects.get(email=ground.EMAIL))
        counts = services.preview(
            batch_uuid=uuid, progress=lambda done, total: marks.append(time.perf_counter())
        )
        previewed = time.perf_counter()
        batch = Batch.objects.get(uuid=uuid)
        applied = services.carry_out(actor=actor, batch_uuid=uuid, plan_sha256=batch.plan_sha256)
        ended = time.perf_counter()
    read, staged, planned = (after - before for before, after in pairwise(marks))
    return {
        "steps": {
            "read": read, "stage": staged, "plan": planned + previewed - marks[-1], "apply": ended - previewed
        },
        "counts": {key: counts[key] for key in ("new", "changed", "same", "refused", "findings")},
        "applied": applied,
        "memory": {name: value / 1e6 for name, value in most.items()},
    }  # fmt: skip


@contextmanager
def _memory() -> Iterator[dict[str, float]]:
    """The most memory seen, in bytes: ``ours`` of this process and its reader together, ``reader`` of the
    reader, ``server`` of the server's process for itself (0 where it cannot be seen)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    most, over = {"ours": 0.0, "reader": 0.0, "server": 0.0}, threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
            reader = sum(_held(pid, "VmRSS") for pid in children)
            seen = {
                "ours": _held("self", "VmRSS") + reader,
                "reader": reader,
                "server": _held(server, "RssAnon"),
            }
            most.update({name: max(most[name], value) for name, value in seen.items()})

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _held(pid: Any, what: str) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith(what))


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    print(json.dumps(work(*sys.argv[1:])))
