-- The foundation: tenants, domains, extensions, devices, groups, nodes, profiles, gateways, ACLs, documents, change log.
--
-- Two schemas. cfg is what operators decide: small, replicated, logged in cfg.change_log. rt is what nodes report.
-- Where this leaves the usual model, and why:
--   * Names live in two tables of their own (domain_name, user_name), kept by triggers. A domain and an alias, or an extension
--     and another extension's login, can then never share a spelling: it is one primary key, not a rule in some program.
--   * Credentials are rows per realm, not a column: a digest hash binds to one realm, and an alias domain is a second realm.
--   * revisions are handed out at COMMIT (deferred triggers under one advisory lock), so their order is commit order and a
--     reader that has seen revision N has seen everything before it.
--   * No contrib extension: citext is replaced by a CHECK that names are lower case, and look-ups lower what was asked.

CREATE SCHEMA cfg;
CREATE SCHEMA rt;

-- Kinds of text -------------------------------------------------------------------------------------------------------

-- Text that may reach a FreeSWITCH document: nothing its pre-processor or variable expansion would act on, no control
-- character, and none that reorders or breaks lines.
CREATE FUNCTION cfg.is_safe_text(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN value !~ '[\x01-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]' AND value !~ '\$[{$]' AND value !~* 'x-pre-process'
       AND value !~ '<(!--#|\?)' AND length(value) <= 1024;

CREATE DOMAIN cfg.safe_text AS text
    CONSTRAINT safe_text_has_nothing_freeswitch_would_expand CHECK (cfg.is_safe_text(VALUE));
-- A label is shown and spoken of (names, descriptions); it ends up in caller ids, so quotes and separators of dial strings stay out.
CREATE DOMAIN cfg.label AS cfg.safe_text
    CONSTRAINT label_is_1_to_80_characters CHECK (length(VALUE) BETWEEN 1 AND 80)
    CONSTRAINT label_has_no_dial_string_character CHECK (VALUE !~ '[][{}<>|;=^"\\]');
CREATE DOMAIN cfg.host AS text
    CONSTRAINT host_is_a_lower_case_name_or_address CHECK (VALUE ~ '^[a-z0-9]([a-z0-9._:-]{0,251}[a-z0-9])?$' AND VALUE !~ 'x-pre-process' AND VALUE !~ '\.\.');
CREATE DOMAIN cfg.number AS text
    CONSTRAINT number_is_2_to_15_digits CHECK (VALUE ~ '^[0-9]{2,15}$');
-- What a phone may log in as or be dialled as: a SIP user part without any character that needs quoting anywhere.
CREATE DOMAIN cfg.sip_user AS text
    CONSTRAINT sip_user_is_letters_digits_and_plus_dot_dash_underscore CHECK (VALUE ~ '^[+]?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$' AND VALUE !~* 'x-pre-process');
CREATE DOMAIN cfg.token AS text
    CONSTRAINT token_is_letters_digits_dot_dash_underscore CHECK (VALUE ~ '^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$' AND VALUE !~* 'x-pre-process');
CREATE DOMAIN cfg.param_name AS text
    CONSTRAINT param_name_is_letters_digits_dash_underscore CHECK (VALUE ~ '^[A-Za-z][A-Za-z0-9_.-]{0,63}$' AND VALUE !~* 'x-pre-process');
CREATE DOMAIN cfg.a1_md5 AS text
    CONSTRAINT a1_md5_is_32_lower_case_hex_digits CHECK (VALUE ~ '^[0-9a-f]{32}$');
-- A context that anybody on the network can reach; a tenant's own context can never look like one, and the reverse.
CREATE DOMAIN cfg.public_context AS text
    CONSTRAINT public_context_begins_with_public CHECK (VALUE ~ '^public([._-][A-Za-z0-9._-]{1,50})?$' AND VALUE !~* 'x-pre-process');
CREATE DOMAIN cfg.tenant_context AS text
    CONSTRAINT tenant_context_is_lower_case_and_not_public CHECK (VALUE ~ '^[a-z0-9][a-z0-9._-]{0,252}$' AND VALUE !~ 'x-pre-process' AND VALUE !~ '^(public|default|global|cluster)([._-]|$)');

-- Tenancy, people, devices --------------------------------------------------------------------------------------------

CREATE TABLE cfg.tenant (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        cfg.token NOT NULL UNIQUE,
    enabled     boolean NOT NULL DEFAULT true,
    -- Milliseconds FreeSWITCH may keep a user; 0 = never; NULL = the default, which is off once there is a second domain.
    -- FreeSWITCH multiplies by 1000 in 32 bits: above 2147483 it would never keep it, or for a random time.
    user_cache_ms integer CONSTRAINT user_cache_ms_is_0_or_1000_to_2000000 CHECK (user_cache_ms = 0 OR user_cache_ms BETWEEN 1000 AND 2000000),
    language    cfg.token NOT NULL DEFAULT 'en',
    timezone    cfg.safe_text NOT NULL DEFAULT 'UTC',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE cfg.domain (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   bigint NOT NULL REFERENCES cfg.tenant ON DELETE RESTRICT,
    -- `all` is what a profile says for every domain.
    name        cfg.host NOT NULL UNIQUE CONSTRAINT domain_name_is_a_host_without_a_port CHECK (name <> 'all' AND name !~ '^[^:]*:[0-9]*$'),
    context     cfg.tenant_context NOT NULL UNIQUE,
    enabled     boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, id)
);
CREATE INDEX ON cfg.domain (tenant_id);

CREATE TABLE cfg.domain_alias (
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE CASCADE,
    name        cfg.host PRIMARY KEY
);
CREATE INDEX ON cfg.domain_alias (domain_id);

-- Every spelling under which a domain is asked for. Kept by triggers; never written by hand.
CREATE TABLE cfg.domain_name (
    name        cfg.host PRIMARY KEY,
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE CASCADE
);
CREATE INDEX ON cfg.domain_name (domain_id);

CREATE TABLE cfg.extension (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE RESTRICT,
    number      cfg.number NOT NULL,
    name        cfg.label NOT NULL,
    enabled     boolean NOT NULL DEFAULT true,
    ring_timeout_s integer NOT NULL DEFAULT 30 CONSTRAINT ring_timeout_s_is_5_to_300 CHECK (ring_timeout_s BETWEEN 5 AND 300),
    voicemail_enabled boolean NOT NULL DEFAULT false,
    voicemail_email cfg.safe_text CONSTRAINT voicemail_email_looks_like_one CHECK (voicemail_email ~ '^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}$'),
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (domain_id, number),
    UNIQUE (domain_id, id)
);

CREATE TABLE cfg.extension_alias (
    domain_id   bigint NOT NULL,
    extension_id bigint NOT NULL,
    name        cfg.sip_user NOT NULL,
    PRIMARY KEY (domain_id, name),
    FOREIGN KEY (domain_id, extension_id) REFERENCES cfg.extension (domain_id, id) ON DELETE CASCADE
);
CREATE INDEX ON cfg.extension_alias (extension_id);

CREATE TABLE cfg.device (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL,
    extension_id bigint NOT NULL,
    auth_user   cfg.sip_user NOT NULL,
    description cfg.label,
    enabled     boolean NOT NULL DEFAULT true,
    password_set_at timestamptz,
    -- An address range that is let in without a digest (FreeSWITCH: user@cidr in an ACL); NULL = always a digest.
    trusted_cidr cidr CONSTRAINT trusted_cidr_is_no_wider_than_a_24_or_64 CHECK (masklen(trusted_cidr) >= CASE family(trusted_cidr) WHEN 4 THEN 24 ELSE 64 END),
    -- When the phone itself challenges our INVITE: FreeSWITCH needs the clear password, so it is sealed with a key outside the database.
    reverse_auth_user cfg.sip_user,
    reverse_auth_sealed bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (domain_id, auth_user),
    UNIQUE (domain_id, id),
    FOREIGN KEY (domain_id, extension_id) REFERENCES cfg.extension (domain_id, id) ON DELETE CASCADE,
    CONSTRAINT reverse_auth_has_both_or_none CHECK ((reverse_auth_user IS NULL) = (reverse_auth_sealed IS NULL))
);
CREATE INDEX ON cfg.device (extension_id);
CREATE INDEX device_trusted ON cfg.device (domain_id) WHERE trusted_cidr IS NOT NULL;

-- MD5(auth_user:realm:password), one row for each realm the device can meet (RFC 7616 section 3.4.2).
CREATE TABLE cfg.device_credential (
    device_id   bigint NOT NULL REFERENCES cfg.device ON DELETE CASCADE,
    realm       cfg.host NOT NULL,
    a1_md5      cfg.a1_md5 NOT NULL,
    PRIMARY KEY (device_id, realm)
);

-- MD5(number:realm:pin): what mod_voicemail compares (vm-a1-hash), one row a realm like the devices'.
CREATE TABLE cfg.voicemail_credential (
    extension_id bigint NOT NULL REFERENCES cfg.extension ON DELETE CASCADE,
    realm       cfg.host NOT NULL,
    a1_md5      cfg.a1_md5 NOT NULL,
    PRIMARY KEY (extension_id, realm)
);

-- Every name by which an extension of a domain is known: its number, its aliases, its devices' logins. Kept by triggers.
CREATE TABLE cfg.user_name (
    domain_id   bigint NOT NULL,
    name        cfg.sip_user NOT NULL,
    extension_id bigint NOT NULL,
    device_id   bigint,
    PRIMARY KEY (domain_id, name),
    FOREIGN KEY (domain_id, extension_id) REFERENCES cfg.extension (domain_id, id) ON DELETE CASCADE,
    FOREIGN KEY (domain_id, device_id) REFERENCES cfg.device (domain_id, id) ON DELETE SET NULL (device_id)
);
CREATE INDEX ON cfg.user_name (extension_id);
CREATE INDEX ON cfg.user_name (device_id) WHERE device_id IS NOT NULL;

CREATE TABLE cfg.call_group (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE CASCADE,
    name        cfg.token NOT NULL,
    UNIQUE (domain_id, name),
    UNIQUE (domain_id, id)
);
CREATE TABLE cfg.call_group_member (
    domain_id   bigint NOT NULL,
    call_group_id bigint NOT NULL,
    extension_id bigint NOT NULL,
    position    integer NOT NULL DEFAULT 1 CHECK (position BETWEEN 1 AND 1000),
    PRIMARY KEY (call_group_id, extension_id),
    FOREIGN KEY (domain_id, call_group_id) REFERENCES cfg.call_group (domain_id, id) ON DELETE CASCADE,
    FOREIGN KEY (domain_id, extension_id) REFERENCES cfg.extension (domain_id, id) ON DELETE CASCADE
);
CREATE INDEX ON cfg.call_group_member (extension_id);

-- Free directory params and variables, at the level of the domain (all owners NULL), a group, an extension or a device; nearest wins.
CREATE TABLE cfg.directory_entry (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint NOT NULL REFERENCES cfg.domain ON DELETE CASCADE,
    call_group_id bigint,
    extension_id bigint,
    device_id   bigint,
    -- The owner as one text, level first: a user's entries of all four levels are then one scan of one index.
    owner       text NOT NULL GENERATED ALWAYS AS (CASE WHEN device_id IS NOT NULL THEN '4:' || device_id WHEN extension_id IS NOT NULL THEN '3:' || extension_id
                    WHEN call_group_id IS NOT NULL THEN '2:' || call_group_id ELSE '1:' END) STORED,
    kind        text NOT NULL CHECK (kind IN ('param', 'variable')),
    name        cfg.param_name NOT NULL,
    value       cfg.safe_text NOT NULL,
    CONSTRAINT directory_entry_has_one_owner CHECK (num_nonnulls(call_group_id, extension_id, device_id) <= 1),
    -- These decide who gets in, what is executed or which call the user is: r2a writes them itself.
    CONSTRAINT directory_entry_does_not_touch_what_r2a_decides CHECK (lower(name) NOT IN (
        'password', 'a1-hash', 'allow-empty-password', 'vm-password', 'vm-a1-hash', 'vm-convert-cmd', 'dial-string',
        'group-dial-string', 'reverse-auth-user', 'reverse-auth-pass', 'sip-force-user', 'sip-allow-register', 'user_context',
        'user_name', 'domain_name', 'esl-password', 'jsonrpc-password', 'sip_identity', 'sip_multipart', 'sip-force-extension', 'sip-force-contact',
        'mwi-account', 'register-gateway', 'presence_id', 'verto-context', 'verto-dialplan', 'vm-storage-dir', 'vm-domain-storage-dir', 'auth-acl',
        'force_transfer_context', 'force_transfer_dialplan', 'transfer_after_bridge', 'transfer_fallback_extension', 'session_in_hangup_hook',
        'inherit_codec', 'process_cdr', 'skip_cdr_causes', 'json_cdr_base', 'r2a_destination')
        AND lower(name) !~ '^(api_|execute_on_|exec_|sip_h_|dial-var-|bridge_pre_execute_|record_post_process_|group_confirm_|sip_auth_|esl-|campon_|sip_redirect_|sip_rh_|sip_ph_)'),
    FOREIGN KEY (domain_id, call_group_id) REFERENCES cfg.call_group (domain_id, id) ON DELETE CASCADE,
    FOREIGN KEY (domain_id, extension_id) REFERENCES cfg.extension (domain_id, id) ON DELETE CASCADE,
    FOREIGN KEY (domain_id, device_id) REFERENCES cfg.device (domain_id, id) ON DELETE CASCADE,
    UNIQUE (domain_id, owner, kind, name)
);
CREATE INDEX directory_entry_of_group ON cfg.directory_entry (call_group_id) WHERE call_group_id IS NOT NULL;
CREATE INDEX directory_entry_of_extension ON cfg.directory_entry (extension_id) WHERE extension_id IS NOT NULL;
CREATE INDEX directory_entry_of_device ON cfg.directory_entry (device_id) WHERE device_id IS NOT NULL;

-- Codes that reach a feature instead of an extension; domain_id NULL = for every domain that has no own row for the code.
CREATE TABLE cfg.feature_code (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    domain_id   bigint REFERENCES cfg.domain ON DELETE CASCADE,
    code        text NOT NULL CONSTRAINT code_is_digits_stars_hashes CHECK (code ~ '^[0-9*#]{2,10}$'),
    feature     text NOT NULL CHECK (feature IN ('echo')),
    enabled     boolean NOT NULL DEFAULT true,
    UNIQUE NULLS NOT DISTINCT (domain_id, code)
);

-- Nodes and SIP -------------------------------------------------------------------------------------------------------

CREATE TABLE cfg.node (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- FreeSWITCH's switchname, and R2A_NODE_NAME.
    name        cfg.host NOT NULL UNIQUE,
    enabled     boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
-- A profile names an alias ("sip", "rtp"); each node says what that means there: where it listens, what it tells the world.
CREATE TABLE cfg.node_address (
    node_id     bigint NOT NULL REFERENCES cfg.node ON DELETE CASCADE,
    alias       cfg.token NOT NULL,
    listen      inet NOT NULL CONSTRAINT listen_is_one_address CHECK (masklen(listen) = CASE family(listen) WHEN 4 THEN 32 ELSE 128 END
                    AND listen NOT IN ('0.0.0.0', '::')),
    advertise   cfg.host,
    PRIMARY KEY (node_id, alias)
);

CREATE TABLE cfg.sip_profile (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        cfg.token NOT NULL UNIQUE,
    enabled     boolean NOT NULL DEFAULT true,
    -- Where an unauthenticated call starts; a registered user's own context comes from the directory.
    context     cfg.public_context NOT NULL DEFAULT 'public',
    sip_alias   cfg.token NOT NULL DEFAULT 'sip',
    rtp_alias   cfg.token NOT NULL DEFAULT 'rtp',
    port        integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    authenticate_calls boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE cfg.sip_profile_param (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sip_profile_id bigint NOT NULL REFERENCES cfg.sip_profile ON DELETE CASCADE,
    node_id     bigint REFERENCES cfg.node ON DELETE CASCADE,
    name        cfg.param_name NOT NULL,
    value       cfg.safe_text NOT NULL,
    -- presence-hosts on a shared profile hands one tenant the phones of another; the rest have columns of their own.
    CONSTRAINT sip_profile_param_is_not_one_r2a_decides CHECK (lower(name) NOT IN ('presence-hosts', 'context', 'sip-port', 'sip-ip', 'rtp-ip',
        'ext-sip-ip', 'ext-rtp-ip', 'auth-calls', 'accept-blind-auth', 'accept-blind-reg')),
    UNIQUE NULLS NOT DISTINCT (sip_profile_id, node_id, name)
);
CREATE TABLE cfg.sip_profile_domain (
    sip_profile_id bigint NOT NULL REFERENCES cfg.sip_profile ON DELETE CASCADE,
    name        cfg.host NOT NULL,
    alias       boolean NOT NULL DEFAULT false,
    parse       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (sip_profile_id, name)
);
-- Nodes that run the profile; no row = all of them.
CREATE TABLE cfg.sip_profile_node (
    sip_profile_id bigint NOT NULL REFERENCES cfg.sip_profile ON DELETE CASCADE,
    node_id     bigint NOT NULL REFERENCES cfg.node ON DELETE CASCADE,
    PRIMARY KEY (sip_profile_id, node_id)
);

CREATE TABLE cfg.gateway (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   bigint REFERENCES cfg.tenant ON DELETE RESTRICT,
    sip_profile_id bigint NOT NULL REFERENCES cfg.sip_profile ON DELETE RESTRICT,
    -- FreeSWITCH has one table of gateway names a node, whatever the profile: the name is unique here as well.
    name        cfg.token NOT NULL UNIQUE,
    enabled     boolean NOT NULL DEFAULT true,
    -- NULL = on every node that runs the profile.
    node_id     bigint REFERENCES cfg.node ON DELETE RESTRICT,
    proxy       cfg.host NOT NULL,
    realm       cfg.host,
    outbound_proxy cfg.host,
    username    cfg.sip_user,
    password_sealed bytea,
    from_user   cfg.sip_user,
    from_domain cfg.host,
    register    boolean NOT NULL DEFAULT false,
    transport   text NOT NULL DEFAULT 'udp' CHECK (transport IN ('udp', 'tcp', 'tls')),
    expire_s    integer NOT NULL DEFAULT 3600 CHECK (expire_s BETWEEN 60 AND 86400),
    retry_s     integer NOT NULL DEFAULT 30 CHECK (retry_s BETWEEN 5 AND 3600),
    ping_s      integer CHECK (ping_s BETWEEN 5 AND 3600),
    caller_id_in_from boolean NOT NULL DEFAULT false,
    -- Whoever sends ;gw=NAME is put here without any check, so it can only be a public one.
    context     cfg.public_context NOT NULL DEFAULT 'public',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT registering_gateway_has_username_and_password CHECK (NOT register OR (username IS NOT NULL AND password_sealed IS NOT NULL))
);
CREATE INDEX ON cfg.gateway (sip_profile_id);
CREATE TABLE cfg.gateway_param (
    gateway_id  bigint NOT NULL REFERENCES cfg.gateway ON DELETE CASCADE,
    name        cfg.param_name NOT NULL,
    value       cfg.safe_text NOT NULL,
    -- ping-user-agent makes FreeSWITCH read freed memory at each ping; the rest have columns of their own.
    CONSTRAINT gateway_param_is_one_freeswitch_survives CHECK (name IN ('register-proxy', 'register-transport', 'auth-username',
        'extension', 'extension-in-contact', 'timeout-seconds', '908-retry-seconds', 'ping-max', 'ping-min', 'ping-monitoring',
        'contact-in-ping', 'contact-host', 'contact-params', 'distinct-to', 'destination-prefix', 'rfc-5626', 'reg-id', 'gw-auth-acl')),
    PRIMARY KEY (gateway_id, name)
);

CREATE TABLE cfg.acl (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- "cluster" is generated from the nodes' addresses.
    name        cfg.token NOT NULL UNIQUE CONSTRAINT acl_name_is_not_generated CHECK (lower(name) <> 'cluster' AND name !~* '\.auto$'),
    allow_by_default boolean NOT NULL DEFAULT false
);
CREATE TABLE cfg.acl_entry (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    acl_id      bigint NOT NULL REFERENCES cfg.acl ON DELETE CASCADE,
    position    integer NOT NULL DEFAULT 1 CHECK (position BETWEEN 1 AND 100000),
    allow       boolean NOT NULL DEFAULT true,
    cidr        cidr,
    domain      cfg.host,
    description cfg.label,
    CONSTRAINT acl_entry_is_a_cidr_or_a_domain CHECK (num_nonnulls(cidr, domain) = 1)
);
CREATE INDEX ON cfg.acl_entry (acl_id, position);

-- Any other configuration document: its element tree, a row an element. node_id NULL = for nodes without their own.
CREATE TABLE cfg.config_document (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL CONSTRAINT document_name_ends_in_conf CHECK (name ~ '^[a-z0-9_]{1,40}\.conf$'),
    node_id     bigint REFERENCES cfg.node ON DELETE CASCADE,
    enabled     boolean NOT NULL DEFAULT true,
    CONSTRAINT document_is_not_one_r2a_builds CHECK (name NOT IN ('sofia.conf', 'acl.conf', 'event_socket.conf', 'json_cdr.conf')),
    UNIQUE NULLS NOT DISTINCT (name, node_id)
);
-- jsonb prints a control character as a backslash escape, so the escapes are what is looked for.
CREATE FUNCTION cfg.are_safe_attributes(attributes jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_typeof(attributes) = 'object' AND NOT jsonb_path_exists(attributes, 'strict $.* ? (@.type() != "string")')
       AND NOT jsonb_path_exists(attributes, '$.keyvalue() ? (!(@.key like_regex "^[A-Za-z_][A-Za-z0-9_.-]*$"))')
       AND attributes::text !~ '(^|[^\\])(\\\\)*\\(u00[01]|[nrtbf])' AND cfg.is_safe_text(attributes::text);
CREATE TABLE cfg.config_element (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id bigint NOT NULL REFERENCES cfg.config_document ON DELETE CASCADE,
    parent_id   bigint,
    position    integer NOT NULL DEFAULT 1,
    tag         text NOT NULL CONSTRAINT tag_is_an_element_freeswitch_does_not_execute CHECK (tag ~ '^[A-Za-z][A-Za-z0-9_-]{0,63}$' AND tag !~* '^(x-pre-process|include)$'),
    attributes  jsonb NOT NULL DEFAULT '{}' CONSTRAINT attributes_are_safe_texts CHECK (cfg.are_safe_attributes(attributes)),
    UNIQUE (document_id, id),
    FOREIGN KEY (document_id, parent_id) REFERENCES cfg.config_element (document_id, id) ON DELETE CASCADE
);
CREATE INDEX ON cfg.config_element (document_id, parent_id, position);

-- Runtime -------------------------------------------------------------------------------------------------------------

CREATE TABLE rt.node_status (
    node_name   text PRIMARY KEY,
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    worker_started_at timestamptz NOT NULL DEFAULT now(),
    freeswitch_up boolean NOT NULL DEFAULT false,
    core_uuid   text,
    freeswitch_version text,
    sessions    integer,
    last_error  text,
    applied_revision bigint NOT NULL DEFAULT 0
);
