"""Who and what there is: skills, reps, queues, dispositions and prompts of a configuration file. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from routing.config import (
    DEFAULT_DISPOSITIONS,
    SYSTEM_REASONS,
    Announcing,
    AwayReason,
    Disposition,
    Queue,
    Rep,
    ServiceLevel,
)
from routing.config_reading import (
    Notes,
    Table,
    did_you_mean,
    read_id,
    read_items,
    read_reference,
    read_share,
    read_text,
    read_truth,
    read_whole,
    refuse_repeats,
)
from routing.languages import is_language, nearest
from routing.model import QueueId, RepId, SkillName, Strategy, shallow
from routing.phone_text import plus_and_digits
from routing.plan import CallbackTerms, Levels
from routing.prompts import PROMPTS, SLOTS, USUAL, WAIT_PROMPTS, Prompts, Words
from routing.yaml_tree import Entries, Items, Node, Scalar

MAX_SKILLS, MAX_REPS, MAX_QUEUES, MAX_DISPOSITIONS, MAX_AWAY_REASONS = 1_000, 20_000, 500, 100, 50
MAX_LISTS, MAX_LISTED = 20, 10_000
MAX_WAITING = 100_000
"""Callers in a queue; Twilio itself holds 5,000 at most."""
MAX_LEVELS = 50
"""Skills in one ``needs`` or ``prefers``: keeps every fit below 100,000."""
_RESERVED_REPS = frozenset({"owner", "last"})
PHONE_NUMBER = re.compile(r"\+?[0-9]{1,20}")
_SLOT = re.compile(r"\{(\w*)\}")
SHORTEST_NUMBER = 7
"""Digits; fewer may be an extension, which has no plus."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The ids that the file declares: what references are checked against."""

    skills: frozenset[str]
    reps: frozenset[str]
    queues: frozenset[str]
    hours: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    language: str = "en"
    """Of plain texts."""


def read_names(root: Table) -> Names:
    """Every id declared in the file, usable or not; nothing is noted here."""
    return Names(
        skills=frozenset(item.text for item in _listed(root.get("skills")) if isinstance(item, Scalar)),
        reps=_ids_below(root.get("reps")),
        queues=_ids_below(root.get("queues")),
        hours=_keys_of(root.get("hours")),
        lists=_keys_of(root.get("lists")),
        language=_language_of(root.get("language")),
    )


def _listed(node: Node | None) -> tuple[Node, ...]:
    return read_items(node, Notes(), most=1_000_000) if node is not None else ()


def _keys_of(node: Node | None) -> frozenset[str]:
    return frozenset(node.entries) if isinstance(node, Entries) else frozenset()


def _language_of(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and is_language(node.text) else "en"


def _ids_below(node: Node | None) -> frozenset[str]:
    ids = (item.entries.get("id") for item in _listed(node) if isinstance(item, Entries))
    return frozenset(id_.text for id_ in ids if isinstance(id_, Scalar))


def read_skills(root: Table) -> frozenset[SkillName]:
    """``skills: [support, billing]``; may be left out where nothing asks for a skill."""
    nodes = root.items("skills", most=MAX_SKILLS)
    names = [(node, read_id(node, root.notes)) for node in nodes]
    refuse_repeats(names, root.notes, "the skill")
    return frozenset(SkillName(name) for _, name in names if name)


def read_levels(node: Node, notes: Notes, names: Names, *, most: int) -> Levels:
    """``{support: 3, billing: 1}``: skill → whole number from 1 to ``most``, sorted by skill."""
    if not isinstance(node, Entries):
        notes.refuse(node, f"must be a mapping from skills to whole numbers from 1 to {most}")
        return ()
    if len(node.entries) > MAX_LEVELS:
        notes.refuse(node, f"names more than {MAX_LEVELS} skills")
        return ()
    levels: list[tuple[SkillName, int]] = []
    for skill, value in node.entries.items():
        if skill not in names.skills:
            notes.refuse(value, f"there is no skill {skill!r}{did_you_mean(skill, names.skills)}")
        levels.append((SkillName(skill), read_whole(value, notes, least=1, most=most) or 1))
    return tuple(sorted(levels))


def read_reps(root: Table, names: Names) -> dict[RepId, Rep]:
    """``reps:``, in the order of the file."""
    found = root.need("reps")
    nodes = () if found is None else read_items(found, root.notes, most=MAX_REPS)
    reps = [(node, _read_rep(node, root.notes, names)) for node in nodes]
    refuse_repeats(((node, rep.id or None) for node, rep in reps), root.notes, "the rep")
    refuse_repeats(((node, rep.email and rep.email.lower()) for node, rep in reps), root.notes, "the address")
    return {rep.id: rep for _, rep in reps}


def _read_rep(node: Node, notes: Notes, names: Names) -> Rep:
    table = Table(node, notes, ("id", "name", "email", "device", "skills", "queues", "team", "language"))
    id_ = _required_id(table)
    if id_ in _RESERVED_REPS:
        notes.refuse(node, f"no rep can be called {id_}: prefer_rep means the caller's own by it")
    skills, team, language = table.get("skills"), table.get("team"), table.get("language")
    levels = () if skills is None else read_levels(skills, notes, names, most=10)
    return Rep(
        id=RepId(id_),
        name=table.text("name", id_),
        email=_read_email(table),
        device=_read_device(table),
        skills=dict(levels),
        queues=_read_rep_queues(table, names),
        team=None if team is None else read_id(team, notes),
        language=None if language is None else read_language(language, notes),
    )


def _required_id(table: Table) -> str:
    found = table.need("id")
    return (None if found is None else read_id(found, table.notes)) or ""


def _read_email(table: Table) -> str | None:
    found = table.get("email")
    text = None if found is None else read_text(found, table.notes)
    if found is not None and text is not None and not _EMAIL.fullmatch(text):
        table.notes.refuse(found, "is no e-mail address")
    return text


def _read_device(table: Table) -> str:
    found = table.get("device")
    if isinstance(found, Entries) and "phone" in found.entries:
        table.notes.refuse(found.entries["phone"], "is not supported yet; use device: browser")
    elif isinstance(found, Scalar) and found.text == "phone":
        table.notes.refuse(found, "phone is not supported yet; use browser")
    elif found is not None and not (isinstance(found, Scalar) and found.text == "browser"):
        table.notes.refuse(found, "must be browser")
    return "browser"


def _read_rep_queues(table: Table, names: Names) -> frozenset[QueueId] | None:
    found = table.get("queues")
    if found is None:
        return None
    nodes = read_items(found, table.notes, most=MAX_QUEUES)
    queues = [(node, read_reference(node, table.notes, names.queues, "queue")) for node in nodes]
    refuse_repeats(queues, table.notes, "the queue")
    return frozenset(QueueId(queue) for _, queue in queues if queue)


def read_queues(root: Table) -> dict[QueueId, Queue]:
    """``queues:``, in the order of the file."""
    found = root.need("queues")
    nodes = () if found is None else read_items(found, root.notes, most=MAX_QUEUES)
    queues = [(node, _read_queue(node, root.notes)) for node in nodes]
    refuse_repeats(((node, queue.id or None) for node, queue in queues), root.notes, "the queue")
    return {queue.id: queue for _, queue in queues}


def _read_queue(node: Node, notes: Notes) -> Queue:
    keys = ("id", "name", "strategy", "max_wait", "offer_timeout", "wrap_up", "max_size", "callback", "announce")
    table = Table(node, notes, (*keys, "service_level"))
    id_ = _required_id(table)
    return Queue(
        id=QueueId(id_),
        name=table.text("name", id_),
        strategy=_read_strategy(table),
        max_wait_ms=table.duration("max_wait", 900_000, least_ms=1_000),
        offer_timeout_ms=table.duration("offer_timeout", 20_000, least_ms=100, most_ms=600_000),
        wrap_up_ms=table.duration("wrap_up", 30_000),
        max_size=table.whole("max_size", least=1, most=MAX_WAITING),
        callback=_read_callback(table.get("callback"), notes),
        announce=_read_announce(table),
        service_level=_read_service_level(table.get("service_level"), notes),
    )


def _read_service_level(node: Node | None, notes: Notes) -> ServiceLevel:
    """``service_level: {answered_within: 20s, target: 0.8}``."""
    usual = ServiceLevel()
    if node is None:
        return usual
    table = Table(node, notes, ("answered_within", "target"))
    found = table.get("target")
    target = None if found is None else read_share(found, notes)
    within_ms = table.duration("answered_within", usual.answered_within_ms, least_ms=1_000)
    return ServiceLevel(answered_within_ms=within_ms, target=usual.target if target is None else target)


def _read_callback(node: Node | None, notes: Notes) -> CallbackTerms:
    """``callback: {tries: 3, spacing: 15m, keep: 24h, ring: 25s, on_hang_up: 30s}``."""
    usual = CallbackTerms()
    if node is None:
        return usual
    table = Table(node, notes, ("tries", "spacing", "keep", "ring", "on_hang_up"))
    on_hang_up = table.duration("on_hang_up", -1)
    return CallbackTerms(
        tries=table.whole("tries", least=1, most=10) or usual.tries,
        spacing_ms=table.duration("spacing", usual.spacing_ms, least_ms=1_000),
        keep_ms=table.duration("keep", usual.keep_ms, least_ms=60_000, most_ms=604_800_000),
        ring_ms=table.duration("ring", usual.ring_ms, least_ms=5_000, most_ms=120_000),
        on_hang_up_ms=on_hang_up if on_hang_up >= 0 else None,
    )


def _read_announce(table: Table) -> Announcing:
    """``announce: {every: 60s, place: true, wait: true}``."""
    found, usual = table.get("announce"), Announcing()
    if found is None:
        return usual
    said = Table(found, table.notes, ("every", "place", "wait"))
    return Announcing(
        every_ms=said.duration("every", usual.every_ms, least_ms=30_000),
        place=_read_whether(said, "place", usual.place),
        wait=_read_whether(said, "wait", usual.wait),
    )


def _read_whether(table: Table, key: str, default: bool) -> bool:
    found = table.get(key)
    read = None if found is None else read_truth(found, table.notes)
    return default if read is None else read


def _read_strategy(table: Table) -> Strategy:
    found = table.get("strategy")
    known = tuple(Strategy)
    name = None if found is None else read_text(found, table.notes)
    if found is None or name is None:
        return Strategy.BEST_FIT
    if name not in known:
        table.notes.refuse(found, f"must be one of {', '.join(known)}{did_you_mean(name, known)}")
        return Strategy.BEST_FIT
    return Strategy(name)


def read_lists(root: Table) -> dict[str, frozenset[str]]:
    """``lists: {blocked: ["+15550199"]}``: names of lists of callers' numbers; may be left out."""
    node = root.get("lists")
    if node is None:
        return {}
    if not isinstance(node, Entries):
        root.notes.refuse(node, 'must be a mapping from names to numbers, like {blocked: ["+15550199"]}')
        return {}
    if len(node.entries) > MAX_LISTS:
        root.notes.refuse(node, f"has {len(node.entries)} lists; at most {MAX_LISTS} are allowed")
    return {name: _read_list(child, root.notes) for name, child in node.entries.items()}


def check_number(node: Node, number: str, notes: Notes) -> None:
    """Refuses what is no number, and warns of one that would be compared in vain; ``number``: plus and digits."""
    if not PHONE_NUMBER.fullmatch(number):
        notes.refuse(node, "must be a phone number: a plus and digits")
    elif number[0] != "+" and len(number) >= SHORTEST_NUMBER:
        notes.warn(node, "has no plus, as the numbers of calls have; write plus, country code and number")


def _read_list(node: Node, notes: Notes) -> frozenset[str]:
    read = [(each, plus_and_digits(read_text(each, notes) or "")) for each in read_items(node, notes, most=MAX_LISTED)]
    for each, number in read:
        if number:
            check_number(each, number, notes)
    return frozenset(number for _, number in read if number)


def read_dispositions(root: Table) -> tuple[Disposition, ...]:
    """``dispositions:``; a sensible list where left out."""
    found = root.get("dispositions")
    if found is None:
        return DEFAULT_DISPOSITIONS
    nodes = read_items(found, root.notes, most=MAX_DISPOSITIONS)
    if not nodes:
        root.notes.refuse(found, "must name at least one disposition; leave the key out for the usual ones")
    read = [(node, *_read_choice(node, root.notes)) for node in nodes]
    refuse_repeats(((node, id_ or None) for node, id_, _ in read), root.notes, "the disposition")
    return tuple(Disposition(id=id_, label=label) for _, id_, label in read)


def read_away_reasons(root: Table) -> tuple[AwayReason, ...] | None:
    """``away_reasons:``; null where left out."""
    found = root.get("away_reasons")
    if found is None:
        return None
    nodes = read_items(found, root.notes, most=MAX_AWAY_REASONS)
    if isinstance(found, Items) and not found.items:
        root.notes.refuse(found, "must name at least one reason; leave the key out for any")
    read = [(node, *_read_choice(node, root.notes)) for node in nodes]
    refuse_repeats(((node, id_ or None) for node, id_, _ in read), root.notes, "the away reason")
    for node, id_, _ in read:
        if id_ in SYSTEM_REASONS:
            root.notes.refuse(node, f"{id_} is said by the service alone; use another id")
    return tuple(AwayReason(id=id_, label=label) for _, id_, label in read)


def _read_choice(node: Node, notes: Notes) -> tuple[str, str]:
    """Id and label of what a rep can choose: ``{id: sold, label: Sold}``, or just the label."""
    if isinstance(node, Scalar):
        label = read_text(node, notes) or ""
        return _slug(label), label
    table = Table(node, notes, ("id", "label"))
    id_ = _required_id(table)
    return id_, table.text("label", id_)


def _slug(label: str) -> str:
    """``Sold – new customer`` → ``sold-new-customer``; a label without a Latin letter keeps its own words as id."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:64] or label


def read_prompts(root: Table) -> Prompts:
    """``language:`` and ``prompts:``; each text is one (in that language), or a mapping from languages to texts. A
    language that is begun must have all of them; where the file says nothing the usual texts stand."""
    found, said = root.get("language"), root.get("prompts")
    language = "en" if found is None else read_language(found, root.notes)
    texts: dict[str, dict[str, str]] = {each: {} for each in (language, *USUAL)}
    table = None if said is None else Table(said, root.notes, PROMPTS)
    for name in PROMPTS:
        node = None if table is None else table.get(name)
        for each, text in read_texts(node, root.notes, language).items():
            texts.setdefault(each, {})[name] = text
            _doubt_slots(root.notes, node, name, text)
    words = {each: _words(root, said or found, each, own) for each, own in texts.items()}
    return Prompts(language=language, words=words)


def _doubt_slots(notes: Notes, node: Node | None, name: str, text: str) -> None:
    """A slot that nothing is put into is heard as it is written."""
    known = SLOTS.get(name, ())
    for slot in _SLOT.findall(text):
        if node is not None and slot not in known:
            there = ", ".join(f"{{{each}}}" for each in known) or "none"
            notes.warn(node, f"{{{slot}}} will be read out as it stands; what is filled in here: {there}")


def read_language(node: Node, notes: Notes) -> str:
    text = read_text(node, notes)
    if text is not None and not is_language(text):
        notes.refuse(node, f"{text!r} is no language; write it like en, pl or pt-BR")
    return text or "en"


def read_texts(node: Node | None, notes: Notes, language: str) -> dict[str, str]:
    """language → text."""
    if node is None:
        return {}
    nodes = node.entries if isinstance(node, Entries) else {language: node}
    for name, child in nodes.items():
        if not is_language(name):
            notes.refuse(child, f"{name!r} is no language; write it like en, pl or pt-BR")
    read = {name: read_text(child, notes, most=1_000, lines=True) for name, child in nodes.items()}
    return {name: text for name, text in read.items() if text is not None}


def _words(root: Table, node: Node | None, language: str, own: dict[str, str]) -> Words:
    usual = USUAL.get(nearest(language, USUAL) or "")
    texts = {**(shallow(usual) if usual else {}), **own, "language": language}
    may_lack = () if any(name in texts for name in WAIT_PROMPTS) else WAIT_PROMPTS
    lacking = [name for name in PROMPTS if name not in texts and name not in may_lack]
    if lacking and node is not None:
        root.notes.refuse(node, f"says nothing in {language} for {', '.join(lacking)}; a language needs every prompt")
    return Words(**{**dict.fromkeys(lacking, ""), **texts})
