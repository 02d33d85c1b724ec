-- What are the streams of music called?
SELECT coalesce(d.name || '/', '') || m.name FROM cfg.moh_class m LEFT JOIN cfg.domain d ON d.id = m.domain_id ORDER BY 1;
