"""Staffing: years of retirement, what lists made, hand-over of matters."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from portal.migrations_sql import composite_key
from portal.together import together


class Migration(migrations.Migration):
    dependencies = [
        ("offices", "0017_assistants"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("portal", "0014_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together([
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("from_day", models.DateField(verbose_name="ส่งมอบตั้งแต่วันที่")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "รอลงนามส่งมอบ"),
                            ("moved", "ส่งมอบแล้ว"),
                            ("withdrawn", "ยกเลิกบัญชีส่งมอบ"),
                            ("undone", "ถอนคืนแล้ว"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="สถานะ",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(verbose_name="จัดทำเมื่อ")),
                ("leaver_signed_at", models.DateTimeField(null=True, verbose_name="ผู้ส่งมอบลงนามเมื่อ")),
                ("taker_signed_at", models.DateTimeField(null=True, verbose_name="ผู้รับมอบลงนามเมื่อ")),
                ("superior_as", models.CharField(blank=True, max_length=300, verbose_name="ในฐานะ")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="เหตุผล")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="เสร็จเมื่อ")),
                ("moved", models.JSONField(default=list)),
                (
                    "leaver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers_given",
                        to="offices.person",
                        verbose_name="ผู้ส่งมอบ",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offices.person"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="offices.office",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.appointmentorder",
                        verbose_name="ตามคำสั่ง",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.person",
                        verbose_name="ผู้บังคับบัญชา",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers_taken",
                        to="offices.person",
                        verbose_name="ผู้รับมอบ",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseKeeper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="keepers", to="offices.case"
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offices.office"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offices.person"
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept",
                        to="offices.handover",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandOverEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("from_day", models.DateField(verbose_name="ส่งมอบตั้งแต่วันที่")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "รอลงนามส่งมอบ"),
                            ("moved", "ส่งมอบแล้ว"),
                            ("withdrawn", "ยกเลิกบัญชีส่งมอบ"),
                            ("undone", "ถอนคืนแล้ว"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="สถานะ",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField(verbose_name="จัดทำเมื่อ")),
                ("leaver_signed_at", models.DateTimeField(null=True, verbose_name="ผู้ส่งมอบลงนามเมื่อ")),
                ("taker_signed_at", models.DateTimeField(null=True, verbose_name="ผู้รับมอบลงนามเมื่อ")),
                ("superior_as", models.CharField(blank=True, max_length=300, verbose_name="ในฐานะ")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="เหตุผล")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="เสร็จเมื่อ")),
                (
                    "leaver",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="offices.person",
                        verbose_name="ผู้ส่งมอบ",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="offices.person",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="offices.office",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="offices.appointmentorder",
                        verbose_name="ตามคำสั่ง",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="offices.handover",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="offices.person",
                        verbose_name="ผู้บังคับบัญชา",
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="offices.person",
                        verbose_name="ผู้รับมอบ",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandOverItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nth", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=60)),
                ("what", models.CharField(max_length=300, verbose_name="เรื่อง")),
                ("kind", models.CharField(max_length=200, verbose_name="ประเภท")),
                ("state", models.CharField(blank=True, max_length=200, verbose_name="ค้างอยู่ที่")),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="offices.handover",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="offices.office"
                    ),
                ),
            ],
            options={
                "ordering": ["nth"],
            },
        ),
        migrations.CreateModel(
            name="ListedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_no", models.IntegerField()),
                ("new_person", models.BooleanField(default=False)),
                ("new_post", models.BooleanField(default=False)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.batch"
                    ),
                ),
                (
                    "incumbency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.incumbency",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.person",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.placement",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.post",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="offices.orderproposal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Retirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="เกษียณสิ้นปีงบประมาณ")),
                ("source", models.CharField(max_length=300, verbose_name="ที่มา")),
                ("noted_on", models.DateField(verbose_name="บันทึกเมื่อ")),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retirement",
                        to="offices.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RetirementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="เกษียณสิ้นปีงบประมาณ")),
                ("source", models.CharField(max_length=300, verbose_name="ที่มา")),
                ("noted_on", models.DateField(verbose_name="บันทึกเมื่อ")),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="offices.person",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="offices.retirement",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("leaver", models.F("taker")), _negated=True), name="handover_between_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("superior__isnull", True),
                    models.Q(
                        models.Q(("superior", models.F("leaver")), _negated=True),
                        models.Q(("superior", models.F("taker")), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                        models.Q(("superior_as", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="handover_superior_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["moved", "undone"]), _negated=True),
                    ("superior__isnull", False),
                    models.Q(("leaver_signed_at__isnull", False), ("taker_signed_at__isnull", False)),
                    _connector="OR",
                ),
                name="handover_moves_when_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="handover_closed_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("office", "leaver", "taker"),
                name="handover_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(fields=("id", "office"), name="handover_with_office"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handover",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "offices_handoverevent" ("closed_at", "from_day", "id", "leaver_id", "leaver_signed_at", "made_at", "made_by_id", "office_id", "order_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "state", "superior_as", "superior_id", "taker_id", "taker_signed_at", "uuid", "version") VALUES (NEW."closed_at", NEW."from_day", NEW."id", NEW."leaver_id", NEW."leaver_signed_at", NEW."made_at", NEW."made_by_id", NEW."office_id", NEW."order_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."state", NEW."superior_as", NEW."superior_id", NEW."taker_id", NEW."taker_signed_at", NEW."uuid", NEW."version"); RETURN NULL;',
                    hash="5230927956cdf337c9b058add1f9d2ee0bcd8fcf",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3826d",
                    table="offices_handover",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handover",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."from_day" IS DISTINCT FROM (NEW."from_day") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."leaver_id" IS DISTINCT FROM (NEW."leaver_id") OR OLD."leaver_signed_at" IS DISTINCT FROM (NEW."leaver_signed_at") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."office_id" IS DISTINCT FROM (NEW."office_id") OR OLD."order_id" IS DISTINCT FROM (NEW."order_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."superior_id" IS DISTINCT FROM (NEW."superior_id") OR OLD."superior_as" IS DISTINCT FROM (NEW."superior_as") OR OLD."taker_id" IS DISTINCT FROM (NEW."taker_id") OR OLD."taker_signed_at" IS DISTINCT FROM (NEW."taker_signed_at") OR OLD."uuid" IS DISTINCT FROM (NEW."uuid") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "offices_handoverevent" ("closed_at", "from_day", "id", "leaver_id", "leaver_signed_at", "made_at", "made_by_id", "office_id", "order_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "state", "superior_as", "superior_id", "taker_id", "taker_signed_at", "uuid", "version") VALUES (NEW."closed_at", NEW."from_day", NEW."id", NEW."leaver_id", NEW."leaver_signed_at", NEW."made_at", NEW."made_by_id", NEW."office_id", NEW."order_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."state", NEW."superior_as", NEW."superior_id", NEW."taker_id", NEW."taker_signed_at", NEW."uuid", NEW."version"); RETURN NULL;',
                    hash="14af5db1c9761c2c476684cb34ca6991405251f4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_68d92",
                    table="offices_handover",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="casekeeper",
            constraint=models.UniqueConstraint(fields=("case", "handover"), name="casekeeper_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handoverevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="82b0f2053ae20c8d4b53f2aadae703c8331044e8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a1c1b",
                    table="offices_handoverevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                fields=("handover", "source", "key"), name="handoveritem_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(fields=("handover", "nth"), name="handoveritem_place"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handoveritem",
            trigger=pgtrigger.compiler.Trigger(
                name="handoveritem_settled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        -- The list is locked first, so that nobody signs what another is changing.\n        PERFORM FROM offices_handover\n        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.handover_id ELSE NEW.handover_id END FOR UPDATE;\n        IF EXISTS (\n            SELECT FROM offices_handover h\n            WHERE h.id = CASE TG_OP WHEN 'DELETE' THEN OLD.handover_id ELSE NEW.handover_id END\n              AND (h.state <> 'open' OR h.leaver_signed_at IS NOT NULL OR h.taker_signed_at IS NOT NULL)\n        ) THEN\n            RAISE EXCEPTION 'a hand-over list that somebody signed does not change'\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_items_settled';\n        END IF;\n        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n        RETURN NEW;\n    ",
                    hash="3e2e65ca89b70c8d9ba98332e3cea4cb7f1c2fa1",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_handoveritem_settled_58a5c",
                    table="offices_handoveritem",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="listedrow",
            constraint=models.UniqueConstraint(fields=("batch", "row_no"), name="listedrow_once"),
        ),
        migrations.AddConstraint(
            model_name="listedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposal__isnull", True),
                    models.Q(("incumbency__isnull", True), ("placement__isnull", True)),
                    _connector="OR",
                ),
                name="listedrow_known_or_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="listedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("new_person", False), ("person__isnull", False), _connector="OR"),
                    models.Q(("new_post", False), ("post__isnull", False), _connector="OR"),
                ),
                name="listedrow_new_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="retirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("fiscal_year__range", (2500, 2700))), name="retirement_year_is_be"
            ),
        ),
        migrations.AddConstraint(
            model_name="retirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="retirement_has_source"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="retirement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "offices_retirementevent" ("fiscal_year", "id", "noted_by_id", "noted_on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "uuid") VALUES (NEW."fiscal_year", NEW."id", NEW."noted_by_id", NEW."noted_on", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."uuid"); RETURN NULL;',
                    hash="5f5a2b1d022a76d4b44dcda8fb583fda99433632",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_49ea1",
                    table="offices_retirement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="retirement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "offices_retirementevent" ("fiscal_year", "id", "noted_by_id", "noted_on", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "uuid") VALUES (NEW."fiscal_year", NEW."id", NEW."noted_by_id", NEW."noted_on", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."uuid"); RETURN NULL;',
                    hash="d281ea6256d0aea22ecb482d8b25dca3b23a5b70",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1517e",
                    table="offices_retirement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="retirementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6d5e48fb5de7ed65662f9a4c8adf3008486410ff",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9c960",
                    table="offices_retirementevent",
                    when="BEFORE",
                ),
            ),
        ),
        composite_key(
            "casekeeper_case_of_office",
            "offices_casekeeper",
            ("case_id", "office_id"),
            "offices_case",
            ("id", "office_id"),
        ),
        composite_key(
            "casekeeper_handover_of_office",
            "offices_casekeeper",
            ("handover_id", "office_id"),
            "offices_handover",
            ("id", "office_id"),
        ),
        composite_key(
            "handoveritem_of_office",
            "offices_handoveritem",
            ("handover_id", "office_id"),
            "offices_handover",
            ("id", "office_id"),
        ),
    ])
