"""What scripts answer becomes values or typed errors, never a code."""

from __future__ import annotations

import json

import pytest

from routing.errors import NotReady, RoutingError, StaleVersion
from routing.model import RepId
from routing.replies import ask_json, match_of, rep_state_of, reply_of
from tests.support.matchers import START_MS, a_demand, an_ask

DECISION = {
    **{"demand": "d", "queue": "support", "chosen": "ana", "how": "only_one", "fit": 3, "idle_ms": 7, "on_duty": 2},
    **{"qualified": 1, "free": 1, "away": 0, "declined": 0, "lacking": {"help>=3": 1}},
}
MATCH = {"call": "c1", "rep": "ana", "offer": "o1-1", "decision": DECISION}


@pytest.mark.parametrize("as_bytes", [False, True])
def test_matches_and_result_are_read(*, as_bytes: bool) -> None:
    code: object = b"OK" if as_bytes else "OK"
    reply = reply_of([code, json.dumps({"matches": [MATCH], "decisions": {}, "result": True})])
    assert reply.matches == (match_of(MATCH),)
    assert reply.result is True


def test_an_empty_lua_table_is_no_match() -> None:
    reply = reply_of(["OK", '{"matches":{},"decisions":{}}'])
    assert (reply.matches, reply.result) == ((), None)


@pytest.mark.parametrize(
    ("answer", "error"),
    [(["NOT_READY"], NotReady), ([b"STALE_VERSION"], StaleVersion), (["HUH"], RoutingError), (7, RoutingError)],
)
def test_refusals_are_typed(answer: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        reply_of(answer)


def test_an_unknown_code_is_not_retried() -> None:
    with pytest.raises(RoutingError) as raised:
        reply_of(["HUH"])
    assert not raised.value.retryable


def test_an_ask_leaves_out_what_is_not_there() -> None:
    plain = json.loads(ask_json(an_ask("c1", a_demand(needs={"help": 3}))))
    assert plain == {
        **{"call": "c1", "demand": a_demand(needs={"help": 3}).id, "queue": "support", "needs": ["help>=3"]},
        **{"served": "support", "strategy": "best_fit", "prefers": []},
        **{"priority": 0, "counted_from": START_MS, "arrived": START_MS},
    }
    preferring = json.loads(ask_json(an_ask("c1", prefer="bo", wait_ms=5, waived=True)))
    assert {key: preferring[key] for key in ("prefer", "prefer_until", "waived")} == {
        **{"prefer": "bo", "prefer_until": START_MS + 5, "waived": True},
    }


def test_empty_fields_of_a_rep_are_null() -> None:
    fields = {"status": "offline", "since": "7", "connected": "0", "reason": "", "next_status": ""}
    state = rep_state_of(RepId("ana"), {**fields, "idle_since": "", "offer": "", "call": ""})
    assert (state.reason, state.next_status, state.idle_since_ms, state.offer, state.call) == (None,) * 5
