-- Who registers a gateway: one node at a time, moved when that node dies.
--
-- The worker of each node calls rt.keep_gateways every 4 s. Everything is judged by this database's clock, one caller after another.
--   0 s   a renewal begins. The worker has FreeSWITCH itself drop the gateways at 12 s, again at 17 s, unless the next renewal puts that off
--  10 s   the XML service no longer says register=true (armed_until): what is read up to here is in effect before 17 s
--  20 s   the lease has passed: another node takes the gateways
-- A worker that was killed, frozen or cut off needs to do nothing for this.

CREATE TABLE rt.node_lease (
    node_name   text PRIMARY KEY,
    -- The FreeSWITCH process that the lease is for.
    core_uuid   text NOT NULL,
    -- Renewed without a gap since then.
    live_since  timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    -- Until then a gateway may be made to register. NULL = FreeSWITCH would not drop it by itself.
    armed_until timestamptz,
    -- Gateways that this node could not bring up, for a while.
    refuses     bigint[] NOT NULL DEFAULT '{}'
);

CREATE SEQUENCE rt.gateway_term;
-- No foreign key: who has a gateway that was just deleted still has to let go of it.
CREATE TABLE rt.gateway_owner (
    gateway_id  bigint PRIMARY KEY,
    -- As they were when it was taken.
    name        text NOT NULL,
    profile     text NOT NULL,
    node_name   text NOT NULL,
    -- Another one each time that it is taken: a late word about an earlier time means nothing.
    term        bigint NOT NULL DEFAULT nextval('rt.gateway_term'),
    acquired_at timestamptz NOT NULL,
    came_from   text,
    -- FreeSWITCH has been told to drop it by itself, in this term.
    armed       boolean NOT NULL DEFAULT false,
    -- It is not made to register again; nobody else takes it until the owner has let go, or its lease has passed.
    leaving_since timestamptz,
    leaving_why text,
    CONSTRAINT leaving_has_a_reason CHECK ((leaving_since IS NULL) = (leaving_why IS NULL))
);
CREATE INDEX ON rt.gateway_owner (node_name);

-- A replica that was promoted may lack the last seconds of the old primary: for the length of a lease nobody takes anything on what it says.
CREATE TABLE rt.timeline (
    timeline    text PRIMARY KEY,
    seen_at     timestamptz NOT NULL
);
INSERT INTO rt.timeline VALUES (substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8), '-infinity');

-- FreeSWITCH takes it for all gateways of a profile.
ALTER TABLE cfg.gateway ADD CONSTRAINT gateway_name_is_not_all CHECK (lower(name) <> '_all_');

-- Which nodes may register which gateway.
CREATE VIEW rt.gateway_carrier AS
SELECT g.id AS gateway_id, g.name::text AS name, p.name::text AS profile, k.name::text AS node_name
FROM cfg.gateway g
JOIN cfg.sip_profile p ON p.id = g.sip_profile_id AND p.enabled
LEFT JOIN cfg.tenant t ON t.id = g.tenant_id
JOIN cfg.node k ON k.enabled AND (g.node_id IS NULL OR g.node_id = k.id)
WHERE g.enabled AND g.register AND (g.tenant_id IS NULL OR t.enabled)
  AND (NOT EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id)
       OR EXISTS (SELECT FROM cfg.sip_profile_node q WHERE q.sip_profile_id = p.id AND q.node_id = k.id));

-- The live nodes that may register a gateway, and how many each has.
CREATE FUNCTION rt.gateway_candidates(wanted bigint, at timestamptz) RETURNS TABLE (node_name text, gateways bigint, live_since timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.node_name, (SELECT count(*) FROM rt.gateway_owner o WHERE o.node_name = l.node_name AND o.leaving_since IS NULL), l.live_since
    FROM rt.gateway_carrier c
    JOIN rt.node_lease l ON l.node_name = c.node_name AND l.lease_until > at AND wanted <> ALL (l.refuses)
    WHERE c.gateway_id = wanted
$$;

-- The steps of rt.keep_gateways, in order. Each assumes its lock.

CREATE FUNCTION rt.renew_lease(node text, core text, sent timestamptz, armed_s double precision, armed_terms bigint[], refused bigint[], at timestamptz)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here    text := substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8);
    settled boolean;
    same    boolean := EXISTS (SELECT FROM rt.node_lease l WHERE l.node_name = node AND l.core_uuid = core);
BEGIN
    INSERT INTO rt.timeline VALUES (here, at) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        UPDATE rt.gateway_owner SET armed = false;
    END IF;
    settled := EXISTS (SELECT FROM rt.timeline t WHERE t.timeline = here AND t.seen_at + interval '20 s' <= at);
    IF NOT same THEN
        UPDATE rt.gateway_owner o SET armed = false WHERE o.node_name = node;
    ELSIF settled AND armed_s IS NOT NULL THEN
        UPDATE rt.gateway_owner o SET armed = true WHERE o.node_name = node AND NOT o.armed AND o.term = ANY (armed_terms);
    END IF;
    INSERT INTO rt.node_lease AS l VALUES (node, core, at, at + interval '20 s', NULL, refused)
    ON CONFLICT (node_name) DO UPDATE SET
        live_since = CASE WHEN same AND l.lease_until > at THEN l.live_since ELSE at END,
        -- Counted from when the worker sent this: it is what it knows to be true.
        armed_until = CASE WHEN same AND settled THEN sent - make_interval(secs => armed_s) + interval '10 s' END,
        core_uuid = core, lease_until = at + interval '20 s', refuses = refused;
    RETURN settled;
END $$;

CREATE FUNCTION rt.leave_gateways(node text, refused bigint[], settled boolean, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine    bigint := (SELECT count(*) FROM rt.gateway_owner o WHERE o.node_name = node AND o.leaving_since IS NULL);
BEGIN
    UPDATE rt.gateway_owner o SET leaving_since = at, leaving_why = 'this node may not register it as it was'
    WHERE o.node_name = node AND o.leaving_since IS NULL AND NOT EXISTS (SELECT FROM rt.gateway_carrier c
        WHERE c.gateway_id = o.gateway_id AND c.node_name = node AND c.name = o.name AND c.profile = o.profile);
    UPDATE rt.gateway_owner o SET leaving_since = at, leaving_why = 'it could not be brought up here'
    WHERE o.node_name = node AND o.leaving_since IS NULL AND o.gateway_id = ANY (refused);
    -- One at a time in the whole cluster, and only to a node that has been there for a minute.
    UPDATE rt.gateway_owner o SET leaving_since = at, leaving_why = 'another node has fewer'
    WHERE settled AND NOT EXISTS (SELECT FROM rt.gateway_owner x JOIN rt.node_lease l ON l.node_name = x.node_name AND l.lease_until > at
                                  WHERE x.leaving_why = 'another node has fewer')
      AND o.gateway_id = (SELECT y.gateway_id FROM rt.gateway_owner y CROSS JOIN LATERAL rt.gateway_candidates(y.gateway_id, at) w
        WHERE y.node_name = node AND y.leaving_since IS NULL AND y.armed AND y.acquired_at <= at - interval '1 min'
          AND w.node_name <> node AND w.live_since <= at - interval '1 min' AND w.gateways + 2 <= mine
        ORDER BY w.gateways, y.gateway_id LIMIT 1);
END $$;

CREATE FUNCTION rt.take_gateways(node text, at timestamptz) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    free    record;
    best    text;
    -- How many of what is free the others are going to take.
    theirs  jsonb := '{}';
BEGIN
    FOR free IN
        SELECT c.gateway_id, c.name, c.profile, o.node_name AS came_from
        FROM rt.gateway_carrier c
        LEFT JOIN rt.gateway_owner o ON o.gateway_id = c.gateway_id
        WHERE c.node_name = node AND o.node_name IS DISTINCT FROM node
          AND NOT EXISTS (SELECT FROM rt.node_lease l WHERE l.node_name = o.node_name AND l.lease_until > at)
          -- Deleted and added again under its old name: whoever had it may still register it.
          AND NOT EXISTS (SELECT FROM rt.gateway_owner x JOIN rt.node_lease l ON l.node_name = x.node_name AND l.lease_until > at
                          WHERE x.name = c.name AND x.gateway_id <> c.gateway_id)
        ORDER BY c.gateway_id LIMIT 500
    LOOP
        best := (SELECT w.node_name FROM rt.gateway_candidates(free.gateway_id, at) w
                 ORDER BY w.gateways + coalesce((theirs ->> w.node_name)::bigint, 0), w.node_name LIMIT 1);
        IF best IS DISTINCT FROM node THEN
            theirs := theirs || jsonb_build_object(coalesce(best, ''), coalesce((theirs ->> best)::bigint, 0) + 1);
            CONTINUE;
        END IF;
        DELETE FROM rt.gateway_owner o WHERE o.gateway_id = free.gateway_id;
        INSERT INTO rt.gateway_owner (gateway_id, name, profile, node_name, acquired_at, came_from)
        VALUES (free.gateway_id, free.name, free.profile, node, at, free.came_from);
    END LOOP;
END $$;

-- Renew the node's lease and return what it has (held, armed, leaving), and what others register that it carries too (elsewhere).
-- sent is when the worker sent this, by this database's clock: what is executed late is not accepted, since the worker may have done
-- something else meanwhile. armed_s: how long before that the renewal began after which FreeSWITCH was last told to drop the gateways
-- of armed_terms by itself. let_go: terms that no longer register, for certain. There is always one row.
CREATE FUNCTION rt.keep_gateways(node text, core text, sent timestamptz, armed_s double precision, armed_terms bigint[], let_go bigint[], refused bigint[])
RETURNS TABLE (at timestamptz, accepted boolean, gateway_id bigint, name text, profile text, term bigint, state text, why text, for_s double precision)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    now_is  timestamptz;
    settled boolean;
BEGIN
    PERFORM set_config('lock_timeout', '3s', true);
    PERFORM pg_advisory_xact_lock(7216003);
    now_is := clock_timestamp();
    IF sent IS NULL OR now_is NOT BETWEEN sent - interval '50 ms' AND sent + interval '5 s' THEN
        RETURN QUERY SELECT now_is, false, NULL::bigint, NULL::text, NULL::text, NULL::bigint, NULL::text, NULL::text, NULL::double precision;
        RETURN;
    END IF;
    settled := rt.renew_lease(node, core, sent, armed_s, armed_terms, refused, now_is);
    DELETE FROM rt.gateway_owner o WHERE o.node_name = node AND o.term = ANY (let_go);
    PERFORM rt.leave_gateways(node, refused, settled, now_is);
    IF settled THEN
        PERFORM rt.take_gateways(node, now_is);
    END IF;
    DELETE FROM rt.gateway_owner o WHERE NOT EXISTS (SELECT FROM rt.node_lease l WHERE l.node_name = o.node_name AND l.lease_until > now_is)
        AND NOT EXISTS (SELECT FROM rt.gateway_carrier c WHERE c.gateway_id = o.gateway_id);
    DELETE FROM rt.node_lease l WHERE l.lease_until < now_is - interval '1 day';
    RETURN QUERY
        SELECT now_is, true, f.gateway_id, f.name, f.profile, f.term, f.state, f.why, f.for_s::double precision
        FROM (VALUES (1)) AS always (one)
        LEFT JOIN (
            SELECT o.gateway_id, o.name, o.profile, o.term,
                   CASE WHEN o.leaving_since IS NOT NULL THEN 'leaving' WHEN o.armed AND l.armed_until > now_is THEN 'armed' ELSE 'held' END AS state,
                   CASE WHEN o.leaving_since IS NULL THEN coalesce('moved from ' || o.came_from, 'it was free') ELSE o.leaving_why END AS why,
                   extract(epoch FROM now_is - coalesce(o.leaving_since, o.acquired_at)) AS for_s
            FROM rt.gateway_owner o JOIN rt.node_lease l ON l.node_name = o.node_name
            WHERE o.node_name = node
            UNION ALL
            SELECT c.gateway_id, c.name, c.profile, NULL, 'elsewhere', coalesce(o.node_name || ' has it', 'nobody has it'), 0
            FROM rt.gateway_carrier c LEFT JOIN rt.gateway_owner o ON o.gateway_id = c.gateway_id
            WHERE c.node_name = node AND o.node_name IS DISTINCT FROM node
        ) AS f ON true
        ORDER BY f.gateway_id;
END $$;

-- Nobody writes these tables but the function.
REVOKE EXECUTE ON FUNCTION rt.keep_gateways(text, text, timestamptz, double precision, bigint[], bigint[], bigint[]),
    rt.renew_lease(text, text, timestamptz, double precision, bigint[], bigint[], timestamptz), rt.leave_gateways(text, bigint[], boolean, timestamptz),
    rt.take_gateways(text, timestamptz), rt.gateway_candidates(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt.keep_gateways(text, text, timestamptz, double precision, bigint[], bigint[], bigint[]) TO r2a_worker;
GRANT SELECT ON rt.gateway_owner, rt.node_lease TO r2a_service, r2a_operator;
