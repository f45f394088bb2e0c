"""One recording of ``<Record>``: while it runs and after. Frozen. Pure.

Only what was said counts: where nothing was, the recording is empty, Twilio's "absent".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from cti.telephony.emulator.twiml_model import Record
from cti.telephony.model import CallSid

RecordingStatus = Literal["in-progress", "completed", "absent"]
SILENT = 16102
"""Twilio's code for a recording in which nobody spoke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """``duration_s`` is 0 until it has ended, and for good when it is absent."""

    sid: str
    call_sid: CallSid
    verb: Record
    started_at: datetime
    speech_from: datetime | None = None
    """When the first words began; null while nothing was said."""
    speech_until: datetime | None = None
    """When the last words end, perhaps later than now."""
    status: RecordingStatus = "in-progress"
    ended_at: datetime | None = None
    duration_s: int = 0

    @property
    def error_code(self) -> int:
        """Why there is none; 0 when there is."""
        return SILENT if self.status == "absent" else 0


def speak(recording: Recording, at: datetime, seconds: float) -> Recording:
    """Words begin that last so long on the clock on the wall."""
    until = at + timedelta(seconds=seconds)
    return replace(recording, speech_from=recording.speech_from or at, speech_until=until)


def finish(recording: Recording, at: datetime, *, speed: float) -> Recording:
    """It has ended. Wall time times ``speed`` is the line's; begun seconds count, up to the longest allowed."""
    if recording.speech_from is None or recording.speech_until is None:
        return replace(recording, status="absent", ended_at=at)
    began, ended = recording.started_at, at
    if recording.verb.trim:
        began, ended = recording.speech_from, min(at, recording.speech_until)
    lasted = (ended - began).total_seconds() * speed
    seconds = min(recording.verb.max_length_s, max(1, round(lasted)))
    return replace(recording, status="completed", ended_at=at, duration_s=seconds)
