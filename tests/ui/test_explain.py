"""Shares are worked out behind the window: only at rest, only for the posture that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from types import SimpleNamespace

import pytest

from visualizer.app import new_session
from visualizer.ui.explain import REST_MS, Explainer


@dataclass(frozen=True, eq=False)
class Found:
    snapshot: object
    shares: bool = False


def explained(found: Found) -> Found:
    return Found(found.snapshot, shares=True)


@pytest.fixture
def session():
    made = new_session()
    made.solve_with(lambda posture: SimpleNamespace(posture=posture), Found)
    return made


@pytest.fixture
def explainer(session, qapp):
    made = Explainer(session)
    yield made
    made.stop()


def test_it_waits_for_rest_and_then_enriches_the_findings(session, explainer, qtbot):
    explainer.explain_with(explained)
    for tilt_deg in range(1, 6):
        session.set_posture_fields({"tilt_deg": tilt_deg})
        qtbot.wait(REST_MS // 4)
        assert not session.findings.shares, "not while it moves"
    qtbot.waitUntil(lambda: session.findings.shares)
    assert session.findings.snapshot is session.snapshot


def test_what_it_made_itself_is_not_explained_again(session, explainer, qtbot):
    calls = []
    explainer.explain_with(lambda found: (calls.append(found), explained(found))[1])
    qtbot.waitUntil(lambda: session.findings.shares)
    qtbot.wait(3 * REST_MS)
    assert len(calls) == 1


def test_a_result_that_came_too_late_is_dropped_and_the_new_posture_explained(session, explainer, qtbot):
    go_on, begun = Event(), Event()

    def slowly(found: Found) -> Found:
        begun.set()
        go_on.wait(5)
        return explained(found)

    explainer.explain_with(slowly)
    qtbot.waitUntil(begun.is_set)
    seen = []
    session.events.findings.connect(seen.append)
    session.set_posture_fields({"tilt_deg": 7})
    go_on.set()
    qtbot.waitUntil(lambda: session.findings.shares)
    assert session.findings.snapshot is session.snapshot
    assert session.snapshot.posture.tilt_deg == 7
    assert all(found.snapshot.posture.tilt_deg == 7 for found in seen), "the old result was never shown"


def test_the_window_lives_on_while_it_works(session, explainer, qtbot):
    go_on = Event()
    explainer.explain_with(lambda found: (go_on.wait(5), explained(found))[1])
    qtbot.wait(2 * REST_MS)
    session.set_posture_fields({"tilt_deg": 3})
    assert session.snapshot.posture.tilt_deg == 3
    go_on.set()


def test_stopping_waits_and_nothing_arrives_afterwards(session, explainer, qtbot):
    begun = Event()

    def slowly(found: Found) -> Found:
        begun.set()
        Event().wait(0.2)
        return explained(found)

    explainer.explain_with(slowly)
    qtbot.waitUntil(begun.is_set)
    explainer.stop()
    qtbot.wait(50)
    assert not session.findings.shares
    session.set_posture_fields({"tilt_deg": 3})
    qtbot.wait(2 * REST_MS)
    assert not session.findings.shares


def test_a_defect_is_raised_for_the_log_once_and_the_next_posture_is_explained(session, explainer, qtbot):
    def fails(found: Found) -> Found:
        if found.snapshot.posture.tilt_deg == 0:
            raise ZeroDivisionError("a defect")
        return explained(found)

    with qtbot.captureExceptions() as raised:
        explainer.explain_with(fails)
        qtbot.waitUntil(lambda: len(raised) == 1)
        qtbot.wait(2 * REST_MS)
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]
    session.set_posture_fields({"tilt_deg": 3})
    qtbot.waitUntil(lambda: session.findings.shares)
