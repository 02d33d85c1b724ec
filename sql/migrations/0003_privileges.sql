-- Least privilege: the XML service reads configuration, the worker reads the change log and writes runtime, operators write configuration.

REVOKE ALL ON SCHEMA cfg, rt FROM PUBLIC;
GRANT USAGE ON SCHEMA cfg TO r2a_service, r2a_worker, r2a_operator;
GRANT USAGE ON SCHEMA rt TO r2a_service, r2a_worker, r2a_operator;

GRANT SELECT ON ALL TABLES IN SCHEMA cfg TO r2a_service;
REVOKE SELECT ON cfg.change_log FROM r2a_service;

GRANT SELECT ON cfg.change_log, cfg.node, cfg.node_address, cfg.sip_profile, cfg.sip_profile_node, cfg.domain_name, cfg.user_name TO r2a_worker;
GRANT SELECT, INSERT, UPDATE ON rt.node_status TO r2a_worker;

-- The names and the log are written by triggers that run as their owner.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA cfg TO r2a_operator;
REVOKE INSERT, UPDATE, DELETE ON cfg.change_log, cfg.domain_name, cfg.user_name FROM r2a_operator;
GRANT SELECT, DELETE ON rt.node_status TO r2a_operator;

REVOKE EXECUTE ON FUNCTION cfg.claim_user_name(bigint, text, bigint, bigint), cfg.release_user_name(bigint, text) FROM PUBLIC;
