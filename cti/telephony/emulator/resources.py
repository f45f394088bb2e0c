"""REST resources as JSON, with all of Twilio's field names. Pure."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from cti.telephony.emulator.conference import Conference, Participant
from cti.telephony.emulator.directory import Listing
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.line_queue import LineQueue, Member, position
from cti.telephony.emulator.recording import Recording
from cti.telephony.model import LegStatus

Json = dict[str, object]
VERSION = "2010-04-01"


def account_uri(account_sid: str) -> str:
    """Where an account's resources begin."""
    return f"/{VERSION}/Accounts/{account_sid}"


def call_json(leg: Leg, account_sid: str) -> Json:
    """A Call."""
    uri = f"{account_uri(account_sid)}/Calls/{leg.sid}"
    parts = ("notifications", "recordings", "payments", "events", "siprec", "streams", "transcriptions")
    names = {part: f"{uri}/{part.capitalize()}.json" for part in parts}
    return {
        "sid": leg.sid,
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": None,
        "api_version": VERSION,
        "caller_name": "",
        "date_created": _date(leg.created_at),
        "date_updated": _date(leg.updated_at or leg.created_at),
        "direction": leg.direction,
        "duration": str(leg.duration_s) if leg.over else None,
        "end_time": _date(leg.ended_at),
        "forwarded_from": None,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "group_sid": None,
        "parent_call_sid": leg.parent_sid or None,
        "phone_number_sid": leg.number_sid or None,
        "price": None,
        "price_unit": "USD",
        "queue_time": str(leg.queue_ms),
        "start_time": None if leg.status is LegStatus.QUEUED else _date(leg.created_at),
        "status": leg.status.value,
        "stir_verstat": None,
        "subresource_uris": names,
        "to": leg.to,
        "to_formatted": leg.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def conference_json(conference: Conference, account_sid: str) -> Json:
    """A Conference."""
    uri = f"{account_uri(account_sid)}/Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": account_sid,
        "api_version": VERSION,
        "call_sid_ending_conference": conference.ended_by,
        "date_created": _date(conference.created_at),
        "date_updated": _date(conference.updated_at),
        "friendly_name": conference.name,
        "reason_conference_ended": conference.reason_ended,
        "region": "us1",
        "status": conference.status,
        "subresource_uris": {"participants": f"{uri}/Participants.json", "recordings": f"{uri}/Recordings.json"},
        "uri": f"{uri}.json",
    }


def participant_json(conference: Conference, participant: Participant, account_sid: str) -> Json:
    """A Participant."""
    uri = f"{account_uri(account_sid)}/Conferences/{conference.sid}/Participants/{participant.call_sid}.json"
    return {
        "account_sid": account_sid,
        "call_sid": participant.call_sid,
        "call_sid_to_coach": None,
        "coaching": False,
        "conference_sid": conference.sid,
        "date_created": _date(participant.joined_at),
        "date_updated": _date(conference.updated_at),
        "end_conference_on_exit": participant.end_on_exit,
        "hold": participant.hold,
        "label": participant.label,
        "muted": participant.muted,
        "queue_time": None,
        "start_conference_on_enter": participant.start_on_enter,
        "status": "connected",
        "uri": uri,
    }


def queue_json(queue: LineQueue, account_sid: str) -> Json:
    """A Queue."""
    uri = f"{account_uri(account_sid)}/Queues/{queue.sid}"
    return {
        "sid": queue.sid,
        "account_sid": account_sid,
        "average_wait_time": queue.average_wait_s,
        "current_size": len(queue.members),
        "date_created": _date(queue.created_at),
        "date_updated": _date(queue.created_at),
        "friendly_name": queue.name,
        "max_size": queue.max_size,
        "subresource_uris": {"members": f"{uri}/Members.json"},
        "uri": f"{uri}.json",
    }


def member_json(queue: LineQueue, member: Member, at: datetime, account_sid: str) -> Json:
    """A queue's Member."""
    return {
        "call_sid": member.call_sid,
        "date_enqueued": _date(member.enqueued_at),
        "position": position(queue, member.call_sid),
        "queue_sid": queue.sid,
        "uri": f"{account_uri(account_sid)}/Queues/{queue.sid}/Members/{member.call_sid}.json",
        "wait_time": int((at - member.enqueued_at).total_seconds()),
    }


def recording_json(recording: Recording, media_url: str, account_sid: str) -> Json:
    """A Recording."""
    uri = f"{account_uri(account_sid)}/Recordings/{recording.sid}"
    return {
        "sid": recording.sid,
        "account_sid": account_sid,
        "api_version": VERSION,
        "call_sid": recording.call_sid,
        "channels": 1,
        "conference_sid": None,
        "date_created": _date(recording.started_at),
        "date_updated": _date(recording.ended_at or recording.started_at),
        "duration": str(recording.duration_s) if recording.status == "completed" else "-1",
        "encryption_details": None,
        "error_code": recording.error_code or None,
        "media_url": media_url,
        "price": None,
        "price_unit": "USD",
        "source": "RecordVerb",
        "start_time": _date(recording.started_at),
        "status": recording.status,
        "subresource_uris": {
            "add_on_results": f"{uri}/AddOnResults.json",
            "transcriptions": f"{uri}/Transcriptions.json",
        },
        "uri": f"{uri}.json",
    }


def number_json(listing: Listing, account_sid: str) -> Json:
    """An IncomingPhoneNumber."""
    return {
        **_urls_json(listing),
        "sid": listing.sid,
        "account_sid": account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": VERSION,
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"fax": False, "mms": False, "sms": False, "voice": True},
        "date_created": _date(listing.created_at),
        "date_updated": _date(listing.updated_at),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": listing.name,
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": listing.number,
        "sms_application_sid": "",
        "status": "in-use",
        "trunk_sid": None,
        "type": None,
        "uri": f"{account_uri(account_sid)}/IncomingPhoneNumbers/{listing.sid}.json",
        "voice_application_sid": "",
        "voice_receive_mode": "voice",
    }


def application_json(listing: Listing, account_sid: str) -> Json:
    """An Application."""
    return {
        **_urls_json(listing),
        "sid": listing.sid,
        "account_sid": account_sid,
        "api_version": VERSION,
        "date_created": _date(listing.created_at),
        "date_updated": _date(listing.updated_at),
        "friendly_name": listing.name,
        "message_status_callback": None,
        "public_application_connect_enabled": False,
        "sms_status_callback": None,
        "uri": f"{account_uri(account_sid)}/Applications/{listing.sid}.json",
    }


def _urls_json(listing: Listing) -> Json:
    return {
        "sms_fallback_method": "POST",
        "sms_fallback_url": "",
        "sms_method": "POST",
        "sms_url": "",
        "status_callback": listing.urls.get("StatusCallback", ""),
        "status_callback_method": listing.urls.get("StatusCallbackMethod", "POST"),
        "voice_caller_id_lookup": False,
        "voice_fallback_method": listing.urls.get("VoiceFallbackMethod", "POST"),
        "voice_fallback_url": listing.urls.get("VoiceFallbackUrl", ""),
        "voice_method": listing.urls.get("VoiceMethod", "POST"),
        "voice_url": listing.urls.get("VoiceUrl", ""),
    }


def _date(at: datetime | None) -> str | None:
    return format_datetime(at) if at else None
