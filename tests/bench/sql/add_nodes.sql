-- Which nodes are there? `names`, besides the one of the seed.
INSERT INTO cfg.node (name) SELECT unnest(%(names)s::text[]) ON CONFLICT DO NOTHING
