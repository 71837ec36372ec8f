"""The database's note of who acts, written once a transaction instead of once a row.

django-pghistory's own function tries to insert the context again for every row of history, inside a block
that catches errors, which is a subtransaction each time. Ours remembers, until the end of the transaction
or of the savepoint that wrote it, that the very same context has been written.
"""

ATTACH_CONTEXT_SQL = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE
LANGUAGE plpgsql AS $body$
DECLARE
    context text := current_setting('pghistory.context_id', true);
    said text := current_setting('pghistory.context_metadata', true);
BEGIN
    IF coalesce(context, '') = '' OR coalesce(said, '') = '' THEN RETURN NULL; END IF;
    IF current_setting('portal.history_context', true) IS DISTINCT FROM context || said THEN
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
        VALUES (context::uuid, said::jsonb, now(), now())
        ON CONFLICT (id) DO UPDATE SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
            WHERE pghistory_context.metadata <> EXCLUDED.metadata;
        PERFORM set_config('portal.history_context', context || said, true);
    END IF;
    RETURN context::uuid;
END
$body$;
"""
