-- Which conference room of a domain has this number?
SELECT id, number FROM cfg.conference_room WHERE domain_id = %(domain_id)s AND number = %(name)s;
