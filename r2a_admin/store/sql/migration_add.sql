-- Remember a migration that was just applied.
INSERT INTO public.r2a_migration (number, name, sha256) VALUES (%(number)s, %(name)s, %(sha256)s);
