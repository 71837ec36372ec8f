"""manage.py access_matrix: draw docs/access-matrix.md from the policies and workflows in code."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from offices.access import matrix


class Command(BaseCommand):
    help = "วาดตารางสิทธิลงใน docs/access-matrix.md"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="ตรวจว่าเอกสารเป็นปัจจุบัน ไม่เขียน")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("th"):
            drawn = matrix.markdown()
        stale = not matrix.FILE.exists() or matrix.FILE.read_text("utf-8") != drawn
        if options["check"] and stale:
            raise CommandError(f"{matrix.FILE.name} ไม่เป็นปัจจุบัน โปรดสั่ง manage.py access_matrix")
        if stale:
            matrix.FILE.write_text(drawn, encoding="utf-8")
            self.stdout.write(matrix.FILE.name)
