-- What does only a restart of this profile bring into effect?
INSERT INTO rt.restart_needed (node_name, profile, why, core_uuid, revision, noted_at)
VALUES (%(node)s, %(profile)s, %(why)s, %(core_uuid)s, %(revision)s, %(noted_at)s)
ON CONFLICT (node_name, profile, why) DO UPDATE SET
    core_uuid = excluded.core_uuid, revision = excluded.revision, noted_at = excluded.noted_at
