-- Change a conference room; NULL leaves a column as it is, an empty PIN or 0 members removes it.
UPDATE cfg.conference_room SET
    name = coalesce(%(name)s, name),
    enabled = coalesce(%(enabled)s, enabled),
    conference_profile_id = coalesce(%(conference_profile_id)s, conference_profile_id),
    pin_sealed = nullif(coalesce(%(pin_sealed)s::bytea, pin_sealed), ''),
    moderator_pin_sealed = nullif(coalesce(%(moderator_pin_sealed)s::bytea, moderator_pin_sealed), ''),
    members_max = nullif(coalesce(%(members_max)s, members_max), 0),
    advertised = coalesce(%(advertised)s, advertised)
WHERE id = %(id)s;
