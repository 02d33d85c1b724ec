INSERT INTO cfg.config_document (name) VALUES ('sndfile.conf');
INSERT INTO cfg.config_element (document_id, tag) SELECT id, 'settings' FROM cfg.config_document WHERE name = 'sndfile.conf';
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes) SELECT d.id, e.id, 2, 'param', '{"name": "maxptime", "value": "40"}' FROM cfg.config_document d JOIN cfg.config_element e ON e.document_id = d.id WHERE d.name = 'sndfile.conf';
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes) SELECT d.id, e.id, 1, 'param', '{"name": "use-vbr", "value": "true"}' FROM cfg.config_document d JOIN cfg.config_element e ON e.document_id = d.id AND e.tag = 'settings' WHERE d.name = 'sndfile.conf';
UPDATE cfg.config_document SET enabled = false WHERE name = 'sndfile.conf';
