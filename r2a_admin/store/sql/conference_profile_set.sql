-- Give a conference profile a group of keys; NULL leaves it, an empty text is none.
UPDATE cfg.conference_profile SET control_group = nullif(coalesce(%(control_group)s, control_group), '') WHERE id = %(id)s;
