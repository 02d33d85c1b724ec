-- What are the extensions from number `first` to `last` called from now on?
UPDATE cfg.extension SET name = %(name)s WHERE number BETWEEN %(first)s AND %(last)s
