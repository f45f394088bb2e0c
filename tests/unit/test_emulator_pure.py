"""The emulator's rules, tables and shapes stay pure: its clock, its dice and its network are elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.test_pure_modules import faults

EMULATOR = Path(__file__).parents[2] / "cti" / "telephony" / "emulator"
PURE = (
    "call_view",
    "conference",
    "fields",
    "instructions",
    "leg",
    "line_queue",
    "paging",
    "phone_numbers",
    "playback",
    "recording",
    "resources",
    "signature",
    "twiml_builders",
    "twiml_model",
    "twiml_reader",
    "verbs",
)


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_of_the_emulator_stays_pure(name: str) -> None:
    assert faults((EMULATOR / f"{name}.py").read_text()) == []
