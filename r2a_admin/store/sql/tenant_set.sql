-- Change a tenant; NULL leaves a column as it is, user_cache_ms -1 puts it back to the default.
UPDATE cfg.tenant SET
    enabled = coalesce(%(enabled)s, enabled),
    user_cache_ms = nullif(coalesce(%(user_cache_ms)s, user_cache_ms), -1),
    language = coalesce(%(language)s, language),
    timezone = coalesce(%(timezone)s, timezone)
WHERE id = %(id)s;
