"""What ``cti doctor`` looks at on Twilio's side: credentials, the numbers' URLs, the TwiML App; and how to mend them.

Reading changes nothing; ``mend`` carries out exactly the changes that were shown. A fallback that points elsewhere on
purpose (a document outside this host) is good, and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from cti.doctor import PATIENCE_S, Finding, doubtful, well, wrong
from cti.settings import Settings
from cti.telephony.errors import LineUnavailable
from cti.telephony.twilio_setup import PhoneNumber, TwilioSetup, WebhookUrls
from webhooks.urls import Urls

MEND = "`cti doctor --fix` sets it"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberChange:
    """A number's URLs as they are and as they should be."""

    number: PhoneNumber
    after: WebhookUrls

    def __str__(self) -> str:
        before = self.number.urls
        pairs = (
            ("voice", before.voice, self.after.voice),
            ("fallback", before.fallback, self.after.fallback),
            ("status", before.status, self.after.status),
        )
        changed = [f"  {name}: {old or '(none)'} -> {new}" for name, old, new in pairs if old != new]
        return "\n".join([self.number.number, *(changed or ["  all three by POST instead of GET"])])


@dataclass(frozen=True, slots=True, kw_only=True)
class AppChange:
    """The TwiML App's voice URL as it is and as it should be."""

    sid: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"TwiML App {self.sid}\n  voice: {self.before or '(none)'} -> {self.after}"


Change = NumberChange | AppChange


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReport:
    """What was found, and the changes that would mend it."""

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]


async def examine_line(settings: Settings, numbers_in_use: frozenset[str]) -> LineReport:
    """Looks at the account. ``numbers_in_use``: those of the active configuration; empty: all of the account's."""
    setup = TwilioSetup(
        settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), settings.twilio_api_base_url
    )
    urls = Urls(public_url=settings.public_url)
    try:
        numbers = await setup.numbers()
        application = await setup.application(settings.twilio_twiml_app_sid)
    except LineUnavailable as error:
        mend = "look at TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and whether Twilio can be reached from here"
        return LineReport(findings=(wrong("twilio account", str(error), mend),), changes=())
    finally:
        await setup.close()
    findings = [well("twilio account", f"{settings.twilio_account_sid}, {len(numbers)} numbers"), await _key(settings)]
    changes: list[Change] = []
    for number in _ours(numbers, numbers_in_use):
        finding, change = judge_number(number, urls)
        findings.append(finding)
        changes += [change] if change else []
    missing = numbers_in_use - {number.number for number in numbers}
    findings += [_not_ours(number) for number in sorted(missing)]
    if application is None:
        findings.append(_no_app(settings.twilio_twiml_app_sid))
    elif application.voice_url == urls.rep() and application.posts:
        findings.append(well("TwiML App", "its voice URL is this service's"))
    else:
        findings.append(wrong("TwiML App", f"its voice URL is {application.voice_url or 'not set'}", MEND))
        changes.append(AppChange(sid=application.sid, before=application.voice_url, after=urls.rep()))
    return LineReport(findings=tuple(findings), changes=tuple(changes))


def judge_number(number: PhoneNumber, urls: Urls) -> tuple[Finding, NumberChange | None]:
    """A number's URLs against this service's. Pure. Connection overrides behind a ``#`` are the owner's business."""
    now = number.urls
    after = WebhookUrls(
        voice=now.voice if _same(now.voice, urls.voice()) else urls.voice(),
        fallback=now.fallback if now.fallback and not _is_stale(now.fallback, urls.fallback()) else urls.fallback(),
        status=now.status if _same(now.status, urls.status()) else urls.status(),
    )
    subject = f"number {number.number}"
    if after == now and number.posts:
        where = "this service" if _same(now.fallback, urls.fallback()) else "elsewhere"
        return well(subject, f"voice and status come here, fallback is {where}"), None
    faults = [name for name in ("voice", "fallback", "status") if getattr(after, name) != getattr(now, name)]
    detail = f"{', '.join(faults)} not set to this service" if faults else "asks by GET"
    return wrong(subject, detail, MEND), NumberChange(number=number, after=after)


async def mend(settings: Settings, changes: Sequence[Change]) -> None:
    """Carries the changes out, one after the other. Raises LineUnavailable."""
    setup = TwilioSetup(
        settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), settings.twilio_api_base_url
    )
    try:
        for change in changes:
            if isinstance(change, NumberChange):
                await setup.set_number_urls(change.number.sid, change.after)
            else:
                await setup.set_application_url(change.sid, change.after)
    finally:
        await setup.close()


def _same(found: str, ours: str) -> bool:
    return found.partition("#")[0] == ours


def _is_stale(found: str, ours: str) -> bool:
    """Of this service under another name: an address outside this host has a path of its own."""
    return not _same(found, ours) and urlsplit(found).path == urlsplit(ours).path


def _ours(numbers: Sequence[PhoneNumber], in_use: frozenset[str]) -> Sequence[PhoneNumber]:
    return [number for number in numbers if not in_use or number.number in in_use]


async def _key(settings: Settings) -> Finding:
    """An API key whose secret is wrong makes tokens that reps' browsers cannot use."""
    url = f"{settings.twilio_api_base_url}/2010-04-01/Accounts/{settings.twilio_account_sid}/IncomingPhoneNumbers.json"
    auth = (settings.twilio_api_key, settings.twilio_api_secret.get_secret_value())
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S / 2) as client:
            answer = await client.get(url, params={"PageSize": 1}, auth=auth)
    except httpx.HTTPError as error:
        return doubtful("twilio API key", f"could not be tried ({type(error).__name__})", "run `cti doctor` again")
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return wrong(
            "twilio API key",
            "Twilio does not accept it: browsers could not connect",
            "look at TWILIO_API_KEY and TWILIO_API_SECRET; make a standard key of this account and region",
        )
    return well("twilio API key", settings.twilio_api_key)


def _no_app(sid: str) -> Finding:
    return wrong("TwiML App", f"the account has no {sid}", "make one in Twilio's console and set TWILIO_TWIML_APP_SID")


def _not_ours(number: str) -> Finding:
    return doubtful(
        f"number {number}", "in the configuration, but not in the account", "buy it, or take it out of `numbers:`"
    )
