"""manage.py practice_reset: empty the practice database and fill it with demonstration data."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import practice, sql
from portal.scope import nation
from reporting.management.commands.load_demo import SCALES

# Stand on the schema of a database that this command has begun to fill, and has filled. A copy of the real
# one bears neither, whatever the address of the practice portal says.
_BEGUN, _FILLED = "practice, being filled", "practice, filled"


class Command(BaseCommand):
    help = "ล้างฐานข้อมูลฝึกปฏิบัติ แล้วใส่ข้อมูลสาธิตใหม่ (ใช้ได้เฉพาะระบบฝึกปฏิบัติ)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default="tiny")
        parser.add_argument("--months", type=int, default=6)
        parser.add_argument("--once", action="store_true", help="เมื่อมีข้อมูลแล้ว ไม่ล้าง เพียงปรับตารางให้เป็นรุ่นปัจจุบัน")

    def handle(self, *args: Any, **options: Any) -> None:
        if not practice.on():
            raise CommandError("ระบบนี้ไม่ใช่ระบบฝึกปฏิบัติ จึงไม่ล้างข้อมูล")
        faults = practice.practice_is_apart()
        if faults:
            raise CommandError("\n".join(str(fault) for fault in faults))
        with nation("practice: what the database holds"):
            ((mark, anything),) = sql.rows(_HELD)
        if anything and mark not in (_BEGUN, _FILLED):
            raise CommandError("ฐานข้อมูลนี้มีข้อมูลที่ไม่ได้มาจากระบบฝึกปฏิบัติ จึงไม่ล้างข้อมูล ใช้ฐานข้อมูลที่ว่าง")
        if options["once"] and mark == _FILLED:
            call_command("migrate", verbosity=0)
            call_command("load_reference", stdout=self.stdout)
            return
        sql.script("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + _SAY % _BEGUN)
        call_command("migrate", verbosity=0)
        call_command("load_reference", stdout=self.stdout)
        call_command("load_demo", scale=options["scale"], months=options["months"], stdout=self.stdout)
        sql.script(_SAY % _FILLED)


_SAY = "COMMENT ON SCHEMA public IS '%s'"
_HELD = """
SELECT obj_description('public'::regnamespace, 'pg_namespace'),
       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p'))
"""
