-- Remove a conference profile that no room uses.
DELETE FROM cfg.conference_profile WHERE id = %(id)s;
