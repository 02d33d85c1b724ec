-- How many extensions are there (in this domain)?
SELECT count(*) FROM cfg.extension WHERE %(domain_id)s::bigint IS NULL OR domain_id = %(domain_id)s;
