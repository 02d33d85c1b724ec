-- Change a menu; NULL leaves a column as it is, an empty text takes a sound away.
UPDATE cfg.ivr_menu SET
    enabled = coalesce(%(enabled)s, enabled),
    greet_long = coalesce(%(greet_long)s, greet_long),
    greet_short = nullif(coalesce(%(greet_short)s, greet_short), ''),
    invalid_sound = nullif(coalesce(%(invalid_sound)s, invalid_sound), ''),
    exit_sound = nullif(coalesce(%(exit_sound)s, exit_sound), ''),
    timeout_ms = coalesce(%(timeout_ms)s, timeout_ms),
    inter_digit_timeout_ms = coalesce(%(inter_digit_timeout_ms)s, inter_digit_timeout_ms),
    digits_max = coalesce(%(digits_max)s, digits_max),
    failures_max = coalesce(%(failures_max)s, failures_max),
    timeouts_max = coalesce(%(timeouts_max)s, timeouts_max)
WHERE id = %(id)s;
