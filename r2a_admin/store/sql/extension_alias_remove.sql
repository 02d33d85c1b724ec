-- Take a name away from an extension.
DELETE FROM cfg.extension_alias WHERE extension_id = %(id)s AND name = %(name)s;
