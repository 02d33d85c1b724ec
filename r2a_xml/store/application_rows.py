"""What the questions about menus, queues and conferences return: one frozen class a result shape, its fields in the order of the columns."""

from __future__ import annotations

from dataclasses import dataclass

#: (digits, action, extension's number, id of the menu it leads to, sound): number is None where the extension is disabled.
Option = tuple[str | None, str, str | None, int | None, str | None]


@dataclass(frozen=True, slots=True)
class IvrMenu:
    """ivr_menus."""

    id: int
    name: str
    domain: str
    context: str
    greet_long: str
    greet_short: str | None
    invalid_sound: str | None
    exit_sound: str | None
    timeout_ms: int
    inter_digit_timeout_ms: int
    digits_max: int
    failures_max: int
    timeouts_max: int
    options: list[Option] | None


@dataclass(frozen=True, slots=True)
class CallQueue:
    """callcenter_queues, callcenter_queue: moh is None for the node's default music; moh_domain is None for music of everybody."""

    id: int
    name: str
    domain: str
    strategy: str
    moh: str | None
    moh_domain: str | None
    time_base: str
    max_wait_s: int
    max_wait_no_agent_s: int
    max_wait_no_agent_reached_s: int
    tier_rules: bool
    tier_wait_s: int
    tier_wait_multiplies: bool
    tier_skips_without_agent: bool
    discard_abandoned_s: int
    abandoned_resume: bool
    announce_sound: str | None
    announce_s: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """callcenter_seats, callcenter_queue_seats: an agent in a queue; queue_id, level and position are None for an agent in no queue."""

    queue_id: int | None
    level: int | None
    position: int | None
    number: str
    domain: str
    initial_status: str
    ring_timeout_s: int
    max_no_answer: int
    wrap_up_s: int
    reject_delay_s: int
    busy_delay_s: int
    no_answer_delay_s: int


@dataclass(frozen=True, slots=True)
class ConferenceProfile:
    """conference_profiles: controls and moderator_controls say whether the group has keys for everybody, and for moderators only."""

    name: str
    control_group: str | None
    controls: bool
    moderator_controls: bool
    params: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class ConferenceJoin(ConferenceProfile):
    """conference_join: room_number is None where the conference's name is no enabled room's; so is all after it."""

    room_number: str | None
    pin_sealed: bytes | None
    moderator_pin_sealed: bytes | None
    members_max: int | None


@dataclass(frozen=True, slots=True)
class ConferenceControl:
    """conference_controls, conference_group_controls."""

    group: str
    digits: str
    action: str
    for_moderators: bool


@dataclass(frozen=True, slots=True)
class ConferenceRoom:
    """conference_rooms."""

    number: str
    domain: str
