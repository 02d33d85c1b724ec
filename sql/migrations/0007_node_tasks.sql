-- What operators ask of nodes, what nodes show of themselves.

-- A worker does what its node is asked here, one at a time, in order; `r2a` puts it in and looks at it.
CREATE TABLE rt.node_task (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_name   text NOT NULL,
    -- restart_profile: start a profile afresh. refresh: bring FreeSWITCH up to date as a whole. survey: say what FreeSWITCH runs.
    kind        text NOT NULL CHECK (kind IN ('restart_profile', 'refresh', 'survey')),
    argument    jsonb NOT NULL DEFAULT '{}',
    asked_by    text NOT NULL,
    asked_at    timestamptz NOT NULL DEFAULT now(),
    -- Not begun by then: never done. Nobody wants a profile restarted an hour after he asked.
    expires_at  timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    started_at  timestamptz,
    finished_at timestamptz,
    -- What was seen or done; for a failed one {"error": "..."}.
    result      jsonb
);
CREATE INDEX node_task_open ON rt.node_task (node_name, id) WHERE state IN ('waiting', 'running');
CREATE INDEX ON rt.node_task (asked_at);

-- What a change needs and only a restart brings, until a restart has brought it.
CREATE TABLE rt.restart_needed (
    node_name   text NOT NULL,
    profile     text NOT NULL,
    why         text NOT NULL,
    -- The FreeSWITCH process that still runs with the old value.
    core_uuid   text,
    revision    bigint NOT NULL,
    noted_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (node_name, profile, why)
);

-- What the node's FreeSWITCH runs, as its worker last saw it: {"profiles": [{"name", "state", "calls"}], "gateways": [{"profile", "name", "state", "ping"}]}.
ALTER TABLE rt.node_status ADD COLUMN sofia jsonb, ADD COLUMN sofia_at timestamptz;

GRANT SELECT, UPDATE, DELETE ON rt.node_task TO r2a_worker;
GRANT SELECT, INSERT, DELETE ON rt.node_task TO r2a_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON rt.restart_needed TO r2a_worker;
GRANT SELECT, DELETE ON rt.restart_needed TO r2a_operator;

-- Tasks are news for the worker like changes are.
CREATE FUNCTION rt.notify_task() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('r2a_task', NEW.node_name);
    RETURN NULL;
END $$;
CREATE TRIGGER notify_task AFTER INSERT ON rt.node_task FOR EACH ROW EXECUTE FUNCTION rt.notify_task();
