-- Which groups of keys are there?
SELECT DISTINCT control_group FROM cfg.conference_control ORDER BY control_group;
