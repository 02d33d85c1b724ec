-- Take a name away from a domain.
DELETE FROM cfg.domain_alias WHERE domain_id = %(id)s AND name = %(name)s;
