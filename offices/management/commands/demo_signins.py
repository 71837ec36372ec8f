"""manage.py demo_signins: one demonstration account for each role, with password and TOTP secret."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from offices.demo import DOMAIN, PASSWORD, SignIn, signins

# One for each role, and the two ways a report is reviewed: in office 25 the head is the assistant,
# in office 19 they are two people. The last one must see nothing of the others.
SHOWN = (
    "officer.25", "head.factory.25", "chief.25", "officer.19", "head.factory.19", "head.policy.19",
    "chief.19", "inspector.3", "admin.1", "chief.71",
)  # fmt: skip
ROLE_OF = {"head.factory.25": "หัวหน้ากลุ่มและผู้ช่วยฯ", "head.policy.19": "ผู้ช่วยอุตสาหกรรมจังหวัด"}


class Command(BaseCommand):
    help = "แสดงบัญชีสาธิตของแต่ละตำแหน่ง (ใช้ได้เฉพาะระบบสาธิต)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="ทุกบัญชี")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("ระบบนี้ไม่ใช่ระบบสาธิต จึงไม่มีบัญชีสาธิต")
        shown = [f"{name}@{DOMAIN}" for name in SHOWN]
        rows = [row for row in signins() if options["all"] or row.email in shown]
        if not rows:
            self.stdout.write("ยังไม่มีบัญชีสาธิต")
            return
        if not options["all"]:
            rows.sort(key=lambda row: shown.index(row.email))
        self.stdout.write(f"รหัสผ่านของทุกบัญชีสาธิต: {PASSWORD}")
        for row in rows:
            self.stdout.write(self._line(row))

    @staticmethod
    def _line(row: SignIn) -> str:
        role = ROLE_OF.get(row.email.split("@")[0], row.role)
        return f"  {row.email:<32} TOTP {row.secret}  {role} {row.office} ({row.name})"
