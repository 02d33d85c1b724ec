-- Give a conference profile a parameter.
INSERT INTO cfg.conference_profile_param (conference_profile_id, name, value) VALUES (%(id)s, %(name)s, %(value)s)
ON CONFLICT (conference_profile_id, name) DO UPDATE SET value = excluded.value;
