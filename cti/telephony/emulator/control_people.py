"""``/emulator``: what people do on the line: press keys, say something, answer when their number is called.

Not Twilio's; for this machine, with the same door as ``control``.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cti.telephony.emulator.control import fetch_call, require_own_page
from cti.telephony.emulator.outside import OutsideLine
from cti.telephony.emulator.resources import Json
from cti.telephony.emulator.rest_answers import exchange_of
from cti.telephony.model import CallSid

router = APIRouter(prefix="/emulator", dependencies=[Depends(require_own_page)])
KEYS = "^[0-9*#]{1,64}$"
LONGEST_SPEECH = 1000
OutsideNumber = Annotated[str, StringConstraints(pattern="^\\+[0-9]{3,15}$")]


class Keys(BaseModel):
    """Keys pressed one after the other."""

    model_config = ConfigDict(extra="forbid")

    digits: Annotated[str, StringConstraints(pattern=KEYS)]
    keep: bool = False
    """True: the person waits until something listens for keys. False: keys that nothing listens to are lost."""


class Words(BaseModel):
    """Something said, as a recogniser would hear it."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SPEECH)]
    confidence: float = Field(default=0.9, ge=0, le=1)
    keep: bool = False
    """True: the person waits until something listens for words. False: words that nothing listens to are lost."""


@router.post("/calls/{sid}/digits")
async def press(request: Request, sid: str, keys: Keys) -> Json:
    """The person with this leg presses keys; harmless when it is over."""
    exchange_of(request).press(CallSid(sid), keys.digits, keep=keys.keep)
    return await fetch_call(request, sid)


@router.post("/calls/{sid}/speech")
async def speak(request: Request, sid: str, words: Words) -> Json:
    """The person with this leg says something; harmless when it is over."""
    exchange_of(request).speak(CallSid(sid), words.text, confidence=words.confidence, keep=words.keep)
    return await fetch_call(request, sid)


@router.get("/outside")
async def list_outside(request: Request) -> Json:
    """Every outside number that was set, and how it behaves; the others answer after one second."""
    lines = exchange_of(request).outside.all()
    return {"numbers": {number: line.model_dump() for number, line in lines.items()}}


@router.put("/outside/{number}")
async def set_outside(request: Request, number: OutsideNumber, line: OutsideLine) -> OutsideLine:
    """How that number behaves from its next call on."""
    exchange_of(request).outside.set(number, line)
    return line


@router.post("/outside/{number}/hangup")
async def hang_up_outside(request: Request, number: OutsideNumber) -> Json:
    """Whoever is called at that number hangs up, or declines; 404 when nobody is on the line there."""
    ended = exchange_of(request).hang_up_number(number)
    if not ended:
        raise HTTPException(404, "nobody is on the line there")
    return {"ended": ended}
