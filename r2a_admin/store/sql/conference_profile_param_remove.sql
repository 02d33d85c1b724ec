-- Take a parameter of a conference profile away.
DELETE FROM cfg.conference_profile_param WHERE conference_profile_id = %(id)s AND name = %(name)s;
