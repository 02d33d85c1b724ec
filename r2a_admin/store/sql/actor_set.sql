-- Who shall the change log name for what follows in this session?
SELECT set_config('r2a.actor', %(actor)s, false);
