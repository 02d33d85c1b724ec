-- Another step of a phrase.
INSERT INTO cfg.phrase_step (phrase_id, position, pattern, matches, function, data, say_type, say_method)
VALUES (%(id)s, %(position)s, %(pattern)s, %(matches)s, %(function)s, %(data)s, %(say_type)s, %(say_method)s);
