-- Who is in the bench: one tenant with one domain, one node with its addresses? (the default migration has the profiles)
WITH owner AS (INSERT INTO cfg.tenant (name) VALUES ('bench') RETURNING id),
     served AS (INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'pbx.example.com', 'pbx.example.com' FROM owner RETURNING id),
     said AS (INSERT INTO cfg.directory_entry (domain_id, kind, name, value) SELECT id, 'variable', 'country', 'ES' FROM served),
     asking AS (INSERT INTO cfg.node (name) VALUES ('tele-node-01') RETURNING id)
INSERT INTO cfg.node_address (node_id, alias, listen) SELECT id, alias, '127.0.0.1' FROM asking, unnest(ARRAY['sip', 'rtp']) AS alias
