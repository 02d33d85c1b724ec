-- Where a node listens under an alias; NULL leaves it as it is, an empty advertised host removes it.
INSERT INTO cfg.node_address AS held (node_id, alias, listen, advertise)
VALUES (%(id)s, %(alias)s::text, coalesce(%(listen)s::inet, (SELECT listen FROM cfg.node_address WHERE node_id = %(id)s AND alias = %(alias)s::text)), nullif(%(advertise)s::text, ''))
ON CONFLICT (node_id, alias) DO UPDATE SET listen = excluded.listen,
    advertise = CASE WHEN %(advertise)s::text IS NULL THEN held.advertise ELSE excluded.advertise END;
