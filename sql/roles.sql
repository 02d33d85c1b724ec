-- Group roles without login: what each process may do. `r2a migrate` runs this when its login may create roles; otherwise a DBA
-- runs it once. Afterwards: GRANT r2a_service, r2a_worker, r2a_operator TO ss_db_user;  (each process then takes on its own only)
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['r2a_service', 'r2a_worker', 'r2a_operator'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END $$;
