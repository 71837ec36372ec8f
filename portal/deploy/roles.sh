#!/bin/sh
# Runs once, when the database server is new: the role the portal works under. It owns no table, so it can
# neither change the tables nor touch event rows; the owner's role is used for migrations only.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/application_password)" \
	--username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE portal_app LOGIN PASSWORD :'password';
SQL
