-- Which conference profile is called this?
SELECT id, name FROM cfg.conference_profile WHERE name = %(name)s;
