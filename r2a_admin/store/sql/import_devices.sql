-- Many new devices at once.
INSERT INTO cfg.device (domain_id, extension_id, auth_user, password_set_at)
SELECT %(domain_id)s, w.extension_id, w.auth_user, clock_timestamp() FROM unnest(%(extension_id)s::bigint[], %(auth_user)s::text[]) AS w (extension_id, auth_user)
RETURNING auth_user, id;
