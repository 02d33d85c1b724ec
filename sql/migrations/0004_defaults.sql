-- What a fresh cluster needs before anybody has decided anything: two profiles, the echo test, the modules after the bootstrap tree.

INSERT INTO cfg.feature_code (domain_id, code, feature) VALUES (NULL, '*43', 'echo'), (NULL, '9196', 'echo');

INSERT INTO cfg.sip_profile (name, context, port, authenticate_calls) VALUES ('internal', 'public', 5060, true), ('external', 'public.external', 5080, false);
INSERT INTO cfg.sip_profile_param (sip_profile_id, name, value)
SELECT p.id, d.name, d.value
FROM cfg.sip_profile p CROSS JOIN (VALUES
    -- Without it a leg whose peer sends no RTP answers and hangs up seconds late.
    ('rtp-timer-name', 'soft'), ('dialplan', 'XML'), ('dtmf-type', 'rfc2833'), ('rtp-timeout-sec', '300'), ('rtp-hold-timeout-sec', '1800'),
    ('inbound-codec-prefs', 'OPUS,G722,PCMU,PCMA'), ('outbound-codec-prefs', 'OPUS,G722,PCMU,PCMA'), ('inbound-codec-negotiation', 'generous'),
    ('user-agent-string', 'r2a'), ('manage-presence', 'true'), ('log-auth-failures', 'true'), ('sip-trace', 'no'), ('debug', '0')) AS d (name, value);
INSERT INTO cfg.sip_profile_param (sip_profile_id, name, value)
SELECT p.id, d.name, d.value
FROM cfg.sip_profile p CROSS JOIN (VALUES
    -- Served with max-reg-threads: otherwise one slow answer holds every registration of the node.
    ('inbound-reg-in-new-thread', 'true'),
    -- Several devices ring for one extension.
    ('multiple-registrations', 'contact'), ('challenge-realm', 'auto_from'), ('auth-subscriptions', 'true'), ('auth-messages', 'true'),
    ('nonce-ttl', '60'), ('sip-force-expires-min', '60'), ('sip-force-expires-max', '3600'), ('sip-expires-max-deviation', '60'),
    ('registration-thread-frequency', '30'), ('nat-options-ping', 'true'), ('apply-nat-acl', 'nat.auto'), ('aggressive-nat-detection', 'true')) AS d (name, value)
WHERE p.name = 'internal';
INSERT INTO cfg.sip_profile_domain (sip_profile_id, name, alias, parse) SELECT id, 'all', false, false FROM cfg.sip_profile WHERE name = 'internal';

WITH document AS (INSERT INTO cfg.config_document (name) VALUES ('post_load_modules.conf') RETURNING id),
     modules AS (INSERT INTO cfg.config_element (document_id, position, tag) SELECT id, 1, 'modules' FROM document RETURNING document_id, id)
INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
SELECT m.document_id, m.id, w.position, 'load', jsonb_build_object('module', w.module)
FROM modules m, unnest(ARRAY['mod_db', 'mod_hash', 'mod_loopback', 'mod_local_stream', 'mod_voicemail', 'mod_conference', 'mod_fifo',
    'mod_valet_parking', 'mod_callcenter', 'mod_say_en', 'mod_say_es']) WITH ORDINALITY AS w (module, position);
