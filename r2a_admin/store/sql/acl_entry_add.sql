-- Another entry of an access list; without a position it comes last.
INSERT INTO cfg.acl_entry (acl_id, position, allow, cidr, domain, description)
SELECT %(id)s, coalesce(%(position)s, (SELECT max(position) + 1 FROM cfg.acl_entry WHERE acl_id = %(id)s), 1), %(allow)s, %(cidr)s::cidr, %(domain)s::text, %(description)s::text;
