-- Which of these names does a domain already know?
SELECT u.name, e.number FROM cfg.user_name u JOIN cfg.extension e ON e.id = u.extension_id WHERE u.domain_id = %(domain_id)s AND u.name = ANY (%(names)s::text[]);
