-- Give a gateway a parameter.
INSERT INTO cfg.gateway_param (gateway_id, name, value) VALUES (%(id)s, %(name)s, %(value)s)
ON CONFLICT (gateway_id, name) DO UPDATE SET value = excluded.value;
