"""The measures of a line, and of a cell, stand side by side in one row; views read them one by one.

A month of the nation was 700,000 rows of facts, half of an import's time; it is now a seventh of that.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from portal.together import together

MOVE = """
INSERT INTO reporting_measure (form_id, name, position)
SELECT form, measure, row_number() OVER (PARTITION BY form ORDER BY measure)
FROM (SELECT form_code AS form, measure FROM reporting_fact
      UNION SELECT form_id, measure FROM reporting_figure) known;

INSERT INTO reporting_factrow (line_id, submission_id, form_code, period, province, district, factory_type,
    product, measured)
SELECT f.line_id, f.submission_id, f.form_code, f.period, f.province, f.district, f.factory_type, f.product,
       array_agg(v.value ORDER BY m.position)
FROM (SELECT DISTINCT line_id, submission_id, form_code, period, province, district, factory_type, product
      FROM reporting_fact) f
JOIN reporting_measure m ON m.form_id = f.form_code
LEFT JOIN reporting_fact v ON v.line_id = f.line_id AND v.measure = m.name
GROUP BY f.line_id, f.submission_id, f.form_code, f.period, f.province, f.district, f.factory_type, f.product;

INSERT INTO reporting_cell (form_id, period, province, district, factory_type, product, provisional, certified,
    reports, reports_certified)
SELECT f.form_id, f.period, f.province, f.district, f.factory_type, f.product,
       array_agg(coalesce(v.provisional, 0) ORDER BY m.position),
       array_agg(coalesce(v.certified, 0) ORDER BY m.position),
       array_agg(coalesce(v.reports, 0) ORDER BY m.position),
       array_agg(coalesce(v.reports_certified, 0) ORDER BY m.position)
FROM (SELECT DISTINCT form_id, period, province, district, factory_type, product FROM reporting_figure) f
JOIN reporting_measure m ON m.form_id = f.form_id
LEFT JOIN reporting_figure v ON v.form_id = f.form_id AND v.period = f.period AND v.district = f.district
     AND v.factory_type = f.factory_type AND v.product = f.product AND v.measure = m.name
GROUP BY f.form_id, f.period, f.province, f.district, f.factory_type, f.product;
SET CONSTRAINTS ALL IMMEDIATE;
"""

GUARDS = """
CREATE OR REPLACE FUNCTION reporting_fact_has_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added
        WHERE NOT EXISTS (SELECT FROM reporting_submissionline l WHERE l.id = added.line_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a fact names a line that does not exist',
            CONSTRAINT = 'fact_has_line', TABLE = 'reporting_factrow';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fact_has_line AFTER INSERT ON reporting_factrow
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION reporting_fact_has_line();

ALTER TABLE reporting_cell ADD CONSTRAINT cell_lists_agree CHECK (
    cardinality(certified) = cardinality(provisional) AND cardinality(reports) = cardinality(provisional)
    AND cardinality(reports_certified) = cardinality(provisional)
    AND 0 <= ALL (reports) AND 0 <= ALL (reports_certified));
"""

VIEWS = """
CREATE VIEW reporting_fact AS
SELECT f.line_id, m.name AS measure, f.submission_id, f.form_code, f.period, f.province, f.district,
       f.factory_type, f.product, f.measured[m.position] AS value
FROM reporting_factrow f JOIN reporting_measure m ON m.form_id = f.form_code
WHERE f.measured[m.position] IS NOT NULL;

CREATE VIEW reporting_figure AS
SELECT c.id * 100 + m.position AS id, c.form_id, c.period, c.province, c.district, c.factory_type, c.product,
       m.name AS measure, c.provisional[m.position] AS provisional, c.certified[m.position] AS certified,
       c.reports[m.position] AS reports, c.reports_certified[m.position] AS reports_certified
FROM reporting_cell c JOIN reporting_measure m ON m.form_id = c.form_id
WHERE c.reports[m.position] + c.reports_certified[m.position] > 0;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0006_dashboard_indexes")]

    operations = together([
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.DateField()),
                ('province', models.CharField(max_length=2)),
                ('district', models.CharField(max_length=4)),
                ('factory_type', models.CharField(max_length=5)),
                ('product', models.CharField(blank=True, max_length=20)),
                ('provisional', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=6, max_digits=24), size=None)),
                ('certified', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=6, max_digits=24), size=None)),
                ('reports', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('reports_certified', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('form', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.form')),
            ],
        ),
        migrations.CreateModel(
            name='FactRow',
            fields=[
                ('line', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='reporting.submissionline')),
                ('submission_id', models.BigIntegerField()),
                ('form_code', models.CharField(max_length=20)),
                ('period', models.DateField()),
                ('province', models.CharField(max_length=2)),
                ('district', models.CharField(max_length=4)),
                ('factory_type', models.CharField(max_length=5)),
                ('product', models.CharField(blank=True, max_length=20)),
                ('measured', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=6, max_digits=24, null=True), size=None)),
            ],
            options={
                'indexes': [models.Index(fields=['form_code', 'period', 'province'], name='factrow_month')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='factrow',
            trigger=pgtrigger.compiler.Trigger(name='factrow_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='157691275b91eb8f4ad89818bef9b2cf677ae421', operation='UPDATE OR DELETE', pgid='pgtrigger_factrow_append_only_14f67', table='reporting_factrow', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='measure',
            name='form',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='reporting.form'),
        ),
        migrations.AddIndex(
            model_name='cell',
            index=models.Index(fields=['form', 'province', 'period'], name='cell_province'),
        ),
        migrations.AddConstraint(
            model_name='cell',
            constraint=models.UniqueConstraint(fields=('form', 'period', 'district', 'factory_type', 'product'), name='cell_once'),
        ),
        migrations.AddConstraint(
            model_name='cell',
            constraint=models.CheckConstraint(condition=models.Q(('district__startswith', models.F('province'))), name='cell_district_in_province'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.UniqueConstraint(fields=('form', 'position'), name='measure_position'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.UniqueConstraint(fields=('form', 'name'), name='measure_once'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lt', 100)), name='measure_in_list'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='measure_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='18fbf486b8a17977d4520074ec308e03fde8537b', operation='UPDATE OR DELETE', pgid='pgtrigger_measure_append_only_bdb4b', table='reporting_measure', when='BEFORE')),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel("Fact"),
        migrations.DeleteModel("Figure"),
        migrations.RunSQL(VIEWS, "DROP VIEW reporting_fact; DROP VIEW reporting_figure"),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("pk", models.CompositePrimaryKey("line_id", "measure", blank=True, editable=False, primary_key=True, serialize=False)),
                ("measure", models.CharField(max_length=20)),
                ("submission_id", models.BigIntegerField()),
                ("form_code", models.CharField(max_length=20)),
                ("period", models.DateField()),
                ("province", models.CharField(max_length=2)),
                ("district", models.CharField(max_length=4)),
                ("factory_type", models.CharField(max_length=5)),
                ("product", models.CharField(max_length=20)),
                ("value", models.DecimalField(decimal_places=6, max_digits=24)),
                ("line", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="facts", to="reporting.submissionline")),
            ],
            options={"db_table": "reporting_fact", "managed": False},
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.DateField()),
                ("province", models.CharField(max_length=2)),
                ("district", models.CharField(max_length=4)),
                ("factory_type", models.CharField(max_length=5)),
                ("product", models.CharField(max_length=20)),
                ("measure", models.CharField(max_length=20)),
                ("provisional", models.DecimalField(decimal_places=6, max_digits=24)),
                ("certified", models.DecimalField(decimal_places=6, max_digits=24)),
                ("reports", models.IntegerField()),
                ("reports_certified", models.IntegerField()),
                ("form", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="reporting.form")),
            ],
            options={"db_table": "reporting_figure", "managed": False},
        ),
    ])
