-- Change a stream of music; NULL leaves a column as it is.
UPDATE cfg.moh_class SET
    enabled = coalesce(%(enabled)s, enabled),
    path = coalesce(%(path)s, path),
    rate_hz = coalesce(%(rate_hz)s, rate_hz),
    shuffle = coalesce(%(shuffle)s, shuffle),
    interval_ms = coalesce(%(interval_ms)s, interval_ms)
WHERE id = %(id)s;
