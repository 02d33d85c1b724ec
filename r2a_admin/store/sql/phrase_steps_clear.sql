-- Take all steps of a phrase away.
DELETE FROM cfg.phrase_step WHERE phrase_id = %(id)s;
