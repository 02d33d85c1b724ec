-- What are SIP profiles called?
SELECT name FROM cfg.sip_profile ORDER BY name;
