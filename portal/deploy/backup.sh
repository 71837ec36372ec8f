#!/bin/sh
# Backup of database and files to $BACKUP_DIR: once a day at $BACKUP_AT (UTC), or `backup.sh once`.
# A dump counts only when its table of contents can be read back; older ones than $BACKUP_DAYS days go.
set -eu
: "${BACKUP_DIR:=/backups}" "${BACKUP_AT:=18:30}" "${BACKUP_DAYS:=30}" "${FILES_DIR:=/data/files}"
if [ -n "${PGPASSWORD_FILE:-}" ]; then
	PGPASSWORD=$(cat "$PGPASSWORD_FILE")
	export PGPASSWORD
fi

backup() {
	name="$BACKUP_DIR/portal-$(date -u +%Y%m%dT%H%M%SZ).dump"
	pg_dump --format=custom --no-owner --file="$name.part"
	pg_restore --list "$name.part" >/dev/null
	mv "$name.part" "$name"
	sha256sum "$name" >"$name.sha256"
	# Stored files never change, so only new ones are copied.
	if [ -d "$FILES_DIR" ]; then
		mkdir -p "$BACKUP_DIR/files"
		cp -Rn "$FILES_DIR/." "$BACKUP_DIR/files/"
	fi
	find "$BACKUP_DIR" -maxdepth 1 -name 'portal-*.dump*' -mtime "+$BACKUP_DAYS" -delete
	touch "$BACKUP_DIR/last-success"
	echo "backup: $name"
}

if [ "${1:-}" = once ]; then
	backup
	exit
fi
while :; do
	now=$(date -u +%s)
	next=$(date -u -d "$BACKUP_AT" +%s)
	[ "$next" -gt "$now" ] || next=$((next + 86400))
	sleep $((next - now))
	backup || echo "backup: failed, the next attempt is tomorrow" >&2
done
