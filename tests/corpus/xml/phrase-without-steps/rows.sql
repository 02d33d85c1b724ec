INSERT INTO cfg.phrase (language, name) VALUES ('en', 'welcome');
