"""What rules know of the call itself, from what the line sent."""

from __future__ import annotations

import pytest

from cti.calls.arrivals import new_call, who_dialled
from cti.calls.call_facts import call_facts, facts_of
from cti.calls.events import CallArrived
from cti.telephony.model import CallSid
from routing.facts import CallFacts

WITHHELD = ("anonymous", "Restricted", "", "+266696687", "+7378742833", "+86282452253")


def _facts(from_: str, **facts: str) -> CallFacts:
    arrived = CallArrived(sid=CallSid("CA" + "0" * 32), from_=from_, to="+15550100", facts=facts)
    return call_facts(new_call(arrived, arrived_ms=1, now_ms=1, region=None))


@pytest.mark.parametrize("from_", WITHHELD)
def test_a_withheld_number_is_null_and_of_no_country_however_twilio_spells_it(from_: str) -> None:
    seen = _facts(from_, country="RU")
    assert (seen.from_, seen.country) == (None, None)
    dry = facts_of(who_dialled(from_, None), from_=from_, to="+15550100", caller=None, line=None).call
    assert (dry.from_, dry.country, dry.language) == (None, None, None)


@pytest.mark.parametrize("from_", ["sip:somebody@example.com", "client:ana", "12"])
def test_what_is_no_number_is_seen_as_it_was_sent(from_: str) -> None:
    assert _facts(from_).from_ == from_
    assert facts_of(who_dialled(from_, None), from_=from_, to="1", caller=None, line=None).call.from_ == from_


def test_a_number_is_seen_as_plus_and_digits_with_its_country() -> None:
    seen = _facts("+48600100200", country="PL")
    assert (seen.from_, seen.country) == ("+48600100200", "PL")
