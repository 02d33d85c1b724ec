-- Switch a node on or off.
UPDATE cfg.node SET enabled = coalesce(%(enabled)s, enabled) WHERE id = %(id)s;
