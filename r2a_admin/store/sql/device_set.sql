-- Change a device; NULL leaves a column as it is, an empty text removes it.
UPDATE cfg.device SET
    description = nullif(coalesce(%(description)s, description), ''),
    enabled = coalesce(%(enabled)s, enabled),
    trusted_cidr = nullif(coalesce(%(trusted_cidr)s, trusted_cidr::text), '')::cidr,
    reverse_auth_user = nullif(coalesce(%(reverse_auth_user)s, reverse_auth_user), ''),
    reverse_auth_sealed = CASE WHEN %(reverse_auth_user)s::text = '' THEN NULL ELSE coalesce(%(reverse_auth_sealed)s, reverse_auth_sealed) END
WHERE id = %(id)s;
