-- A new domain.
INSERT INTO cfg.domain (tenant_id, name, context) VALUES (%(tenant_id)s, %(name)s, %(context)s) RETURNING id, name;
