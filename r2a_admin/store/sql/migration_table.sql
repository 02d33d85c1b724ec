-- Where a database remembers which migrations it has; only the migrating login writes it.
CREATE TABLE IF NOT EXISTS public.r2a_migration (
    number      integer PRIMARY KEY,
    name        text NOT NULL,
    sha256      text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now(),
    applied_by  text NOT NULL DEFAULT session_user
);
