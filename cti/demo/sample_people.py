"""The people whom the demo's telephone offers to call as: each shows one thing that the product does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPerson:
    """One contact with a story."""

    name: str
    phones: tuple[str, ...]
    caller: str | None = None
    """What is special about calling as this person; null: somebody else of the same number is offered."""
    company: str
    owner: str | None
    stage: str
    language: str = "en-GB"
    timezone: str = "Europe/London"
    tier: str | None = None
    notes: str | None = None
    deals: tuple[tuple[str, str, str], ...] = ()
    """(name, amount, stage)."""
    tickets: tuple[tuple[str, str], ...] = ()
    """(subject, status)."""
    talks: tuple[tuple[int, str, str, str | None], ...] = ()
    """(age in days, channel, summary, by)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCaller:
    """Somebody the telephone page offers to call as."""

    label: str
    number: str


def sample_callers() -> tuple[SampleCaller, ...]:
    """Those with a story, then those whom nobody knows."""
    known = (SampleCaller(label=f"{one.name}, {one.caller}", number=one.phones[0]) for one in NAMED if one.caller)
    return (
        *known,
        SampleCaller(label="Theo Marsh from another office: only the end of the number fits", number="+12125550142"),
        SampleCaller(label="A number that nobody knows", number="+15550199"),
        SampleCaller(label="A withheld number", number="anonymous"),
    )


NAMED = (
    NamedPerson(
        name="Jan Kowalski",
        phones=("+48600100200", "+48225550120"),
        caller="opportunity owned by Bo, calls the wrong line",
        company="Kowalski Logistyka",
        owner="bo",
        stage="opportunity",
        language="pl",
        timezone="Europe/Warsaw",
        notes="Asked for a second warehouse in Łódź. Prefers a call before noon.",
        deals=(("Second warehouse", "€ 18,400", "Proposal sent"), ("Renewal 2027", "€ 6,200", "First talk")),
        talks=(
            (3, "call", "Asked for the new price list.", "bo"),
            (10, "email", "Opened “Winter renewal”.", None),
            (40, "meeting", "Saw the demonstration at the trade show.", "bo"),
        ),
    ),
    NamedPerson(
        name="Emma Clarke",
        phones=("+447700900001",),
        caller="gold customer of Ana",
        company="Clarke & Day Architects",
        owner="ana",
        stage="customer",
        tier="gold",
        deals=(("Ten more seats", "€ 4,900", "In negotiation"),),
        talks=((6, "call", "Was helped with the log-in.", "ana"), (90, "note", "Gold since March.", "ana")),
    ),
    NamedPerson(
        name="Lucía Fernández",
        phones=("+345550101",),
        caller="customer who speaks Spanish",
        company="Hoteles Fernández",
        owner="ana",
        stage="customer",
        language="es-ES",
        timezone="Europe/Madrid",
        tier="silver",
        talks=((12, "call", "Preguntó por la factura de octubre.", "ana"),),
    ),
    NamedPerson(
        name="Hannah Weiss",
        phones=("+493023125001",),
        caller="customer with two open tickets",
        company="Weiss Optik",
        owner="dee",
        stage="customer",
        language="de",
        timezone="Europe/Berlin",
        tickets=(("Export stops half-way", "Waiting for us"), ("Invoice shows the old address", "New")),
        talks=((1, "email", "Asks for news about the export.", None), (2, "call", "Reported the export.", "dee")),
    ),
    NamedPerson(
        name="Oliver Grant",
        phones=("+447700900002",),
        caller="marketing lead owned by Fay",
        company="Grant Print",
        owner="fay",
        stage="mql",
        talks=((5, "email", "Signed up for the webinar.", None),),
    ),
    NamedPerson(
        name="Sofía Ramírez",
        phones=("+525550126",),
        caller="sales lead owned by Cy, speaks Spanish",
        company="Ramírez Alimentos",
        owner="cy",
        stage="sql",
        language="es-MX",
        timezone="America/Mexico_City",
        talks=((8, "call", "Pidió una demostración.", "cy"),),
    ),
    NamedPerson(
        name="Noah Brooks",
        phones=("+12125550140",),
        caller="lead whom nobody owns yet",
        company="Brooks Motors",
        owner=None,
        stage="lead",
        language="en-US",
        timezone="America/New_York",
    ),
    NamedPerson(
        name="Claire Dubois",
        phones=("+33199000101",),
        caller="prospect whose owner has left the company",
        company="Dubois Assurances",
        owner="gus",
        stage="opportunity",
        language="fr",
        timezone="Europe/Paris",
        deals=(("Support contract", "€ 9,300", "Demo done"),),
        talks=((30, "meeting", "Saw the demonstration.", "gus"),),
    ),
    NamedPerson(
        name="Nora Bennett",
        phones=("+447700900003",),
        caller="two contacts share this number",
        company="Bennett Gardens",
        owner="dee",
        stage="customer",
        talks=((4, "call", "Moved the delivery to Friday.", "dee"),),
    ),
    NamedPerson(
        name="Paul Bennett",
        phones=("+447700900003", "+447700900004"),
        company="Bennett Gardens",
        owner="eli",
        stage="customer",
        tickets=(("Delivery is two days late", "In progress"),),
    ),
    NamedPerson(
        name="Whitfield & Sons, reception",
        phones=("+442079460001",),
        caller="switchboard: three people behind it have extensions",
        company="Whitfield & Sons",
        owner="fay",
        stage="customer",
        tier="silver",
    ),
    NamedPerson(
        name="Arthur Whitfield",
        phones=("+442079460001 ext. 11",),
        company="Whitfield & Sons",
        owner="fay",
        stage="customer",
        tier="silver",
    ),
    NamedPerson(
        name="Mabel Whitfield",
        phones=("+442079460001 ext. 12",),
        company="Whitfield & Sons",
        owner="fay",
        stage="customer",
        tier="silver",
    ),
    NamedPerson(
        name="George Whitfield",
        phones=("+442079460001 ext. 13", "+447700900005"),
        company="Whitfield & Sons",
        owner="fay",
        stage="customer",
        tier="silver",
    ),
    NamedPerson(
        name="Theo Marsh",
        phones=("+15550142",),
        company="Marsh Textiles",
        owner="eli",
        stage="customer",
        language="en-US",
        timezone="America/Chicago",
    ),
)
