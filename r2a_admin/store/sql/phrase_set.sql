-- Change the pause of a phrase; NULL leaves it.
UPDATE cfg.phrase SET pause_ms = coalesce(%(pause_ms)s, pause_ms) WHERE id = %(id)s;
