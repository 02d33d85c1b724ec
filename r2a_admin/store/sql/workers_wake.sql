-- Have every worker look for changes now.
SELECT pg_notify('r2a_config', '');
