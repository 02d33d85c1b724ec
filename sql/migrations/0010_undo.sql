-- A change taken back as a new change: what `r2a history undo` does with a row of the change log.

-- Whether the log put *** in place of what stood in this column, or inside it.
CREATE FUNCTION cfg.is_masked(column_name text, type_name text, value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN type_name IN ('bytea', 'a1_md5') OR column_name = 'value' THEN value = '"***"'
                WHEN column_name = 'attributes' THEN coalesce(value ->> 'value' = '***', false) ELSE false END;

-- A table that is logged: its columns, and those of its primary key. Raises when it is not one.
CREATE FUNCTION cfg.logged_table(of_name text, OUT id regclass, OUT key text[], OUT writable text[], OUT nullable text[], OUT types jsonb)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT g.tgrelid INTO id FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE c.relname = of_name AND c.relnamespace = 'cfg'::regnamespace AND g.tgname = 'record_change' AND NOT g.tgisinternal;
    IF id IS NULL THEN
        RAISE restrict_violation USING MESSAGE = format('the table %s is not one whose changes are logged any more', of_name);
    END IF;
    SELECT array_agg(a.attname::text) INTO key FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[])
        WHERE i.indrelid = id AND i.indisprimary;
    SELECT array_agg(a.attname::text) FILTER (WHERE a.attgenerated = ''), array_agg(a.attname::text) FILTER (WHERE NOT a.attnotnull),
           jsonb_object_agg(a.attname, t.typname)
        INTO writable, nullable, types FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = id AND a.attnum > 0 AND NOT a.attisdropped;
END $$;

-- The members of `value` called one of `names`.
CREATE FUNCTION cfg.only(value jsonb, names text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE
    RETURN (SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}') FROM jsonb_each(value) m WHERE m.key = ANY (names));

-- Whether a row is as the log says it was left; updated_at does not count, and of a secret only whether there is one.
CREATE FUNCTION cfg.is_as_logged(found jsonb, logged jsonb, types jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN NOT EXISTS (SELECT FROM jsonb_each(logged) m WHERE m.key <> 'updated_at' AND types ? m.key AND CASE
        WHEN NOT cfg.is_masked(m.key, types ->> m.key, m.value) THEN found -> m.key IS DISTINCT FROM m.value
        WHEN m.key = 'attributes' THEN (found -> m.key) - 'value' IS DISTINCT FROM m.value - 'value' ELSE found ->> m.key IS NULL END);

-- Rows that would go with this one (ON DELETE CASCADE), as `2 rows of device`; NULL = none. Derived tables do not count: triggers keep them.
CREATE FUNCTION cfg.what_hangs_on(of_table regclass, of_row jsonb) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    link record;
    many bigint;
    told text;
BEGIN
    FOR link IN SELECT c.conrelid::regclass AS child, r.relname, array_agg(format('x.%I::text = %L', a.attname, of_row ->> f.attname)) AS terms
            FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_trigger g ON g.tgrelid = c.conrelid AND g.tgname = 'record_change'
            CROSS JOIN unnest(c.conkey, c.confkey) AS u (mine, theirs)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.mine JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = u.theirs
            WHERE c.confrelid = of_table AND c.contype = 'f' AND c.confdeltype = 'c' GROUP BY c.oid, c.conrelid, r.relname ORDER BY r.relname LOOP
        EXECUTE format('SELECT count(*) FROM %s x WHERE %s', link.child, array_to_string(link.terms, ' AND ')) INTO many;
        IF many > 0 THEN
            told := concat_ws(', ', told, format('%s %s of %s', many, CASE many WHEN 1 THEN 'row' ELSE 'rows' END, link.relname));
        END IF;
    END LOOP;
    RETURN told;
END $$;

-- Takes one revision back. Returns the columns whose content the log does not keep, which are therefore not as they were.
-- Refuses (restrict_violation) what would overwrite a later change or lose something; P2A01 when only a secret is in the way.
CREATE FUNCTION cfg.undo_change(of_revision bigint) RETURNS text[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    change  cfg.change_log;
    place   record;
    key     jsonb;
    here   jsonb;
    wanted  text[];
    lost    text[];
    without text[];
    later   bigint;
    match   text;
    hanging text;
BEGIN
    SELECT * INTO change FROM cfg.change_log l WHERE l.revision = of_revision;
    IF NOT FOUND THEN
        RAISE restrict_violation USING MESSAGE = format('there is no revision %s in the log', of_revision);
    END IF;
    SELECT * INTO place FROM cfg.logged_table(change.table_name);
    key := cfg.only(coalesce(change.after, change.before), place.key);
    SELECT string_agg(format('t.%1$I = k.%1$I', name), ' AND ') INTO match FROM unnest(place.key) AS name;
    EXECUTE format('SELECT to_jsonb(t) FROM %s t, jsonb_populate_record(NULL::%1$s, $1) k WHERE %s FOR UPDATE OF t', place.id, match) INTO here USING key;
    SELECT max(l.revision) INTO later FROM cfg.change_log l
        WHERE l.revision > of_revision AND l.table_name = change.table_name AND (l.before @> key OR l.after @> key);

    IF change.operation = 'DELETE' THEN
        IF here IS NOT NULL THEN
            RAISE restrict_violation USING MESSAGE = format('revision %s: it is there again%s', of_revision, coalesce(format(' since revision %s', later), ''));
        END IF;
        SELECT array_agg(m.key) FILTER (WHERE cfg.is_masked(m.key, place.types ->> m.key, m.value)),
               array_agg(m.key) FILTER (WHERE NOT cfg.is_masked(m.key, place.types ->> m.key, m.value))
            INTO lost, wanted FROM jsonb_each(change.before) m WHERE m.key = ANY (place.writable);
        IF NOT coalesce(lost, '{}') <@ coalesce(place.nullable, '{}') THEN
            RAISE SQLSTATE 'P2A01' USING MESSAGE = format('revision %s: the log keeps no secrets, and without its %s it cannot be there; set a new one',
                of_revision, array_to_string(lost, ', '));
        END IF;
        IF change.table_name = 'device' THEN
            -- Its passwords were rows of their own, which no log keeps; and half of what a phone challenges us with is no use.
            SELECT nullif(coalesce(lost, '{}') || array_agg(name), '{}'), array_agg(name) INTO lost, without FROM unnest(wanted) AS name
                WHERE (name = 'password_set_at' OR (name = 'reverse_auth_user' AND 'reverse_auth_sealed' = ANY (lost))) AND change.before ->> name IS NOT NULL;
            wanted := ARRAY(SELECT name FROM unnest(wanted) AS name WHERE name <> ALL (coalesce(without, '{}')));
        END IF;
        SELECT string_agg(quote_ident(name), ', ') INTO match FROM unnest(wanted) AS name;
        EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, $1)', place.id, match)
            USING cfg.only(change.before, wanted);
        RETURN coalesce(lost, '{}');
    END IF;

    IF here IS NULL THEN
        RAISE restrict_violation USING MESSAGE = format('revision %s: it is gone%s', of_revision,
            coalesce(format(' since revision %s; take that back first: r2a history undo %1$s', later), ''));
    END IF;
    IF NOT cfg.is_as_logged(here, change.after, place.types) THEN
        RAISE restrict_violation USING MESSAGE = format('revision %s: it was changed since%s', of_revision,
            coalesce(format(' by revision %s; take that back first (r2a history undo %1$s), or set it by hand', later), '; set it by hand'));
    END IF;

    IF change.operation = 'INSERT' THEN
        -- A new password leaves no other trace than a change in which nothing differs.
        SELECT max(l.revision) INTO later FROM cfg.change_log l WHERE l.revision > of_revision AND l.table_name = change.table_name
            AND l.operation = 'UPDATE' AND l.after @> key AND l.before - 'updated_at' = l.after - 'updated_at';
        IF later IS NOT NULL THEN
            RAISE restrict_violation USING MESSAGE = format('revision %s: revision %s gave it another secret since; delete it by hand', of_revision, later);
        END IF;
        hanging := cfg.what_hangs_on(place.id, here);
        IF hanging IS NOT NULL THEN
            -- As the foreign key would, did it not cascade.
            RAISE foreign_key_violation USING MESSAGE =
                format('revision %s: %s would go with it; take their changes back first (--transaction, if they came with it), or delete it by hand', of_revision, hanging);
        END IF;
        EXECUTE format('DELETE FROM %s t USING jsonb_populate_record(NULL::%1$s, $1) k WHERE %s', place.id, match) USING key;
        RETURN '{}';
    END IF;

    SELECT array_agg(m.key) FILTER (WHERE cfg.is_masked(m.key, place.types ->> m.key, m.value)),
           array_agg(m.key) FILTER (WHERE NOT cfg.is_masked(m.key, place.types ->> m.key, m.value))
        INTO lost, wanted FROM jsonb_each(change.before) m
        WHERE m.key = ANY (place.writable) AND m.key <> 'updated_at' AND m.value IS DISTINCT FROM change.after -> m.key;
    IF wanted IS NULL THEN
        RAISE SQLSTATE 'P2A01' USING MESSAGE = format('revision %s changed nothing but a secret, and the log keeps none; set a new one', of_revision);
    END IF;
    EXECUTE format('UPDATE %s t SET (%s) = (SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, $2)) FROM jsonb_populate_record(NULL::%1$s, $1) k WHERE %3$s',
        place.id, (SELECT string_agg(quote_ident(name), ', ') FROM unnest(wanted) AS name), match) USING key, cfg.only(change.before, wanted);
    RETURN coalesce(lost, '{}');
END $$;

-- Takes several revisions back, all or nothing. Starts with the newest; what cannot go yet (a row before the one it belongs to) is tried again
-- after the others. Returns, for each revision, what the log does not keep of it; undone is false where that was all there was.
CREATE FUNCTION cfg.undo_changes(revisions bigint[]) RETURNS TABLE (revision bigint, undone boolean, lost text[])
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    left_over bigint[];
    waiting   bigint[];
    one       bigint;
    cause     bigint;
BEGIN
    SELECT array_agg(r ORDER BY r DESC) INTO waiting FROM unnest(revisions) AS r;
    WHILE cardinality(waiting) > 0 LOOP
        left_over := '{}';
        cause := NULL;
        FOREACH one IN ARRAY waiting LOOP
            BEGIN
                revision := one;
                lost := cfg.undo_change(one);
                undone := true;
                RETURN NEXT;
            EXCEPTION
                WHEN SQLSTATE 'P2A01' THEN
                    IF cardinality(revisions) = 1 THEN
                        RAISE;
                    END IF;
                    undone := false;
                    lost := '{secret}';
                    RETURN NEXT;
                WHEN integrity_constraint_violation THEN
                    left_over := left_over || one;
                    IF SQLSTATE <> '23503' THEN
                        cause := one;
                    END IF;
            END;
        END LOOP;
        IF cardinality(left_over) = cardinality(waiting) THEN
            -- Nothing went any more. One that does not merely wait for another knows why, and raises it now.
            PERFORM cfg.undo_change(coalesce(cause, left_over[cardinality(left_over)]));
        END IF;
        waiting := left_over;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION cfg.is_masked(text, text, jsonb), cfg.logged_table(text), cfg.only(jsonb, text[]), cfg.is_as_logged(jsonb, jsonb, jsonb),
    cfg.what_hangs_on(regclass, jsonb), cfg.undo_change(bigint), cfg.undo_changes(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cfg.is_masked(text, text, jsonb), cfg.logged_table(text), cfg.only(jsonb, text[]), cfg.is_as_logged(jsonb, jsonb, jsonb),
    cfg.what_hangs_on(regclass, jsonb), cfg.undo_change(bigint), cfg.undo_changes(bigint[]) TO r2a_operator;
