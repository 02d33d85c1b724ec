-- What keeps the derived names true, and the change log with its revision.

-- Names of domains and users ------------------------------------------------------------------------------------------

CREATE FUNCTION cfg.keep_domain_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM cfg.domain_name WHERE name = OLD.name;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO cfg.domain_name (name, domain_id)
        VALUES (NEW.name, CASE TG_TABLE_NAME WHEN 'domain' THEN (to_jsonb(NEW) ->> 'id')::bigint ELSE (to_jsonb(NEW) ->> 'domain_id')::bigint END);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_domain_name AFTER INSERT OR UPDATE OF name OR DELETE ON cfg.domain FOR EACH ROW EXECUTE FUNCTION cfg.keep_domain_name();
CREATE TRIGGER keep_domain_name AFTER INSERT OR UPDATE OR DELETE ON cfg.domain_alias FOR EACH ROW EXECUTE FUNCTION cfg.keep_domain_name();

-- One name, one extension in a domain. A device may log in under its own extension's number or alias; under nobody else's.
CREATE FUNCTION cfg.claim_user_name(of_domain_id bigint, of_name text, of_extension_id bigint, of_device_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Two sessions that take and give up names of a domain wait for each other: otherwise each would decide on what the other is
    -- changing. One lock a domain: one a name would fill the server's table of locks in a large import.
    PERFORM pg_advisory_xact_lock(7216002, (of_domain_id % 2147483647)::integer);
    INSERT INTO cfg.user_name AS held (domain_id, name, extension_id, device_id) VALUES (of_domain_id, of_name, of_extension_id, of_device_id)
        ON CONFLICT (domain_id, name) DO UPDATE SET device_id = coalesce(excluded.device_id, held.device_id)
        WHERE held.extension_id = excluded.extension_id;
    IF NOT FOUND THEN
        RAISE unique_violation USING MESSAGE = format('the name %s belongs to another extension of this domain', of_name),
            CONSTRAINT = 'user_name_pkey', SCHEMA = 'cfg', TABLE = 'user_name';
    END IF;
END $$;

-- A name goes when nothing claims it any more: not the extension's number, not an alias, not a device's login.
CREATE FUNCTION cfg.release_user_name(of_domain_id bigint, of_name text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7216002, (of_domain_id % 2147483647)::integer);
    DELETE FROM cfg.user_name WHERE domain_id = of_domain_id AND name = of_name
        AND NOT EXISTS (SELECT FROM cfg.extension e WHERE e.domain_id = of_domain_id AND e.number = of_name)
        AND NOT EXISTS (SELECT FROM cfg.extension_alias a WHERE a.domain_id = of_domain_id AND a.name = of_name)
        AND NOT EXISTS (SELECT FROM cfg.device d WHERE d.domain_id = of_domain_id AND d.auth_user = of_name);
    UPDATE cfg.user_name SET device_id = NULL WHERE domain_id = of_domain_id AND name = of_name
        AND NOT EXISTS (SELECT FROM cfg.device d WHERE d.domain_id = of_domain_id AND d.auth_user = of_name);
END $$;

CREATE FUNCTION cfg.keep_extension_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND (TG_OP = 'DELETE' OR OLD.number <> NEW.number) THEN
        PERFORM cfg.release_user_name(OLD.domain_id, OLD.number);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM cfg.claim_user_name(NEW.domain_id, NEW.number, NEW.id, NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_user_name AFTER INSERT OR UPDATE OF number OR DELETE ON cfg.extension FOR EACH ROW EXECUTE FUNCTION cfg.keep_extension_number();

CREATE FUNCTION cfg.keep_extension_alias() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM cfg.release_user_name(OLD.domain_id, OLD.name);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM cfg.claim_user_name(NEW.domain_id, NEW.name, NEW.extension_id, NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_user_name AFTER INSERT OR UPDATE OR DELETE ON cfg.extension_alias FOR EACH ROW EXECUTE FUNCTION cfg.keep_extension_alias();

CREATE FUNCTION cfg.keep_device_login() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM cfg.release_user_name(OLD.domain_id, OLD.auth_user);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM cfg.claim_user_name(NEW.domain_id, NEW.auth_user, NEW.extension_id, NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_user_name AFTER INSERT OR UPDATE OF auth_user OR DELETE ON cfg.device FOR EACH ROW EXECUTE FUNCTION cfg.keep_device_login();

-- Moving a device would hand one extension's login, password and all, to another.
CREATE FUNCTION cfg.refuse_device_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a device stays with its extension: delete it and add it to the other one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_device_move BEFORE UPDATE ON cfg.device FOR EACH ROW
    WHEN (OLD.extension_id <> NEW.extension_id OR OLD.domain_id <> NEW.domain_id) EXECUTE FUNCTION cfg.refuse_device_move();

CREATE FUNCTION cfg.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;
DO $$
DECLARE touched text;
BEGIN
    FOREACH touched IN ARRAY ARRAY['tenant', 'domain', 'extension', 'device', 'node', 'sip_profile', 'gateway'] LOOP
        EXECUTE format('CREATE TRIGGER touch BEFORE UPDATE ON cfg.%I FOR EACH ROW EXECUTE FUNCTION cfg.touch()', touched);
    END LOOP;
END $$;

-- The change log ------------------------------------------------------------------------------------------------------

CREATE TABLE cfg.change_log (
    revision    bigint PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    actor       text NOT NULL,
    table_name  text NOT NULL,
    operation   text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')),
    before      jsonb,
    after       jsonb
);
CREATE INDEX ON cfg.change_log (at);
CREATE SEQUENCE cfg.change_revision OWNED BY cfg.change_log.revision;

CREATE FUNCTION cfg.without_value(changed jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN changed -> 'attributes' ? 'value' THEN jsonb_set(changed, '{attributes,value}', '"***"')
                WHEN changed ? 'value' THEN jsonb_set(changed, '{value}', '"***"') ELSE changed END;

-- Runs at COMMIT (deferred) and takes a lock that the commit itself releases, after its rows can be seen: revisions are therefore
-- in the order in which transactions become visible, and a reader never finds a smaller one later. Secrets are replaced by ***.
CREATE FUNCTION cfg.record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    secret  text;
BEGIN
    IF TG_OP = 'UPDATE' AND old_row - 'updated_at' = new_row - 'updated_at' THEN
        RETURN NULL;
    END IF;
    FOREACH secret IN ARRAY ARRAY['a1_md5', 'password_sealed', 'reverse_auth_sealed'] LOOP
        IF old_row ->> secret IS NOT NULL THEN old_row := jsonb_set(old_row, ARRAY[secret], '"***"'); END IF;
        IF new_row ->> secret IS NOT NULL THEN new_row := jsonb_set(new_row, ARRAY[secret], '"***"'); END IF;
    END LOOP;
    -- A document or a profile may hold a password as a pair of name and value.
    IF coalesce(old_row -> 'attributes' ->> 'name', old_row ->> 'name') ~* '(pass|secret|token|pin$)' THEN
        old_row := cfg.without_value(old_row);
    END IF;
    IF coalesce(new_row -> 'attributes' ->> 'name', new_row ->> 'name') ~* '(pass|secret|token|pin$)' THEN
        new_row := cfg.without_value(new_row);
    END IF;
    PERFORM pg_advisory_xact_lock(7216001);
    INSERT INTO cfg.change_log (revision, actor, table_name, operation, before, after)
    VALUES (nextval('cfg.change_revision'), coalesce(nullif(current_setting('r2a.actor', true), ''), session_user),
            TG_TABLE_NAME, TG_OP, old_row, new_row);
    PERFORM pg_notify('r2a_config', '');
    RETURN NULL;
END $$;

CREATE FUNCTION cfg.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cfg.% cannot be truncated: the change would not reach the nodes; use DELETE', TG_TABLE_NAME;
END $$;

DO $$
DECLARE logged text;
BEGIN
    FOREACH logged IN ARRAY ARRAY['tenant', 'domain', 'domain_alias', 'extension', 'extension_alias', 'device', 'device_credential',
        'voicemail_credential', 'call_group', 'call_group_member', 'directory_entry', 'feature_code', 'node', 'node_address',
        'sip_profile', 'sip_profile_param', 'sip_profile_domain', 'sip_profile_node', 'gateway', 'gateway_param', 'acl', 'acl_entry',
        'config_document', 'config_element'] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON cfg.%I '
                       'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cfg.record_change()', logged);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON cfg.%I FOR EACH STATEMENT EXECUTE FUNCTION cfg.refuse_truncate()', logged);
    END LOOP;
END $$;
