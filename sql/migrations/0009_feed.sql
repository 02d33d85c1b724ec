-- The change feed survives failovers, does not grow for ever, and a refresh as a whole knows which gateways should be there.

-- With `at` it tells whether a row is the one that was read: a failover may hand a revision out twice. Rows of before have none.
ALTER TABLE cfg.change_log ADD COLUMN transaction_id bigint;
ALTER TABLE cfg.change_log ALTER COLUMN transaction_id SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE FUNCTION cfg.mark(of_row cfg.change_log) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (extract(epoch FROM of_row.at) * 1000000)::bigint || '.' || coalesce(of_row.transaction_id, 0);

-- The row that was read last, which history of the database it stands in, and the FreeSWITCH process that was told. NULL = an older worker's.
ALTER TABLE rt.node_status ADD COLUMN applied_mark text, ADD COLUMN applied_timeline text, ADD COLUMN applied_core_uuid text;

-- Removes at most `batch` rows older than `keep` and says how many. Always the oldest first, up to the first one that is to be kept: a row
-- missing between others would be a change that nobody hears of. The newest row stays. 0 also while another session is at it.
CREATE FUNCTION cfg.prune_change_log(keep interval, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE removed integer;
BEGIN
    IF keep IS NULL OR keep < interval '1 day' OR batch IS NULL OR batch NOT BETWEEN 1 AND 100000 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'the change log is kept for a day at least, and pruned by 1 to 100000 rows at a time';
    END IF;
    IF NOT pg_try_advisory_xact_lock(7216004) THEN
        RETURN 0;
    END IF;
    WITH eldest AS (SELECT revision, at FROM cfg.change_log WHERE revision < (SELECT max(revision) FROM cfg.change_log) ORDER BY revision LIMIT batch),
         judged AS (SELECT revision, bool_and(at < now() - keep) OVER (ORDER BY revision) AS goes FROM eldest)
    DELETE FROM cfg.change_log c USING judged j WHERE c.revision = j.revision AND j.goes;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;

-- How many standbys stream from this server, and how many of them had not replayed `place` when they last said so. NULL = the owner of this
-- function may not see them (GRANT pg_read_all_stats TO it). A standby may well be one that nobody reads from.
CREATE FUNCTION cfg.standbys(place pg_lsn, OUT streaming integer, OUT behind integer)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN
        SELECT count(*), count(*) FILTER (WHERE replay_lsn < place) INTO streaming, behind
            FROM pg_stat_replication WHERE state IN ('catchup', 'streaming') AND replay_lsn IS NOT NULL;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION cfg.prune_change_log(interval, integer), cfg.standbys(pg_lsn) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cfg.prune_change_log(interval, integer), cfg.standbys(pg_lsn) TO r2a_worker;
-- What FreeSWITCH shows of a gateway, to tell a stale one; no secret is among it.
GRANT SELECT (proxy, realm, username, from_user, from_domain, transport, expire_s, ping_s, context) ON cfg.gateway TO r2a_worker;
GRANT SELECT ON cfg.gateway_param TO r2a_worker;
