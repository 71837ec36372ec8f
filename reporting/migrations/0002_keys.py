"""Keys over several columns: nothing links a report, a package or an entry across provinces."""

from django.db import migrations

from portal.migrations_sql import composite_key

FACTORY = ("factories_factory", ("id", "province_id"))


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("factories", "0003_keys")]

    operations = [
        *(
            composite_key(
                f"{table}_factory_of_province", f"reporting_{table}", ("factory_id", "province_id"), *FACTORY
            )
            for table in ("obligedfactory", "obligation", "submission", "packageentry")
        ),
        composite_key(
            "obligation_current_of_factory", "reporting_obligation", ("current_id", "factory_id", "period"),
            "reporting_submission", ("id", "factory_id", "period"),
        ),
        composite_key(
            "obligation_package_of_province", "reporting_obligation", ("package_id", "province_id"),
            "reporting_officepackage", ("id", "province_id"),
        ),
        composite_key(
            "package_case_of_office", "reporting_officepackage", ("case_id", "office_id"),
            "offices_case", ("id", "office_id"),
        ),
        composite_key(
            "package_office_of_province", "reporting_officepackage", ("office_id", "province_id"),
            "offices_office", ("id", "province_id"),
        ),
        composite_key(
            "packageentry_package_of_province", "reporting_packageentry", ("package_id", "province_id"),
            "reporting_officepackage", ("id", "province_id"),
        ),
        composite_key(
            "packageentry_submission_of_province", "reporting_packageentry", ("submission_id", "province_id"),
            "reporting_submission", ("id", "province_id"),
        ),
    ]
