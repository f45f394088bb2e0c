"""The doctor's judgements, without anything to look at."""

from __future__ import annotations

import pytest

from cti.doctor import Verdict, judge_redis
from cti.line_doctor import judge_number
from cti.telephony.twilio_setup import PhoneNumber, WebhookUrls
from webhooks.urls import Urls

URLS = Urls(public_url="https://calls.example.com")
OURS = WebhookUrls(voice=URLS.voice(), fallback=URLS.fallback(), status=URLS.status())


def a_number(voice: str = OURS.voice, fallback: str = OURS.fallback, status: str = OURS.status) -> PhoneNumber:
    urls = WebhookUrls(voice=voice, fallback=fallback, status=status)
    return PhoneNumber(sid="PN" + "0" * 32, number="+15550100", urls=urls, posts=True)


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-lru", "volatile-ttl", None])
def test_a_redis_that_may_throw_calls_away_is_wrong(policy: str | None) -> None:
    finding = judge_redis("9.0.0", policy, "yes")
    assert finding.verdict is Verdict.WRONG
    assert finding.mend == "set maxmemory-policy to noeviction"


def test_an_old_redis_is_wrong_and_one_that_keeps_nothing_is_doubtful() -> None:
    assert judge_redis("6.2.14", "noeviction", "yes").verdict is Verdict.WRONG
    assert judge_redis("7.2.4", "noeviction", "no").verdict is Verdict.DOUBTFUL
    assert judge_redis("7.2.4", "noeviction", "yes").verdict is Verdict.WELL


def test_a_number_that_comes_here_is_well() -> None:
    finding, change = judge_number(a_number(), URLS)
    assert (finding.verdict, change) == (Verdict.WELL, None)


def test_connection_overrides_behind_a_hash_are_kept() -> None:
    tuned = OURS.voice + "#rc=2&rp=ct,rt,5xx"
    assert judge_number(a_number(voice=tuned), URLS)[1] is None
    _, change = judge_number(a_number(voice=tuned, status=""), URLS)
    assert change is not None
    assert change.after == WebhookUrls(voice=tuned, fallback=OURS.fallback, status=OURS.status)


def test_a_fallback_outside_this_host_is_kept() -> None:
    elsewhere = "https://handler.example.net/fallback.xml"
    finding, change = judge_number(a_number(fallback=elsewhere), URLS)
    assert (finding.verdict, change) == (Verdict.WELL, None)
    assert "elsewhere" in finding.detail


def test_a_fallback_of_this_service_under_a_former_name_is_changed() -> None:
    former = Urls(public_url="https://old-tunnel.example.net").fallback()
    finding, change = judge_number(a_number(fallback=former), URLS)
    assert finding.verdict is Verdict.WRONG
    assert change is not None
    assert change.after == OURS


def test_what_is_missing_or_strange_is_shown_as_a_change() -> None:
    finding, change = judge_number(a_number(voice="https://demo.example.net/old", fallback="", status=""), URLS)
    assert finding.verdict is Verdict.WRONG
    assert change is not None
    assert change.after == OURS
    assert str(change).splitlines() == [
        "+15550100",
        f"  voice: https://demo.example.net/old -> {OURS.voice}",
        f"  fallback: (none) -> {OURS.fallback}",
        f"  status: (none) -> {OURS.status}",
    ]


def test_a_number_that_asks_by_get_is_wrong() -> None:
    number = PhoneNumber(sid="PN" + "0" * 32, number="+15550100", urls=OURS, posts=False)
    finding, change = judge_number(number, URLS)
    assert finding.verdict is Verdict.WRONG
    assert change is not None
    assert "POST instead of GET" in str(change)
