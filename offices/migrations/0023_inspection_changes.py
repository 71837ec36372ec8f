"""Two people for what the centre decides: administrators stay two, and who inspects what is proposed by one
and confirmed by another.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

# An order of the centre is entered by one administrator and confirmed by another: whoever goes leaves two.
# Asked when the transaction ends, for a successor may come by the same order; and one after the other, for
# two orders would each count on whom the other lets go.
ADMINISTRATORS = """
CREATE FUNCTION offices_two_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone date;  -- the first day he no longer has
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.kind = OLD.kind THEN
        IF NEW.valid @> OLD.valid THEN
            RETURN NULL;
        END IF;
        gone := upper(NEW.valid);
    END IF;
    gone := coalesce(gone, lower(OLD.valid));
    PERFORM pg_advisory_xact_lock(hashtext('offices_two_administrators'));
    IF (SELECT count(DISTINCT person_id) FROM offices_assignment
        WHERE kind = 'CENTRAL_ADMIN' AND valid @> gone) < 2 THEN
        RAISE EXCEPTION 'on % fewer than two central administrators would be left', gone
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_two_administrators';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER assignment_two_administrators AFTER UPDATE OF kind, valid OR DELETE
    ON offices_assignment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.kind = 'CENTRAL_ADMIN') EXECUTE FUNCTION offices_two_administrators();
"""


UNDO = """
DROP TRIGGER assignment_two_administrators ON offices_assignment;
DROP FUNCTION offices_two_administrators();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0022_groups_and_posts'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(ADMINISTRATORS, UNDO),
        migrations.CreateModel(
            name='InspectionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('group', 'ตั้งกลุ่มตรวจราชการ'), ('zone', 'เพิ่มเขตในกลุ่มตรวจราชการ'), ('end', 'เขตพ้นจากกลุ่มตรวจราชการ'), ('province', 'ย้ายจังหวัดไปเขตอื่น')], max_length=10, verbose_name='เรื่อง')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='ชื่อกลุ่มตรวจราชการ')),
                ('since', models.DateField(verbose_name='ตั้งแต่วันที่')),
                ('reason', models.CharField(max_length=300, verbose_name='คำสั่งหรือเหตุผล')),
                ('state', models.CharField(choices=[('proposed', 'รอผู้ยืนยัน'), ('confirmed', 'ยืนยันแล้ว'), ('declined', 'ไม่ยืนยัน'), ('withdrawn', 'ถอนข้อเสนอ')], default='proposed', max_length=10, verbose_name='สถานะ')),
                ('proposer_name', models.CharField(max_length=200, verbose_name='ผู้เสนอ')),
                ('proposed_at', models.DateTimeField(verbose_name='เสนอเมื่อ')),
                ('decider_name', models.CharField(blank=True, max_length=200, verbose_name='ผู้ตัดสิน')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='ตัดสินเมื่อ')),
                ('decision', models.CharField(blank=True, max_length=300, verbose_name='เหตุผลที่ไม่ยืนยัน')),
            ],
        ),
        migrations.CreateModel(
            name='ZoneProvinceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='ช่วงเวลา')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AlterField(
            model_name='zoneprovince',
            name='province',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='zones', to='offices.province', verbose_name='จังหวัด'),
        ),
        migrations.AlterField(
            model_name='zoneprovince',
            name='valid',
            field=django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='ช่วงเวลา'),
        ),
        migrations.AlterField(
            model_name='zoneprovince',
            name='zone',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='offices.inspectionzone', verbose_name='เขตตรวจราชการ'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zoneprovince',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "offices_zoneprovinceevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "province_id", "valid", "zone_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."province_id", NEW."valid", NEW."zone_id"); RETURN NULL;', hash='1f8bb12f6da68338fb318697c7d0af758c74485a', operation='INSERT', pgid='pgtrigger_insert_insert_fb2f6', table='offices_zoneprovince', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zoneprovince',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "offices_zoneprovinceevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "province_id", "valid", "zone_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."province_id", NEW."valid", NEW."zone_id"); RETURN NULL;', hash='763674a8e9601e0326edff941c728bd9c634c77f', operation='UPDATE', pgid='pgtrigger_update_update_abea4', table='offices_zoneprovince', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='inspectiongroup',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('name_th', '='), ('valid', '&&')], name='inspectiongroup_name_once_at_a_time'),
        ),
        migrations.AddField(
            model_name='inspectionchange',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ผู้ตัดสิน'),
        ),
        migrations.AddField(
            model_name='inspectionchange',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='offices.inspectiongroup', verbose_name='กลุ่มตรวจราชการ'),
        ),
        migrations.AddField(
            model_name='inspectionchange',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ผู้เสนอ'),
        ),
        migrations.AddField(
            model_name='inspectionchange',
            name='province',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.province', verbose_name='จังหวัด'),
        ),
        migrations.AddField(
            model_name='inspectionchange',
            name='zone',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.inspectionzone', verbose_name='เขตตรวจราชการ'),
        ),
        migrations.AddField(
            model_name='zoneprovinceevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='zoneprovinceevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='offices.zoneprovince'),
        ),
        migrations.AddField(
            model_name='zoneprovinceevent',
            name='province',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offices.province', verbose_name='จังหวัด'),
        ),
        migrations.AddField(
            model_name='zoneprovinceevent',
            name='zone',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offices.inspectionzone', verbose_name='เขตตรวจราชการ'),
        ),
        migrations.AddConstraint(
            model_name='inspectionchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', True), ('kind', 'group'), ('province__isnull', True), ('zone__isnull', True), models.Q(('name', ''), _negated=True)), models.Q(('group__isnull', False), ('kind__in', ['zone', 'end']), ('zone__isnull', False), ('name', ''), ('province__isnull', True)), models.Q(('group__isnull', True), ('kind', 'province'), ('name', ''), ('province__isnull', False), ('zone__isnull', False)), _connector='OR'), name='inspectionchange_says_what'),
        ),
        migrations.AddConstraint(
            model_name='inspectionchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['confirmed', 'declined']), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='inspectionchange_second_person'),
        ),
        migrations.AddConstraint(
            model_name='inspectionchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('decided_by', models.F('proposed_by')), _connector='OR'), name='inspectionchange_withdrawn_by_proposer'),
        ),
        migrations.AddConstraint(
            model_name='inspectionchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='inspectionchange_decision_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='inspectionchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('decision', ''), _negated=True), _connector='OR')), name='inspectionchange_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='inspectionchange',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['zone', 'end']), ('state', 'proposed')), fields=('zone',), name='inspectionchange_one_of_a_zone'),
        ),
        migrations.AddConstraint(
            model_name='inspectionchange',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('province',), name='inspectionchange_one_of_a_province'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inspectionchange',
            trigger=pgtrigger.compiler.Trigger(name='inspectionchange_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b9aa2aee20ea69c8ff648e37d99673cb386ffc24', operation='DELETE', pgid='pgtrigger_inspectionchange_never_deleted_0d45c', table='offices_inspectionchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='inspectionchange',
            trigger=pgtrigger.compiler.Trigger(name='inspectionchange_decided_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state <> 'proposed' OR (OLD.uuid, OLD.kind, OLD.name, OLD.group_id, OLD.zone_id, OLD.province_id, OLD.since, OLD.reason, OLD.proposed_by_id, OLD.proposer_name, OLD.proposed_at) IS DISTINCT FROM (NEW.uuid, NEW.kind, NEW.name, NEW.group_id, NEW.zone_id, NEW.province_id, NEW.since, NEW.reason, NEW.proposed_by_id, NEW.proposer_name, NEW.proposed_at))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='93103eecfd1e0821120b61012c045da6613e8ecb', operation='UPDATE', pgid='pgtrigger_inspectionchange_decided_once_8282b', table='offices_inspectionchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='zoneprovinceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2dc1327d3524557518eb8115d9c3c7c3ca70babd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b2bac', table='offices_zoneprovinceevent', when='BEFORE')),
        ),
    ]
