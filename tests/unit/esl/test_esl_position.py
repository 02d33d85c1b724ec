"""When the log goes on from where a node is, and when FreeSWITCH has to be brought up to date as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from r2a_esl.changes.position import FeedState, Position, why_whole

HERE = Position(revision=50, mark="m50", timeline="00000001", core_uuid="core")
LOG = FeedState(oldest=10, newest=60, newest_mark="m60", timeline="00000001", found_mark="m50", recorded=HERE)
OLD = Position(revision=50, mark=None, timeline=None, core_uuid=None)


@pytest.mark.parametrize(
    ("position", "log"),
    [
        (HERE, LOG),
        (OLD, LOG),
        (HERE, replace(LOG, oldest=50)),
        (replace(HERE, revision=60, mark="m60"), replace(LOG, found_mark="m60")),
        # Pruned up to exactly there.
        (HERE, replace(LOG, oldest=51, found_mark=None)),
        (OLD, replace(LOG, oldest=51, found_mark=None)),
    ],
)
def test_it_goes_on(position: Position, log: FeedState) -> None:
    assert why_whole(position, log, "core", resumed=True) is None
    assert why_whole(position, log, "core", resumed=False) is None


@pytest.mark.parametrize(
    ("position", "log", "missed"),
    [
        (replace(HERE, revision=0), replace(LOG, found_mark=None), False),
        (HERE, replace(LOG, found_mark="another"), True),
        (HERE, replace(LOG, found_mark=None), True),
        (OLD, replace(LOG, found_mark=None), True),
        (HERE, replace(LOG, newest=49, found_mark=None), True),
        (HERE, replace(LOG, oldest=52, found_mark=None), True),
        (HERE, replace(LOG, timeline="00000002"), True),
        (replace(HERE, core_uuid="before"), LOG, False),
        # It started with what was lost, perhaps.
        (replace(HERE, core_uuid="before"), replace(LOG, timeline="00000002"), True),
    ],
)
def test_it_does_not(position: Position, log: FeedState, missed: bool) -> None:
    reason = why_whole(position, log, "core", resumed=True)
    assert reason is not None
    assert reason.missed == missed


def test_a_worker_that_saw_a_promotion_has_missed_nothing() -> None:
    # Its last row is there: what was lost came after it, and was told to nobody.
    reason = why_whole(HERE, replace(LOG, timeline="00000002"), "core", resumed=False)
    assert reason is not None
    assert not reason.missed
