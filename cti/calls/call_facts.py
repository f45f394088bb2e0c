"""What rules may know of a call and of its caller. Pure."""

from __future__ import annotations

from crm_adapter.model import Contact
from crm_adapter.phone import Withheld, country_of, read_number
from cti.calls.model import Call, Caller
from routing.facts import CallerFacts, CallFacts, Facts, merge_callers
from routing.languages import language_of


def caller_facts(caller: Caller) -> CallerFacts:
    """What rules may know: only what all sure matches agree on; a suggestion counts for nothing."""
    if not caller.sure:
        return CallerFacts.none(caller.match)
    return merge_callers([_facts(contact) for contact in caller.sure])


def _facts(contact: Contact) -> CallerFacts:
    return CallerFacts(
        name=contact.name,
        tier=contact.tier,
        owner=contact.owner,
        stage=contact.stage,
        language=contact.language,
        timezone=contact.timezone,
        company=contact.company,
        email=contact.email,
        lead_source=contact.lead_source,
        campaign=contact.campaign,
        external_id=contact.external_id,
        tags=contact.tags,
        fields=dict(contact.fields),
    )


def call_country(call: Call) -> str | None:
    """As the line says, else that of the number. What stands for a withheld number has the digits of some country."""
    if _sent_from(call.caller.number, call.from_) is None:
        return None
    return call.facts.get("country") or country_of(call.caller.number)


def _sent_from(number: str | None, from_: str) -> str | None:
    """The number, or what else the line sent (a SIP address); null where it is withheld, however Twilio spells that."""
    if number is not None:
        return number
    return None if isinstance(read_number(from_), Withheld) else from_


def facts_of(dialled: Caller, *, from_: str, to: str, caller: CallerFacts | None, line: str | None) -> Facts:
    """What rules would know of a call that nobody makes; ``caller``: in place of what was found; ``line``: the language
    of the number that is called."""
    about = caller_facts(dialled) if caller is None else caller
    country = country_of(dialled.number)
    language = language_of(about.language, country, line=line)
    about_call = CallFacts(from_=_sent_from(dialled.number, from_), to=to, country=country, language=language)
    return Facts(call=about_call, caller=about)


def call_facts(call: Call) -> CallFacts:
    """What rules may know about the call itself."""
    return CallFacts(
        from_=_sent_from(call.caller.number, call.from_),
        to=call.to,
        country=call_country(call),
        stir=call.facts.get("stir"),
        forwarded_from=call.facts.get("forwarded_from"),
        answers=call.answers,
    )
