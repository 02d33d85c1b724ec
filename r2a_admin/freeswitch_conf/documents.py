"""Builds the files of the static tree, in memory: settings in, names and texts out. Nothing here touches a disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from r2a_admin.freeswitch_conf.settings import TreeSettings

#: mod_xml_curl gives up after this many seconds; the service itself answers, or says that it cannot, within its shorter deadline.
GATEWAY_TIMEOUT_S = 3
#: Turn the log over at this many bytes, and keep this many old ones.
LOG_ROLLOVER_BYTES = 100 * 1024 * 1024
LOG_KEPT = 10

#: Loaded in this order, each with the reason why it is here and not in post_load_modules.conf, which r2a serves.
MODULES = (
    ("mod_console", "prints the log when somebody starts FreeSWITCH by hand, with -c"),
    ("mod_logfile", "the rest of the boot is logged"),
    ("mod_xml_curl", "before all that follow, so that each of them asks r2a for its configuration"),
    ("mod_event_socket", "r2a's worker commands and watches this node through it, also when a later module fails"),
    ("mod_commands", "sofia_contact in dial strings, and every command the worker sends"),
    ("mod_dptools", "bridge, answer, playback: the applications that routes name"),
    ("mod_dialplan_xml", "reads the routes that r2a serves"),
    ("mod_json_cdr", "before any call can exist, or its record would be lost"),
    ("mod_opus", "codecs and file formats before the profiles that offer them"),
    ("mod_sndfile", "reads and writes recordings and prompts"),
    ("mod_native_file", "reads prompts that are already in the codec of the call"),
    ("mod_tone_stream", "plays ring-back and busy tones without any file"),
    ("mod_sofia", "last: phones register as soon as it is up, and then everything else is"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One file of the tree: its path inside it, its text, and whether only its owner may read it."""

    name: str
    text: bytes
    secret: bool = False


def tree(settings: TreeSettings, zones: Mapping[str, str]) -> list[StaticFile]:
    """Return every file of the tree with the time zones (name -> POSIX rule); freeswitch.xml, which names the others, comes last."""
    configurations = [
        _configuration("switch.conf", "The name and the limits of this node", [_params(_switch(settings))]),
        _configuration("pre_load_modules.conf", "Nothing; FreeSWITCH asks for it", [etree.Element("modules")]),
        _configuration("modules.conf", "Further modules come from r2a, as post_load_modules.conf", [_modules()]),
        _configuration("console.conf", "For a FreeSWITCH that is started with -c", _console(settings)),
        _configuration("logfile.conf", "Needed before r2a can be asked", _logfile(settings)),
        _configuration("xml_curl.conf", "Where r2a is asked", [_bindings(settings)], secret=True),
        _configuration("timezones.conf", "Of this machine's tzdata", [_zones(zones)]),
        # An unknown list lets nobody in. r2a serves the real ones as soon as the modules are loaded.
        _configuration("acl.conf", "No list of its own", [etree.Element("network-lists")]),
        # FreeSWITCH's own default is a password that everybody knows.
        _configuration("event_socket.conf", "Used when r2a is down at boot", [_params(_event_socket(settings))], secret=True),
        _configuration("json_cdr.conf", "Used when r2a is down at boot", [_params(_json_cdr(settings))]),
    ]
    return [*configurations, _root(configurations)]


def _switch(settings: TreeSettings) -> list[tuple[str, str, str]]:
    return [
        ("switchname", settings.node_name, "r2a knows this node by it; mod_sofia writes it into its tables, and reads it only here"),
        ("max-sessions", str(settings.max_sessions), "legs, two a call; beyond it calls are refused with 503"),
        ("sessions-per-second", str(settings.sessions_per_second), ""),
        ("rtp-start-port", str(settings.rtp_start_port), "the firewall opens these"),
        ("rtp-end-port", str(settings.rtp_end_port), ""),
        ("loglevel", settings.log_level, ""),
        ("api-expansion", "true", "dial strings find the contacts of a phone with it (sofia_contact); r2a serves no user text that expands"),
        ("auto-create-schemas", "true", "the core database belongs to this node alone (see -db); on a shared one this would drop live tables"),
        ("max-db-handles", "50", ""),
        ("db-handle-timeout", "10", "seconds"),
        ("dump-cores", "true", "a crash leaves something to read"),
        ("event-heartbeat-interval", "20", "seconds"),
    ]


def _console(settings: TreeSettings) -> list[etree._Element]:
    mappings = etree.Element("mappings")
    mappings.append(_element("map", name="all", value=_levels(settings.log_level)))
    return [mappings, _params([("colorize", "false", ""), ("loglevel", settings.log_level, "")])]


def _logfile(settings: TreeSettings) -> list[etree._Element]:
    profiles = etree.Element("profiles")
    profile = _element("profile", name="default")
    rollover = ("rollover", str(LOG_ROLLOVER_BYTES), "bytes")
    profile.append(_params([("logfile", str(settings.log_file), ""), rollover, ("maximum-rotate", str(LOG_KEPT), ""), ("uuid", "true", "")]))
    mappings = etree.Element("mappings")
    mappings.append(_element("map", name="all", value=_levels(settings.log_level)))
    profile.append(mappings)
    profiles.append(profile)
    return [_params([("rotate-on-hup", "true", "")]), profiles]


def _levels(lowest: str) -> str:
    levels = ("debug", "info", "notice", "warning", "err", "crit", "alert")
    return ",".join(("console", *levels[levels.index(lowest) :]))


def _modules() -> etree._Element:
    modules = etree.Element("modules")
    for name, reason in MODULES:
        modules.append(etree.Comment(f" {reason} "))
        load = _element("load", module=name)
        if name == "mod_xml_curl":
            # A node without it would answer every call with "no such user": better that it does not start, and is restarted.
            load.set("critical", "true")
        modules.append(load)
    return modules


def _bindings(settings: TreeSettings) -> etree._Element:
    bindings = etree.Element("bindings")
    binding = _element("binding", name="r2a")
    url = _element("param", name="gateway-url", value=settings.gateway_url)
    # Only where phrases are wanted: with languages bound, a single voicemail call asks dozens of times.
    url.set("bindings", "configuration|directory|dialplan|languages" if settings.phrases else "configuration|directory|dialplan")
    binding.append(url)
    if settings.gateway_credentials:
        binding.append(_element("param", name="gateway-credentials", value=settings.gateway_credentials.reveal()))
        binding.append(_element("param", name="auth-scheme", value="=basic"))
    for name, value in (("method", "POST"), ("timeout", str(GATEWAY_TIMEOUT_S)), ("disable-100-continue", "true")):
        binding.append(_element("param", name=name, value=value))
    bindings.append(binding)
    return bindings


def _zones(zones: Mapping[str, str]) -> etree._Element:
    listed = etree.Element("timezones")
    for name, rule in zones.items():
        listed.append(_element("zone", name=name, value=rule))
    return listed


def _event_socket(settings: TreeSettings) -> list[tuple[str, str, str]]:
    return [
        ("listen-ip", settings.esl_host, ""),
        ("listen-port", str(settings.esl_port), ""),
        ("password", settings.esl_password.reveal(), ""),
        ("apply-inbound-acl", "loopback.auto", ""),
        ("nat-map", "false", ""),
    ]


def _json_cdr(settings: TreeSettings) -> list[tuple[str, str, str]]:
    return [
        ("log-dir", str(settings.cdr_journal), "one file a leg; r2a's worker takes them from here"),
        ("log-b-leg", "true", ""),
        ("encode-values", "false", "encoded values lose their last byte"),
        ("rotate", "false", ""),
    ]


def _root(configurations: Sequence[StaticFile]) -> StaticFile:
    document = _element("document", type="freeswitch/xml")
    section = _element("section", name="configuration")
    # Each file by its name: one that somebody leaves behind in the folder is never applied.
    for file in configurations:
        section.append(_element("X-PRE-PROCESS", cmd="include", data=file.name))
    document.append(section)
    return StaticFile(name="freeswitch.xml", text=_text(document))


def _configuration(name: str, why: str, children: Sequence[etree._Element], *, secret: bool = False) -> StaticFile:
    configuration = _element("configuration", name=name, description=why)
    configuration.extend(children)
    return StaticFile(name=f"autoload_configs/{name}.xml", text=_text(configuration), secret=secret)


def _params(params: Sequence[tuple[str, str, str]]) -> etree._Element:
    settings = etree.Element("settings")
    for name, value, why in params:
        if why:
            settings.append(etree.Comment(f" {why} "))
        settings.append(_element("param", name=name, value=value))
    return settings


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(tag, attributes)


def _text(element: etree._Element) -> bytes:
    text = etree.tostring(element, pretty_print=True, encoding="us-ascii")
    # The pre-processor expands $${...} before any XML is read, and leaves a character reference alone.
    return bytes(text.replace(b"$", b"&#36;"))
