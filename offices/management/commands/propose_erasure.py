"""manage.py propose_erasure: propose to erase what the rules of retention say is due; erases nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from offices.private import retention
from offices.private.clearance import everybody
from portal import calendar


class Command(BaseCommand):
    help = "เสนอการลบข้อมูลส่วนบุคคลที่พ้นเวลาเก็บตามกฎ ไม่ลบสิ่งใดเอง"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", help="วันที่ตัดสิน เช่น 2026-11-22 (ไม่ระบุคือวันนี้)")

    def handle(self, *args: Any, **options: Any) -> None:
        day = calendar.parse_date(options["on"]) if options["on"] else calendar.today()
        with everybody("propose erasures by the rules of retention"):
            made = retention.propose(day)
        self.stdout.write(f"{len(made)} proposed")
