-- What the worker must read to turn a change into commands: who is whose, and which gateway is where; column by column, and no secret.

GRANT SELECT (id, tenant_id) ON cfg.domain TO r2a_worker;
GRANT SELECT (trusted_cidr) ON cfg.device TO r2a_worker;
GRANT SELECT (id, tenant_id, sip_profile_id, node_id, name, enabled) ON cfg.gateway TO r2a_worker;
