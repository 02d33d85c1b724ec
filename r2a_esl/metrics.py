"""What the worker counts, for /metrics."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

#: In the order in which a batch sends them: first what a phone could still get in by.
KINDS = (
    "flush_user", "flush_all", "drop", "gateway", "rescan", "reload_acl", "load_module", "document", "callcenter", "queue", "agent", "tier", "stream",
)
OUTCOMES = ("ok", "failed", "given_up")

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class WorkerMetrics:
    """The instruments of one worker process, in a registry of their own."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self.freeswitch_up = Gauge("r2a_esl_freeswitch_up", "1 while FreeSWITCH answers commands.", registry=registry)
        self.freeswitch_sessions = Gauge("r2a_esl_freeswitch_sessions", "Live sessions at the last answer.", registry=registry)
        self.connections = Counter("r2a_esl_connections", "Command connections that were opened and let in.", registry=registry)
        self.connection_failures = Counter("r2a_esl_connection_failures", "Command connections that failed or were lost.", registry=registry)
        self.missed_deadlines = Counter("r2a_esl_missed_deadlines", "Steps that were not answered in time.", ["step"], registry=registry)
        self.command_seconds = Histogram("r2a_esl_command_seconds", "Time to the reply of a command.", registry=registry, buckets=_SECONDS)
        self.database_up = Gauge("r2a_esl_database_up", "1 while the database takes heartbeats.", registry=registry)
        self.heartbeats = Counter("r2a_esl_heartbeats", "Heartbeats written to rt.node_status.", registry=registry)
        self.tap_up = Gauge("r2a_esl_tap_up", "1 while events of registrations come in.", registry=registry)
        self.tap_connections = Counter("r2a_esl_tap_connections", "Event connections that were made.", registry=registry)
        self.tap_dropped = Counter("r2a_esl_tap_dropped_events", "Events left out because too many came; a re-sync follows.", registry=registry)
        self.tap_canary_seconds = Gauge("r2a_esl_tap_canary_seconds", "Time of the last event of our own through FreeSWITCH.", registry=registry)
        self.registrations_checked = Counter("r2a_esl_registrations_checked", "Registrations judged as they happened.", registry=registry)
        self.registrations_undecided = Gauge("r2a_esl_registrations_undecided", "Registrations that wait for the database.", registry=registry)
        self.evictions = Counter("r2a_esl_evictions", "Phones evicted from an AOR that was not their own.", registry=registry)
        self.eviction_failures = Counter("r2a_esl_eviction_failures", "Tries to evict that failed.", registry=registry)
        self.resyncs = Counter("r2a_esl_resyncs", "Times that everything registered was checked.", registry=registry)
        self.applied_revision = Gauge("r2a_esl_applied_revision", "The revision that this FreeSWITCH behaves like.", registry=registry)
        self.revisions_behind = Gauge("r2a_esl_revisions_behind", "Newest revision less the applied one.", registry=registry)
        self.change_commands = Counter("r2a_esl_change_commands", "Commands sent for changes.", ["kind", "outcome"], registry=registry)
        self.stale_reads = Counter("r2a_esl_stale_reads", "Times that the read port was too far behind to be waited for.", registry=registry)
        self.restarts_needed = Gauge("r2a_esl_restarts_needed", "What only a restart of a profile brings into effect.", registry=registry)
        self.tasks = Counter("r2a_esl_tasks", "What operators asked of this node, and what came of it.", ["kind", "outcome"], registry=registry)
        self.lease_renewals = Counter("r2a_esl_gateway_lease_renewals", "Times that the lease on gateways was renewed.", registry=registry)
        self.gateways_owned = Gauge("r2a_esl_gateways_owned", "Gateways that this node has, of those that register.", registry=registry)
        self.gateway_moves = Counter("r2a_esl_gateway_moves", "Gateways that came to this node or went.", ["how"], registry=registry)
        self.gateway_rescans = Counter("r2a_esl_gateway_rescans", "Rescans sent because of who has which gateway.", registry=registry)
        for how in ("gained", "let_go", "lost"):
            self.gateway_moves.labels(how)
        for kind in KINDS:
            for outcome in OUTCOMES:
                self.change_commands.labels(kind, outcome)
        for step in ("connect", "command", "database"):
            self.missed_deadlines.labels(step)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self._registry)
