-- Change an agent; NULL leaves a column as it is.
UPDATE cfg.queue_agent SET
    enabled = coalesce(%(enabled)s, enabled),
    initial_status = coalesce(%(initial_status)s, initial_status),
    ring_timeout_s = coalesce(%(ring_timeout_s)s, ring_timeout_s),
    max_no_answer = coalesce(%(max_no_answer)s, max_no_answer),
    wrap_up_s = coalesce(%(wrap_up_s)s, wrap_up_s),
    reject_delay_s = coalesce(%(reject_delay_s)s, reject_delay_s),
    busy_delay_s = coalesce(%(busy_delay_s)s, busy_delay_s),
    no_answer_delay_s = coalesce(%(no_answer_delay_s)s, no_answer_delay_s)
WHERE id = %(id)s;
