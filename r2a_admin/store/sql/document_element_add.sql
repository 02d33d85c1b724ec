-- Another element of a document.
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
VALUES (%(document_id)s, %(parent_id)s, %(position)s, %(tag)s, %(attributes)s) RETURNING id;
