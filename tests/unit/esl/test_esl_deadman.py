"""What FreeSWITCH is told to do by itself: never a moment without it, nothing of it that is too late, nothing left over."""

from __future__ import annotations

import re
import time

import pytest

from r2a_esl.link import LinkError
from r2a_esl.ownership.deadman import LATEST_S, DeadMan, NotArmedError

ONE, TWO = ("external", "carrier1"), ("external", "carrier2")


class Scheduler:
    """Keeps what is scheduled by group, and the fewest commands that each gateway had at any time since it had some."""

    def __init__(self) -> None:
        self.groups: dict[str, list[tuple[int, str]]] = {}
        self.fails_at = -1
        self.asked = 0
        self.reply = ""

    def __call__(self, command: str) -> str:
        self.asked += 1
        if self.asked == self.fails_at:
            raise LinkError("the connection was closed")
        if self.reply:
            return self.reply
        word, rest = command.split(" ", 1)
        if word == "sched_del":
            return f"+OK Deleted: {len(self.groups.pop(rest, []))}\n"
        found = re.fullmatch(r"\+(\d+) (\S+) (.+)", rest)
        assert word == "sched_api"
        assert found is not None
        self.groups.setdefault(found[2], []).append((int(found[1]), found[3]))
        return "+OK Added: 1\n"

    def shots(self, name: str) -> list[int]:
        return sorted(after_s for group in self.groups.values() for after_s, command in group if command.endswith(f" killgw {name}"))


def test_two_shots_for_each_gateway_and_a_rescan_for_each_profile() -> None:
    scheduler = Scheduler()
    DeadMan().arm(scheduler, [ONE, TWO, ("internal", "trunk")], time.monotonic() - 2.5)
    (group,) = scheduler.groups.values()
    assert sorted(group) == [
        (9, "sofia profile external killgw carrier1"),
        (9, "sofia profile external killgw carrier2"),
        (9, "sofia profile internal killgw trunk"),
        (14, "sofia profile external killgw carrier1"),
        (14, "sofia profile external killgw carrier2"),
        (14, "sofia profile internal killgw trunk"),
        (16, "sofia profile external rescan&"),
        (16, "sofia profile internal rescan&"),
    ]


def test_each_arming_replaces_the_one_before_and_there_is_always_one() -> None:
    scheduler, deadman = Scheduler(), DeadMan()
    fewest = [9]

    def watched(command: str) -> str:
        reply = scheduler(command)
        if scheduler.asked > 20:
            fewest.append(len(scheduler.shots("carrier1")))
        return reply

    for _ in range(8):
        deadman.arm(watched, [ONE], time.monotonic())
        assert len(scheduler.shots("carrier1")) == 2
    assert min(fewest) == 2


def test_what_another_worker_left_is_taken_away_after_there_is_something_new() -> None:
    scheduler = Scheduler()
    DeadMan().arm(scheduler, [ONE, TWO], time.monotonic())
    DeadMan().arm(scheduler, [ONE], time.monotonic())
    assert (len(scheduler.shots("carrier1")), scheduler.shots("carrier2")) == (2, [])


@pytest.mark.parametrize("fails_at", range(1, 8))
def test_a_command_that_fails_leaves_no_gateway_without_and_the_next_time_leaves_nothing_over(fails_at: int) -> None:
    scheduler, deadman = Scheduler(), DeadMan()
    deadman.arm(scheduler, [ONE], time.monotonic())
    scheduler.fails_at = scheduler.asked + fails_at
    with pytest.raises(LinkError):
        for _ in range(3):
            deadman.arm(scheduler, [ONE], time.monotonic())
    assert len(scheduler.shots("carrier1")) >= 2
    deadman.arm(scheduler, [ONE], time.monotonic())
    assert len(scheduler.shots("carrier1")) == 2


def test_a_gateway_that_went_is_not_shot_at_later() -> None:
    scheduler, deadman = Scheduler(), DeadMan()
    deadman.arm(scheduler, [ONE, TWO], time.monotonic())
    deadman.arm(scheduler, [TWO], time.monotonic())
    assert scheduler.shots("carrier1") == []
    deadman.arm(scheduler, [], time.monotonic())
    assert scheduler.groups == {}
    asked = scheduler.asked
    deadman.arm(scheduler, [], time.monotonic())
    assert scheduler.asked == asked, "nothing to say"


def test_a_renewal_that_was_answered_late_arms_nothing() -> None:
    scheduler, deadman = Scheduler(), DeadMan()
    deadman.arm(scheduler, [ONE], time.monotonic())
    before = {group: list(tasks) for group, tasks in scheduler.groups.items()}
    with pytest.raises(NotArmedError, match="within 6 s"):
        deadman.arm(scheduler, [ONE], time.monotonic() - LATEST_S - 0.1)
    assert scheduler.groups == before, "what is there fires as it would have"


def test_a_freeswitch_that_does_not_take_it_is_quoted() -> None:
    scheduler = Scheduler()
    scheduler.reply = "-ERR sched_api Command not found!\n"
    with pytest.raises(NotArmedError, match="Command not found"):
        DeadMan().arm(scheduler, [ONE], time.monotonic())
