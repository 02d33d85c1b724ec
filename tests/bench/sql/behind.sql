-- Which of these nodes (`names`) have not applied `revision` yet?
SELECT w.name FROM unnest(%(names)s::text[]) AS w (name)
WHERE NOT EXISTS (SELECT FROM rt.node_status s WHERE s.node_name = w.name AND s.freeswitch_up AND s.applied_revision >= %(revision)s)
