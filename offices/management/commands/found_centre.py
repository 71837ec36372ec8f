"""manage.py found_centre: the first central administrators, once, from an order issued elsewhere."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from offices.services.founding import Founder, found_centre
from portal import calendar
from portal.problems import Problem
from portal.thai import InputError


class Command(BaseCommand):
    help = "บันทึกคำสั่งแต่งตั้งผู้ดูแลระบบส่วนกลางชุดแรก (ใช้ได้เมื่อยังไม่มีการแต่งตั้งใดในระบบ)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--issuer", required=True, help="ผู้ออกคำสั่ง เช่น สำนักงานปลัดกระทรวงอุตสาหกรรม")
        parser.add_argument("--number", required=True, help="เลขที่คำสั่ง (ไม่รวมปี)")
        parser.add_argument("--date", required=True, help="วันที่ลงนาม เช่น 22/11/2569 หรือ 2026-11-22")
        parser.add_argument("--scan", required=True, type=Path, help="ไฟล์สแกนคำสั่ง (PDF, PNG, JPEG)")
        parser.add_argument(
            "--person",
            required=True,
            action="append",
            metavar="คำนำหน้า|ชื่อ|นามสกุล|อีเมล",
            help="ระบุซ้ำ อย่างน้อยสองคน",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        founders = [self._founder(text) for text in options["person"]]
        try:
            with options["scan"].open("rb") as content:
                made = found_centre(
                    issuer=options["issuer"],
                    number=options["number"],
                    signed_on=calendar.parse_date(options["date"]),
                    scan=(options["scan"].name, content),
                    founders=founders,
                    today=calendar.today(),
                )
        except OSError as error:
            raise CommandError(f"เปิดไฟล์สแกนไม่ได้: {error.strerror}") from error
        except InputError as error:
            raise CommandError(str(error)) from error
        except Problem as problem:
            raise CommandError(" ".join(filter(None, (problem.message, problem.mend)))) from problem
        self.stdout.write("แต่งตั้งผู้ดูแลระบบส่วนกลางแล้ว รหัสผ่านด้านล่างแสดงครั้งเดียว:")
        for person, password in made:
            self.stdout.write(f"  {person.name}  {person.user}  {password}")
        self.stdout.write("เมื่อลงชื่อเข้าใช้ครั้งแรก ระบบจะให้ผูกแอปยืนยันตัวตน (TOTP) จากนั้นโปรดเปลี่ยนรหัสผ่านทันที")

    @staticmethod
    def _founder(text: str) -> Founder:
        parts = [part.strip() for part in text.split("|")]
        if len(parts) != 4:
            raise CommandError(f"--person “{text}” ต้องมี 4 ส่วนคั่นด้วย | คือ คำนำหน้า|ชื่อ|นามสกุล|อีเมล")
        return Founder(*parts)
