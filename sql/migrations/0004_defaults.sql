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
    ('nonce-ttl', '60'), ('sip-force-expires-min', '60'), ('sip-force-expires-max', '3600'),
    ('registration-thread-frequency', '30'), ('nat-options-ping', 'true'), ('apply-nat-acl', 'nat.auto'), ('aggressive-nat-detection', 'true')) AS d (name, value)
WHERE p.name = 'internal';
-- Carriers call here; phones register on internal.
INSERT INTO cfg.sip_profile_param (sip_profile_id, name, value) SELECT id, 'disable-register', 'true' FROM cfg.sip_profile WHERE name = 'external';
INSERT INTO cfg.sip_profile_domain (sip_profile_id, name, alias, parse) SELECT id, 'all', false, false FROM cfg.sip_profile WHERE name = 'internal';

-- Documents that modules want to exist at boot, with nothing in them but what FreeSWITCH asks for. A row here is a start, not a rule:
-- operators change them with `r2a document import`.
CREATE FUNCTION pg_temp.add_document(name text, tree jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    new_document bigint;
BEGIN
    INSERT INTO cfg.config_document (name) VALUES (add_document.name) RETURNING id INTO new_document;
    PERFORM pg_temp.add_elements(new_document, NULL, tree);
END $$;
-- An element is [tag, attributes, children].
CREATE FUNCTION pg_temp.add_elements(of_document bigint, of_parent bigint, elements jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one jsonb;
    new_element bigint;
    place integer := 0;
BEGIN
    FOR one IN SELECT * FROM jsonb_array_elements(elements) LOOP
        place := place + 1;
        INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes)
        VALUES (of_document, of_parent, place, one ->> 0, coalesce(one -> 1, '{}')) RETURNING id INTO new_element;
        PERFORM pg_temp.add_elements(of_document, new_element, coalesce(one -> 2, '[]'));
    END LOOP;
END $$;

SELECT pg_temp.add_document('post_load_modules.conf', jsonb_build_array(jsonb_build_array('modules', '{}'::jsonb, (
    SELECT jsonb_agg(jsonb_build_array('load', jsonb_build_object('module', w.module)) ORDER BY w.position)
    FROM unnest(ARRAY['mod_db', 'mod_hash', 'mod_loopback', 'mod_local_stream', 'mod_voicemail', 'mod_conference', 'mod_fifo',
        'mod_valet_parking', 'mod_callcenter', 'mod_say_en', 'mod_say_es']) WITH ORDINALITY AS w (module, position)))));
SELECT pg_temp.add_document('callcenter.conf', '[["settings"], ["queues"], ["agents"], ["tiers"]]');
SELECT pg_temp.add_document('conference.conf', '[["advertise"], ["caller-controls", {}, [["group", {"name": "default"}, [
    ["control", {"action": "mute", "digits": "0"}], ["control", {"action": "hangup", "digits": "#"}]]]]], ["profiles", {}, [["profile", {"name": "default"}, [
    ["param", {"name": "rate", "value": "8000"}], ["param", {"name": "interval", "value": "20"}], ["param", {"name": "energy-level", "value": "100"}],
    ["param", {"name": "caller-controls", "value": "default"}]]]]]]');
SELECT pg_temp.add_document('db.conf', '[["settings"]]');
SELECT pg_temp.add_document('fifo.conf', '[["settings"], ["fifos"]]');
SELECT pg_temp.add_document('local_stream.conf', '[]');
SELECT pg_temp.add_document('opus.conf', '[["settings", {}, [["param", {"name": "use-vbr", "value": "1"}], ["param", {"name": "keep-fec-enabled", "value": "1"}]]]]');
SELECT pg_temp.add_document('voicemail.conf', '[["settings"], ["profiles", {}, [["profile", {"name": "default"}, [
    ["param", {"name": "file-extension", "value": "wav"}], ["param", {"name": "terminator-key", "value": "#"}], ["param", {"name": "max-login-attempts", "value": "3"}],
    ["param", {"name": "min-record-len", "value": "3"}], ["param", {"name": "max-record-len", "value": "300"}], ["email"]]]]]]');

DROP FUNCTION pg_temp.add_document(text, jsonb);
DROP FUNCTION pg_temp.add_elements(bigint, bigint, jsonb);
