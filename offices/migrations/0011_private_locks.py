"""The second lock on personal rows, and support access within its office."""

from django.db import migrations

from portal.migrations_sql import composite_key
from portal.rowlocks import NATION, cleared, in_offices, is_reader, lock

# Cleared for people, and the person has or had an assignment in one of the reader's offices.
IN_REACH = f"""{cleared("personnel")} AND ({NATION} OR EXISTS (
    SELECT FROM offices_assignment a WHERE a.person_id = offices_personprivate.person_id
    AND {in_offices("a.office_id")}))"""


class Migration(migrations.Migration):
    dependencies = [("offices", "0010_private")]

    operations = [
        lock("offices_personprivate", read=f"{is_reader('person_id')} OR ({IN_REACH})"),
        # Who was read, who read, and those who see the nation; nobody writes that another read.
        lock(
            "offices_privatereading",
            read=f"{is_reader('subject_id')} OR {is_reader('reader_id')} OR {NATION}",
            write=f"{is_reader('reader_id')} OR {NATION}",
        ),
        lock(
            "offices_owncopy",
            read=f"{is_reader('person_id')} OR ({cleared('personnel')} AND {NATION})",
        ),
        composite_key(
            "support_group_of_office", "offices_supportaccess", ("group_id", "office_id"),
            "offices_group", ("id", "office_id"),
        ),
    ]  # fmt: skip
