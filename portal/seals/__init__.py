"""A chain of hashes over everything that is only ever added to; its head lives outside the database.

What is sealed. Every table under the append-only trigger: events for people, the history of rows,
cases' events, versions and lines of reports, facts, runs, editions. The list is read from the models,
so a table added tomorrow is sealed tomorrow. A row of history is sealed together with the metadata of
its context, which says who made the change.

What is hashed. Each row by itself: SHA-256 of its JSON with the columns named in the part, made by
PostgreSQL under fixed settings. Columns added by a later migration are not among them, so additive
migrations break no seal; a column or table renamed or dropped does, and verification names it.

Which rows. Those that can be seen, whose ids no seal holds yet. Ids are not the order of commit: a
transaction may take id 5, stay open across a seal that takes 4 and 6, and commit. Its row is then seen
for the first time by the next seal, and sealed there. So that this needs no walk through all rows,
each seal notes a ``floor`` for each table: up to it every id is settled, that is sealed, or never to
come because the transaction that took it rolled back. An id up to the highest one seen in seal m was
taken before that seal ended, and its transaction had its number by the end of seal m + 1; when all
numbers below the end of m + 1 are gone at the beginning of seal n, the highest id of m becomes the
floor of n. (A number is given with the first row a transaction writes, in the same statement that takes
the id; a whole seal of grace is far more than that.) A row that appears below the floor without being
in a seal was put there by hand.

Why not by xmin. The transaction number in a row is frozen by vacuum, changed by dump and restore, and
has no index. Membership is therefore kept as sets of ids: verification needs nothing but the rows, the
parts and the chain. Transaction numbers serve only to move the floor, and only within one server
(``cluster``): after a restore elsewhere no old transaction can still be open.

What it shows. With the database alone: any row or seal changed, removed or put in, as long as the chain
was not made anew. Whoever may rewrite the whole database could do that; then the heads that were
printed and mailed are not in the chain any more: ``manage.py verify_audit --head …``. Rows added above
the floor are new rows like any other and are sealed as such.
"""

from portal.seals.chain import announce, latest, seal
from portal.seals.tables import Sealed, sealed_tables
from portal.seals.verify import Fault, Report, verify

__all__ = ["Fault", "Report", "Sealed", "announce", "latest", "seal", "sealed_tables", "verify"]
