"""Why a rep did not get a call that is no longer waiting: an answer for each decision on its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from cti.admin.rep_then import doing_at, refusals
from cti.admin.timeline import decision_in
from cti.calls.configuration import Configuration
from cti.calls.rules import EXTRAS
from cti.calls.views import View, iso
from cti.record.call_model import TimelineEntry
from cti.record.calls import RecordedCalls
from routing.config import Rep
from routing.model import Decision, RepId, RepStatus
from routing.why_not import Then, WhyNot, why_not_then


class PastWhyNot:
    """Asks SQL alone."""

    def __init__(self, recorded: RecordedCalls, configuration: Configuration) -> None:
        self._recorded = recorded
        self._configuration = configuration

    async def about(self, call: str, rep: RepId) -> View:
        """The answer of the last decision, and under ``decisions`` that of each. Raises RecordUnavailable."""
        entries = await self._recorded.timeline(call)
        found: list[tuple[TimelineEntry, WhyNot]] = []
        since = 0
        for n, entry in enumerate(entries):
            decision = decision_in(entry)
            if decision is None:
                continue
            since = since if decision.declined else n
            found.append((entry, await self._at(entry, decision, rep, call, entries[since:n])))
        answers = [{"at": iso(entry.at_ms), **asdict(answer)} for entry, answer in found]
        last = found[-1][1] if found else _never_decided()
        return {"rep": rep, **asdict(last), "decisions": answers}

    async def _at(
        self, entry: TimelineEntry, decision: Decision, rep: RepId, call: str, before: Sequence[TimelineEntry]
    ) -> WhyNot:
        """``before``: the call's moments since nothing was held against anybody."""
        version = decision.version // EXTRAS
        if not version:
            return WhyNot(reason="unrecorded", text="Which skills counted then was not recorded.")
        known = await self._rep(version, rep)
        if isinstance(known, WhyNot):
            return known
        doing = await self._doing(rep, call, entry.at_ms)
        return why_not_then(known, decision, Then(refused=refusals(before).get(rep), doing=doing))

    async def _rep(self, version: int, rep: RepId) -> Rep | WhyNot:
        config = await self._configuration.read(version)
        if config is None:
            text = f"Configuration {version}, which counted then, cannot be read by this release."
            return WhyNot(reason="unrecorded", text=text)
        known = config.reps.get(rep)
        return known or WhyNot(reason="unknown", text=f"Configuration {version}, which counted then, has no rep {rep}.")

    async def _doing(self, rep: RepId, call: str, at_ms: int) -> RepStatus | None:
        for other in await self._recorded.calls_about(rep, at_ms):
            doing = None if other == call else doing_at(await self._recorded.timeline(other), rep, at_ms)
            if doing is not None:
                return doing
        return None


def _never_decided() -> WhyNot:
    return WhyNot(reason="never_decided", text="Nobody was ever looked for.")
