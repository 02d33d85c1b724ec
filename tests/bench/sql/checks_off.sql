-- Which CHECKs stand between a million good rows and a short load? A SELECT never runs them, so what is measured does not change.
DO $$
DECLARE held record;
BEGIN
    FOR held IN SELECT c.conname, c.contypid::regtype AS of_domain, c.conrelid::regclass AS of_table FROM pg_constraint c
                WHERE c.connamespace = 'cfg'::regnamespace AND c.contype = 'c' LOOP
        IF held.of_domain <> 0::regtype THEN
            EXECUTE format('ALTER DOMAIN %s DROP CONSTRAINT %I', held.of_domain, held.conname);
        ELSE
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', held.of_table, held.conname);
        END IF;
    END LOOP;
END $$
