-- Is any device let in by its address, so that lists of addresses follow from users?
SELECT EXISTS (SELECT FROM cfg.device d WHERE d.trusted_cidr IS NOT NULL)
