-- What callers meet: voice guides, phrases, music on hold, IVR menus, queues, conferences; and codec preferences.
--
-- Names inside FreeSWITCH are one list a node, whatever the tenant: each is served with its domain (`main@pbx.example.com`).

CREATE DOMAIN cfg.sound AS text
    -- A file below the voice guide, an absolute one, or one of FreeSWITCH's own streams; nothing fetched over the network.
    CONSTRAINT sound_is_a_file_phrase_or_stream CHECK (VALUE ~ '^(phrase:|say:|local_stream://|tone_stream://|silence_stream://)?[A-Za-z0-9_/%(][A-Za-z0-9_./%(),;=:@+ -]{0,249}$'
        AND VALUE !~ '\.\.' AND (VALUE ~ '^(local_stream|tone_stream|silence_stream)://' OR VALUE !~ '://') AND VALUE !~ '^(phrase|say):$' AND VALUE !~* 'x-pre-process');
CREATE DOMAIN cfg.directory_path AS text
    CONSTRAINT directory_path_is_absolute CHECK (VALUE ~ '^(/[A-Za-z0-9_@-][A-Za-z0-9_.@-]*){1,20}$' AND length(VALUE) <= 250 AND VALUE !~* 'x-pre-process');
-- As FreeSWITCH reads them: names with an optional rate and packet time, the most wanted first.
CREATE DOMAIN cfg.codecs AS text
    CONSTRAINT codecs_are_names_between_commas CHECK (VALUE ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}(@[0-9]{1,6}[hikb])*(,[A-Za-z0-9][A-Za-z0-9_.-]{0,20}(@[0-9]{1,6}[hikb])*){0,15}$'
        AND VALUE !~* 'x-pre-process');

-- Voice guides and phrases ---------------------------------------------------------------------------------------------

CREATE TABLE cfg.voice_guide (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The channel variable default_language, and what mod_say_NAME is chosen by.
    language    cfg.token NOT NULL UNIQUE,
    say_module  cfg.token NOT NULL,
    sound_prefix cfg.directory_path NOT NULL
);
INSERT INTO cfg.voice_guide (language, say_module, sound_prefix) VALUES
    ('en', 'en', '/usr/share/freeswitch/sounds/en/us/callie'), ('es', 'es', '/usr/share/freeswitch/sounds/es/mx/maria');
-- A tenant's language may be anything so far; what nobody has recorded speaks English until somebody has.
INSERT INTO cfg.voice_guide (language, say_module, sound_prefix)
    SELECT DISTINCT t.language, 'en', '/usr/share/freeswitch/sounds/en/us/callie' FROM cfg.tenant t ON CONFLICT DO NOTHING;
ALTER TABLE cfg.tenant ADD CONSTRAINT tenant_language_has_a_voice_guide FOREIGN KEY (language) REFERENCES cfg.voice_guide (language) ON UPDATE CASCADE;
CREATE INDEX ON cfg.tenant (language);
-- NULL = the tenant's.
ALTER TABLE cfg.extension ADD COLUMN language cfg.token CONSTRAINT extension_language_has_a_voice_guide REFERENCES cfg.voice_guide (language) ON UPDATE CASCADE;
CREATE INDEX ON cfg.extension (language) WHERE language IS NOT NULL;

-- Sentences made of sounds, as `phrase:NAME` (domain_id NULL) or `phrase:NAME@DOMAIN`.
CREATE TABLE cfg.phrase (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint REFERENCES cfg.domain ON DELETE CASCADE,
    language    cfg.token NOT NULL CONSTRAINT phrase_language_has_a_voice_guide REFERENCES cfg.voice_guide (language) ON UPDATE CASCADE,
    name        cfg.token NOT NULL,
    -- Between two sounds.
    pause_ms    integer NOT NULL DEFAULT 100 CHECK (pause_ms BETWEEN 0 AND 5000),
    UNIQUE NULLS NOT DISTINCT (domain_id, language, name)
);
CREATE INDEX ON cfg.phrase (language);
CREATE TABLE cfg.phrase_step (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phrase_id   bigint NOT NULL REFERENCES cfg.phrase ON DELETE CASCADE,
    position    integer NOT NULL CHECK (position BETWEEN 1 AND 1000),
    -- Steps of one pattern stand together; it is held against what the phrase is called with. NULL = always.
    pattern     cfg.safe_text,
    matches     boolean NOT NULL DEFAULT true,
    function    text NOT NULL CHECK (function IN ('play-file', 'say', 'sleep')),
    data        cfg.safe_text NOT NULL,
    say_type    text CHECK (say_type IN ('number', 'items', 'persons', 'messages', 'currency', 'time_measurement', 'current_date', 'current_time',
                    'current_date_time', 'telephone_number', 'telephone_extension', 'url', 'ip_address', 'email_address', 'postal_address',
                    'account_number', 'name_spelled', 'name_phonetic', 'short_date_time')),
    say_method  text CHECK (say_method IN ('pronounced', 'iterated', 'counted')),
    CONSTRAINT say_has_type_and_method CHECK ((function = 'say') = (say_type IS NOT NULL) AND (function = 'say') = (say_method IS NOT NULL)),
    CONSTRAINT sleep_is_milliseconds CHECK (function <> 'sleep' OR data ~ '^[0-9]{1,5}$'),
    -- A capture ($1) is filled in; any other dollar would begin an expansion, at the latest with what is captured.
    CONSTRAINT data_has_no_dollar_but_captures CHECK (data !~ '\$([^0-9]|$)' AND data !~ '\$[0-9]+[{$]'),
    CONSTRAINT nothing_is_played_where_always_does_not_match CHECK (pattern IS NOT NULL OR matches),
    CONSTRAINT sound_is_no_url CHECK (function <> 'play-file' OR (data !~ '\.\.' AND data !~ '://')),
    UNIQUE (phrase_id, position)
);

-- Music on hold ----------------------------------------------------------------------------------------------------------

-- A mod_local_stream stream: NAME (domain_id NULL) or DOMAIN/NAME.
CREATE TABLE cfg.moh_class (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint REFERENCES cfg.domain ON DELETE CASCADE,
    name        cfg.token NOT NULL,
    enabled     boolean NOT NULL DEFAULT true,
    path        cfg.directory_path NOT NULL,
    rate_hz     integer NOT NULL DEFAULT 8000 CHECK (rate_hz IN (8000, 16000, 32000, 48000)),
    shuffle     boolean NOT NULL DEFAULT true,
    interval_ms integer NOT NULL DEFAULT 20 CHECK (interval_ms IN (10, 20, 30, 40, 60)),
    UNIQUE NULLS NOT DISTINCT (domain_id, name)
);

-- IVR menus --------------------------------------------------------------------------------------------------------------

-- Served as NAME@DOMAIN.
CREATE TABLE cfg.ivr_menu (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE CASCADE,
    name        cfg.token NOT NULL,
    enabled     boolean NOT NULL DEFAULT true,
    greet_long  cfg.sound NOT NULL,
    greet_short cfg.sound,
    invalid_sound cfg.sound,
    exit_sound  cfg.sound,
    timeout_ms  integer NOT NULL DEFAULT 10000 CHECK (timeout_ms BETWEEN 1000 AND 60000),
    inter_digit_timeout_ms integer NOT NULL DEFAULT 2000 CHECK (inter_digit_timeout_ms BETWEEN 500 AND 10000),
    digits_max  integer NOT NULL DEFAULT 4 CHECK (digits_max BETWEEN 1 AND 15),
    failures_max integer NOT NULL DEFAULT 3 CHECK (failures_max BETWEEN 1 AND 20),
    timeouts_max integer NOT NULL DEFAULT 3 CHECK (timeouts_max BETWEEN 1 AND 20),
    UNIQUE (domain_id, name),
    UNIQUE (domain_id, id)
);
CREATE TABLE cfg.ivr_option (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL,
    ivr_menu_id bigint NOT NULL,
    -- NULL for direct_dial, which takes whatever no option takes.
    digits      text CONSTRAINT digits_are_1_to_10_keys CHECK (digits ~ '^[0-9*#]{1,10}$'),
    action      text NOT NULL CHECK (action IN ('extension', 'menu', 'direct_dial', 'back', 'top', 'exit', 'sound')),
    extension_id bigint,
    target_menu_id bigint,
    sound       cfg.sound,
    CONSTRAINT ivr_option_has_what_its_action_needs CHECK ((action = 'extension') = (extension_id IS NOT NULL)
        AND (action = 'menu') = (target_menu_id IS NOT NULL) AND (action = 'sound') = (sound IS NOT NULL) AND (action = 'direct_dial') = (digits IS NULL)),
    CONSTRAINT ivr_option_has_its_digits_once UNIQUE NULLS NOT DISTINCT (ivr_menu_id, digits),
    FOREIGN KEY (domain_id, ivr_menu_id) REFERENCES cfg.ivr_menu (domain_id, id) ON DELETE CASCADE,
    -- Nobody takes away, unseen, what a caller may still press.
    CONSTRAINT ivr_option_leads_to_an_extension FOREIGN KEY (domain_id, extension_id) REFERENCES cfg.extension (domain_id, id),
    CONSTRAINT ivr_option_leads_to_a_menu FOREIGN KEY (domain_id, target_menu_id) REFERENCES cfg.ivr_menu (domain_id, id)
);
CREATE INDEX ON cfg.ivr_option (domain_id, extension_id) WHERE extension_id IS NOT NULL;
CREATE INDEX ON cfg.ivr_option (domain_id, target_menu_id) WHERE target_menu_id IS NOT NULL;

-- Queues -----------------------------------------------------------------------------------------------------------------

-- Served as NAME@DOMAIN.
CREATE TABLE cfg.queue (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE CASCADE,
    name        cfg.token NOT NULL,
    enabled     boolean NOT NULL DEFAULT true,
    strategy    text NOT NULL DEFAULT 'longest-idle-agent' CHECK (strategy IN ('ring-all', 'longest-idle-agent', 'round-robin', 'top-down',
                    'agent-with-least-talk-time', 'agent-with-fewest-calls', 'sequentially-by-agent-order', 'random', 'ring-progressively')),
    -- NULL = the node's default music.
    moh_class_id bigint REFERENCES cfg.moh_class,
    time_base   text NOT NULL DEFAULT 'system' CHECK (time_base IN ('system', 'queue')),
    -- 0 = no limit.
    max_wait_s  integer NOT NULL DEFAULT 0 CHECK (max_wait_s BETWEEN 0 AND 86400),
    max_wait_no_agent_s integer NOT NULL DEFAULT 0 CHECK (max_wait_no_agent_s BETWEEN 0 AND 86400),
    max_wait_no_agent_reached_s integer NOT NULL DEFAULT 5 CHECK (max_wait_no_agent_reached_s BETWEEN 0 AND 3600),
    tier_rules  boolean NOT NULL DEFAULT false,
    tier_wait_s integer NOT NULL DEFAULT 300 CHECK (tier_wait_s BETWEEN 0 AND 86400),
    tier_wait_multiplies boolean NOT NULL DEFAULT true,
    tier_skips_without_agent boolean NOT NULL DEFAULT false,
    discard_abandoned_s integer NOT NULL DEFAULT 60 CHECK (discard_abandoned_s BETWEEN 1 AND 86400),
    abandoned_resume boolean NOT NULL DEFAULT false,
    announce_sound cfg.sound,
    announce_s  integer CHECK (announce_s BETWEEN 5 AND 3600),
    CONSTRAINT announcement_has_sound_and_seconds CHECK ((announce_sound IS NULL) = (announce_s IS NULL)),
    UNIQUE (domain_id, name),
    UNIQUE (domain_id, id)
);
CREATE INDEX ON cfg.queue (moh_class_id) WHERE moh_class_id IS NOT NULL;
-- An extension that takes calls from queues; served as NUMBER@DOMAIN.
CREATE TABLE cfg.queue_agent (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL,
    extension_id bigint NOT NULL,
    enabled     boolean NOT NULL DEFAULT true,
    -- When a node has never heard of the agent; from then on the agent's own doing.
    initial_status text NOT NULL DEFAULT 'Logged Out' CHECK (initial_status IN ('Logged Out', 'Available', 'Available (On Demand)', 'On Break')),
    ring_timeout_s integer NOT NULL DEFAULT 20 CHECK (ring_timeout_s BETWEEN 5 AND 120),
    max_no_answer integer NOT NULL DEFAULT 3 CHECK (max_no_answer BETWEEN 0 AND 100),
    wrap_up_s   integer NOT NULL DEFAULT 10 CHECK (wrap_up_s BETWEEN 0 AND 3600),
    reject_delay_s integer NOT NULL DEFAULT 10 CHECK (reject_delay_s BETWEEN 0 AND 3600),
    busy_delay_s integer NOT NULL DEFAULT 60 CHECK (busy_delay_s BETWEEN 0 AND 3600),
    no_answer_delay_s integer NOT NULL DEFAULT 10 CHECK (no_answer_delay_s BETWEEN 0 AND 3600),
    UNIQUE (domain_id, extension_id),
    UNIQUE (domain_id, id),
    FOREIGN KEY (domain_id, extension_id) REFERENCES cfg.extension (domain_id, id) ON DELETE CASCADE
);
CREATE TABLE cfg.queue_tier (
    domain_id   bigint NOT NULL,
    queue_id    bigint NOT NULL,
    queue_agent_id bigint NOT NULL,
    level       integer NOT NULL DEFAULT 1 CHECK (level BETWEEN 1 AND 100),
    position    integer NOT NULL DEFAULT 1 CHECK (position BETWEEN 1 AND 1000),
    PRIMARY KEY (queue_id, queue_agent_id),
    FOREIGN KEY (domain_id, queue_id) REFERENCES cfg.queue (domain_id, id) ON DELETE CASCADE,
    FOREIGN KEY (domain_id, queue_agent_id) REFERENCES cfg.queue_agent (domain_id, id) ON DELETE CASCADE
);
CREATE INDEX ON cfg.queue_tier (domain_id, queue_agent_id);

-- A queue plays its own domain's music, or everybody's. (No foreign key says that: everybody's has no domain.)
CREATE FUNCTION cfg.refuse_foreign_music() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Whoever takes the class away or gives it to another domain meanwhile waits for this row, and the reverse.
    PERFORM FROM cfg.moh_class m WHERE m.id = NEW.moh_class_id AND (m.domain_id IS NULL OR m.domain_id = NEW.domain_id) FOR SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = 'a queue plays music of its own domain or of all', CONSTRAINT = 'queue_music_is_its_own',
            SCHEMA = 'cfg', TABLE = 'queue';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refuse_foreign_music AFTER INSERT OR UPDATE OF moh_class_id, domain_id ON cfg.queue FOR EACH ROW
    WHEN (NEW.moh_class_id IS NOT NULL) EXECUTE FUNCTION cfg.refuse_foreign_music();
CREATE FUNCTION cfg.refuse_music_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'music on hold stays with its domain: add it to the other one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER refuse_music_move BEFORE UPDATE ON cfg.moh_class FOR EACH ROW
    WHEN (OLD.domain_id IS DISTINCT FROM NEW.domain_id) EXECUTE FUNCTION cfg.refuse_music_move();

-- Conferences ------------------------------------------------------------------------------------------------------------

CREATE TABLE cfg.conference_profile (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        cfg.token NOT NULL UNIQUE,
    -- The keys that members have; NULL = none but hanging up.
    control_group cfg.token
);
CREATE TABLE cfg.conference_profile_param (
    conference_profile_id bigint NOT NULL REFERENCES cfg.conference_profile ON DELETE CASCADE,
    name        cfg.param_name NOT NULL,
    value       cfg.safe_text NOT NULL,
    -- PINs and limits are the room's, controls the profile's own column; the last ones name hooks and hosts that nobody should reach from here.
    CONSTRAINT conference_param_is_not_one_r2a_decides CHECK (lower(name) NOT IN ('pin', 'moderator-pin', 'max-members', 'caller-controls', 'moderator-controls',
        'perpetual-sound-uri', 'auto-record', 'cdr-log-dir', 'domain')),
    CONSTRAINT conference_param_is_no_url CHECK (value ~ '^(local_stream|tone_stream|silence_stream)://' OR value !~ '://'),
    PRIMARY KEY (conference_profile_id, name)
);
CREATE TABLE cfg.conference_control (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    control_group cfg.token NOT NULL,
    digits      text NOT NULL CONSTRAINT control_digits_are_1_to_5_keys CHECK (digits ~ '^[0-9*#]{1,5}$'),
    action      text NOT NULL CHECK (action IN ('mute', 'mute on', 'mute off', 'deaf mute', 'deaf', 'energy up', 'energy equ', 'energy dn', 'vol talk up',
                    'vol talk zero', 'vol talk dn', 'vol listen up', 'vol listen zero', 'vol listen dn', 'hangup', 'event', 'lock', 'floor')),
    -- Who may use it: everybody, or moderators only.
    for_moderators boolean NOT NULL DEFAULT false,
    UNIQUE (control_group, for_moderators, digits)
);
-- Served as NUMBER-DOMAIN: an @ would begin the profile's name.
CREATE TABLE cfg.conference_room (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE CASCADE,
    number      cfg.number NOT NULL,
    name        cfg.label NOT NULL,
    enabled     boolean NOT NULL DEFAULT true,
    conference_profile_id bigint NOT NULL REFERENCES cfg.conference_profile,
    pin_sealed  bytea,
    moderator_pin_sealed bytea,
    members_max integer CHECK (members_max BETWEEN 2 AND 1000),
    -- Shown to phones that watch it as a busy lamp.
    advertised  boolean NOT NULL DEFAULT false,
    UNIQUE (domain_id, number),
    UNIQUE (domain_id, id)
);
CREATE INDEX ON cfg.conference_room (conference_profile_id);

-- FreeSWITCH does not tell these names apart by case.
CREATE UNIQUE INDEX ivr_menu_name_in_any_case ON cfg.ivr_menu (domain_id, lower(name));
CREATE UNIQUE INDEX queue_name_in_any_case ON cfg.queue (domain_id, lower(name));
CREATE UNIQUE INDEX conference_profile_name_in_any_case ON cfg.conference_profile (lower(name));

-- Codecs -----------------------------------------------------------------------------------------------------------------

-- NULL = what the profile prefers. Profiles have theirs as params (inbound-codec-prefs, outbound-codec-prefs).
ALTER TABLE cfg.gateway ADD COLUMN codecs cfg.codecs;
ALTER TABLE cfg.extension ADD COLUMN codecs cfg.codecs;

-- What used to be generic rows becomes typed ones ----------------------------------------------------------------------

-- A document that somebody has changed stays as it is (generic rows of a node come first); the untouched default makes way.
INSERT INTO cfg.conference_profile (name, control_group) VALUES ('default', 'default');
INSERT INTO cfg.conference_profile_param (conference_profile_id, name, value)
    SELECT p.id, d.name, d.value FROM cfg.conference_profile p CROSS JOIN (VALUES ('rate', '8000'), ('interval', '20'), ('energy-level', '100')) AS d (name, value);
INSERT INTO cfg.conference_control (control_group, digits, action) VALUES ('default', '0', 'mute'), ('default', '#', 'hangup');

-- These documents are built from the tables above; generic rows of their names would never be served again.
DELETE FROM cfg.config_document WHERE name IN ('callcenter.conf', 'conference.conf', 'ivr.conf', 'local_stream.conf');
-- The rows just deleted are logged at COMMIT, and a table with such events waiting cannot be altered.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE cfg.config_document DROP CONSTRAINT document_is_not_one_r2a_builds;
ALTER TABLE cfg.config_document ADD CONSTRAINT document_is_not_one_r2a_builds CHECK (name NOT IN ('sofia.conf', 'acl.conf', 'event_socket.conf', 'json_cdr.conf',
    'callcenter.conf', 'conference.conf', 'ivr.conf', 'local_stream.conf'));
SET CONSTRAINTS ALL DEFERRED;

-- Change log, privileges ---------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION cfg.record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    secret  text;
BEGIN
    IF TG_OP = 'UPDATE' AND old_row - 'updated_at' = new_row - 'updated_at' THEN
        RETURN NULL;
    END IF;
    FOREACH secret IN ARRAY ARRAY['a1_md5', 'password_sealed', 'reverse_auth_sealed', 'pin_sealed', 'moderator_pin_sealed'] LOOP
        IF old_row ->> secret IS NOT NULL THEN old_row := jsonb_set(old_row, ARRAY[secret], '"***"'); END IF;
        IF new_row ->> secret IS NOT NULL THEN new_row := jsonb_set(new_row, ARRAY[secret], '"***"'); END IF;
    END LOOP;
    -- A document or a profile may hold a password as a pair of name and value.
    IF coalesce(old_row -> 'attributes' ->> 'name', old_row ->> 'name') ~* '(pass|secret|token|pin$)' THEN
        old_row := cfg.without_value(old_row);
    END IF;
    IF coalesce(new_row -> 'attributes' ->> 'name', new_row ->> 'name') ~* '(pass|secret|token|pin$)' THEN
        new_row := cfg.without_value(new_row);
    END IF;
    PERFORM pg_advisory_xact_lock(7216001);
    INSERT INTO cfg.change_log (revision, actor, table_name, operation, before, after)
    VALUES (nextval('cfg.change_revision'), coalesce(nullif(current_setting('r2a.actor', true), ''), session_user),
            TG_TABLE_NAME, TG_OP, old_row, new_row);
    PERFORM pg_notify('r2a_config', '');
    RETURN NULL;
END $$;

DO $$
DECLARE logged text;
BEGIN
    FOREACH logged IN ARRAY ARRAY['voice_guide', 'phrase', 'phrase_step', 'moh_class', 'ivr_menu', 'ivr_option', 'queue', 'queue_agent', 'queue_tier',
        'conference_profile', 'conference_profile_param', 'conference_control', 'conference_room'] LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER record_change AFTER INSERT OR UPDATE OR DELETE ON cfg.%I '
                       'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cfg.record_change()', logged);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON cfg.%I FOR EACH STATEMENT EXECUTE FUNCTION cfg.refuse_truncate()', logged);
        EXECUTE format('GRANT SELECT ON cfg.%I TO r2a_service', logged);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON cfg.%I TO r2a_operator', logged);
    END LOOP;
END $$;
-- What turns a change into the names that commands use; no secret is among it.
GRANT SELECT ON cfg.moh_class, cfg.queue, cfg.queue_agent, cfg.queue_tier, cfg.config_document, cfg.config_element TO r2a_worker;
GRANT SELECT (id, domain_id, number, enabled) ON cfg.extension TO r2a_worker;
GRANT SELECT (name, enabled) ON cfg.domain TO r2a_worker;
GRANT SELECT (id, enabled) ON cfg.tenant TO r2a_worker;
