"""Parts of the configuration as programs send them: with the keys of the file, and values as the file has them.

Only the shape of JSON is looked at here; ``config_file.py`` says what is wrong with a value, by line and field. Any
further key is passed on to it, so that a misspelt one is refused and not lost.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from cti.desk.bodies import Body

Name = Annotated[str, StringConstraints(max_length=64)] | None
Value = JsonValue


class PartBody(Body):
    """``exclude_unset`` gives what was sent."""

    model_config = ConfigDict(extra="allow")


class RepBody(PartBody):
    """``POST /reps``, ``PUT /reps/{id}``; a key that is null or left out is as ``docs/configuration.md`` says."""

    id: Name = None
    name: Value = Field(None, description="shown to colleagues")
    email: Value = None
    device: Value = Field(None, description="browser")
    skills: Value = Field(None, description="skill: level, 1 to 10", examples=[{"support": 4}])
    team: Value = None
    language: Value = Field(None, description="BCP 47: what the rep reads")
    queues: Value = Field(None, description="a list of ids; null: every queue", examples=[["support"]])


class QueueBody(PartBody):
    """``POST /queues``, ``PUT /queues/{id}``: ``written`` of a queue; lengths of time as in the file."""

    id: Name = None
    name: Value = None
    strategy: Value = Field(None, examples=["best_fit"])
    max_wait: Value = Field(None, examples=["15m"])
    offer_timeout: Value = Field(None, examples=["20s"])
    wrap_up: Value = Field(None, examples=["30s"])
    max_size: Value = None
    callback: Value = Field(None, examples=[{"tries": 3, "spacing": "15m"}])
    announce: Value = Field(None, examples=[{"every": "60s", "place": True, "wait": True}])
    service_level: Value = Field(None, examples=[{"answered_within": "20s", "target": 0.8}])


class NumberBody(PartBody):
    """``POST /numbers``, ``PUT /numbers/{number}``."""

    number: Name = Field(None, description="plus and digits")
    name: Value = None
    language: Value = None
    greeting: Value = Field(None, description="a text, or a mapping from languages to texts")


class SkillBody(PartBody):
    """``POST /skills``, ``PUT /skills/{id}``: with another ``id`` it is named anew, wherever it stands."""

    id: Name = None


class HoursBody(PartBody):
    """``POST /hours``, ``PUT /hours/{id}``."""

    id: Name = None
    timezone: Value = Field(None, examples=["Europe/Warsaw"])
    open: Value = Field(None, examples=[{"mon-fri": "08:00-18:00"}])
    holidays: Value = Field(None, description="the name of a list of holidays, or several")
    closed: Value = Field(None, examples=[["12-25", "2026-12-27/2027-01-02"]])
    exceptions: Value = Field(None, examples=[{"2026-12-24": "08:00-12:00"}])


class HolidaysBody(PartBody):
    """``POST /holidays``, ``PUT /holidays/{id}``."""

    id: Name = None
    days: Value = Field(None, examples=[["01-01", "2026-04-06", "12-25/12-26"]])


class PromptBody(PartBody):
    """``POST /prompts``, ``PUT /prompts/{id}``."""

    id: Name = None
    text: Value = Field(None, description="a text, or a mapping from languages to texts", examples=[{"en": "Hello."}])
