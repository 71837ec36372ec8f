"""manage.py verify_audit: compute the chain of seals again and name every row that is not as it was."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import seals


class Command(BaseCommand):
    help = "ตรวจห่วงโซ่ผนึกของบันทึกการใช้งานและประวัติทั้งหมด จบด้วยรหัส 1 เมื่อพบสิ่งผิดปกติ"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="HEX",
            help="ค่าแฮชที่พิมพ์หรือส่งไว้นอกฐานข้อมูล (ทั้งหมดหรืออย่างน้อย 16 หลักแรก) ระบุได้หลายครั้ง",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = seals.verify(heads=options["head"])
        self.stdout.write(
            f"ผนึก {report.seals:,} ลำดับ แถวที่ผนึก {report.rows:,} แถว รอผนึก {report.unsealed:,} แถว\n"
            f"ค่าแฮชล่าสุด {report.head or '–'}"
        )
        if not options["head"]:
            self.stdout.write("ไม่ได้ระบุ --head จึงยังไม่รู้ว่าห่วงโซ่ถูกตัดท้ายหรือทำขึ้นใหม่ทั้งหมดหรือไม่")
        for fault in report.faults:
            self.stdout.write(f"✗ {fault.text}")
        if report.faults:
            raise CommandError(f"พบสิ่งผิดปกติ {len(report.faults):,} รายการ")
        self.stdout.write("ถูกต้องครบถ้วน")
