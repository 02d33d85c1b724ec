-- What are the numbers of the conference rooms of a domain?
SELECT number FROM cfg.conference_room WHERE domain_id = %(domain_id)s ORDER BY number;
