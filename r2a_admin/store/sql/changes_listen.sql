-- Be told of changes.
LISTEN r2a_config;
