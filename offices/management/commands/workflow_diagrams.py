"""manage.py workflow_diagrams: draw docs/workflows from the registered workflows."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from offices.diagrams import pages


class Command(BaseCommand):
    help = "วาดแผนภาพขั้นตอนของเรื่องทุกประเภทลงใน docs/workflows"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="ตรวจว่าเอกสารเป็นปัจจุบัน ไม่เขียน")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("th"):
            drawn = pages()
        stale = [path for path, text in drawn.items() if not path.exists() or path.read_text("utf-8") != text]
        if options["check"] and stale:
            names = ", ".join(path.name for path in stale)
            raise CommandError(f"docs/workflows ไม่เป็นปัจจุบัน: {names} โปรดสั่ง manage.py workflow_diagrams")
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(drawn[path], encoding="utf-8")
            self.stdout.write(path.name)
