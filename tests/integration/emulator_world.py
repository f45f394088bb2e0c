"""An emulator and a scripted service that know each other, for the emulator's own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from cti.telephony.emulator.settings import EmulatorSettings, NumberSetup, SampleCaller, new_auth_token
from tests.support.emulator import EmulatorClient, running_emulator, serving
from tests.support.eventually import eventually
from tests.support.scripted_service import Asked, ScriptedService, response

LINE = "+15550100"
CALLER = "+48600100200"
ORIGIN = "http://desk.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Both sides of the line."""

    emulator: EmulatorClient
    service: ScriptedService

    async def until(self, sid: str, **state: Any) -> dict[str, Any]:
        """The call, once it has these values."""

        async def look() -> dict[str, Any]:
            call = await self.emulator.call(sid)
            assert {name: call[name] for name in state} == state, call
            return call

        return await eventually(look)

    async def asked(self, path: str, count: int = 1) -> list[Asked]:
        """What the service was asked there, once it was asked that often."""

        def look() -> list[Asked]:
            seen = self.service.at(path)
            assert len(seen) >= count, [(one.path, dict(one.fields)) for one in self.service.asked]
            return seen

        return await eventually(look)

    def conference(self, name: str = "c-1", *, ends: bool = False, label: str = "", wait: str = "/music") -> str:
        """A document that enters a conference."""
        return response(
            f'<Dial action="{self.service.base}/dialled"><Conference beep="false" participantLabel="{label or "x"}" '
            f'endConferenceOnExit="{"true" if ends else "false"}" waitUrl="{wait}" '
            f'statusCallback="{self.service.base}/events" statusCallbackEvent="start end join leave mute hold modify '
            f'announcement">{name}</Conference></Dial>'
        )


@asynccontextmanager
async def a_world(**changes: Any) -> AsyncIterator[World]:
    """Numbers, TwiML App and URLs all set; speech and pauses twenty times as fast."""
    token = new_auth_token()
    service = ScriptedService(token)
    async with serving(service) as base:
        service.base = base
        settings = EmulatorSettings(
            auth_token=token,
            app_voice_url=f"{base}/rep",
            app_status_callback=f"{base}/status",
            numbers=(
                NumberSetup(
                    number=LINE,
                    label="Support",
                    voice_url=f"{base}/voice",
                    fallback_url=changes.pop("fallback_url", ""),
                    status_callback=f"{base}/status",
                ),
            ),
            sample_callers=(SampleCaller(label="Jan Kowalski", number=CALLER),),
            allowed_origin=ORIGIN,
            **{"speed": 20, **changes},
        )
        service.on("/voice", response('<Enqueue waitUrl="/wait" action="/queue-left">main</Enqueue>'))
        service.on("/wait", response("<Say>Please hold the line.</Say>", '<Pause length="2"/>'))
        service.on("/music", response('<Pause length="10"/>', "<Redirect></Redirect>"))
        service.on("/queue-left", response("<Hangup/>"))
        service.on("/dialled", response("<Hangup/>"))
        async with running_emulator(settings) as emulator:
            yield World(emulator=emulator, service=service)
