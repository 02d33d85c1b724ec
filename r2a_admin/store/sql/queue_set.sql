-- Change a queue; NULL leaves a column as it is, music 0 is the node's default, an empty announcement takes its seconds along.
UPDATE cfg.queue SET
    enabled = coalesce(%(enabled)s, enabled),
    strategy = coalesce(%(strategy)s, strategy),
    moh_class_id = nullif(coalesce(%(moh_class_id)s, moh_class_id), 0),
    time_base = coalesce(%(time_base)s, time_base),
    max_wait_s = coalesce(%(max_wait_s)s, max_wait_s),
    max_wait_no_agent_s = coalesce(%(max_wait_no_agent_s)s, max_wait_no_agent_s),
    max_wait_no_agent_reached_s = coalesce(%(max_wait_no_agent_reached_s)s, max_wait_no_agent_reached_s),
    tier_rules = coalesce(%(tier_rules)s, tier_rules),
    tier_wait_s = coalesce(%(tier_wait_s)s, tier_wait_s),
    tier_wait_multiplies = coalesce(%(tier_wait_multiplies)s, tier_wait_multiplies),
    tier_skips_without_agent = coalesce(%(tier_skips_without_agent)s, tier_skips_without_agent),
    discard_abandoned_s = coalesce(%(discard_abandoned_s)s, discard_abandoned_s),
    abandoned_resume = coalesce(%(abandoned_resume)s, abandoned_resume),
    announce_sound = nullif(coalesce(%(announce_sound)s, announce_sound), ''),
    announce_s = CASE WHEN %(announce_sound)s::text = '' THEN NULL ELSE coalesce(%(announce_s)s, announce_s) END
WHERE id = %(id)s;
