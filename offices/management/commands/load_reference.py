"""manage.py load_reference: places, offices, types and words that come with the project."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal import audit, sql
from portal.reference import load_all
from portal.scope import nation


class Command(BaseCommand):
    help = "โหลดข้อมูลอ้างอิงที่มากับระบบ (ทำซ้ำได้)"

    def handle(self, *args: Any, **options: Any) -> None:
        with nation("reference data"), audit.context(None), transaction.atomic():
            sql.lock("load_reference")  # two at once would both find nothing there
            load_all(self._say)

    def _say(self, name: str, rows: int) -> None:
        self.stdout.write(f"  {name:<28} {rows:>6}")
