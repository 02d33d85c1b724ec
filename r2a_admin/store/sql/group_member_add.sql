-- Another member of a call group; without a position it comes last.
INSERT INTO cfg.call_group_member (domain_id, call_group_id, extension_id, position)
SELECT %(domain_id)s, %(group_id)s, %(extension_id)s,
       coalesce(%(position)s, (SELECT max(position) + 1 FROM cfg.call_group_member WHERE call_group_id = %(group_id)s), 1);
