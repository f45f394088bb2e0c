"""The owner's numbers, and what is said on each, of a configuration file. Pure."""

from __future__ import annotations

from routing.config import PhoneNumber
from routing.config_reading import Notes, Table, read_text, refuse_repeats
from routing.config_sections import check_number, read_language, read_texts
from routing.phone_text import plus_and_digits
from routing.yaml_tree import Node

MAX_NUMBERS = 2_000


def read_numbers(root: Table, language: str) -> tuple[PhoneNumber, ...]:
    """``numbers:``; may be left out. ``language``: the file's, of plain texts on a line that has none of its own."""
    nodes = root.items("numbers", most=MAX_NUMBERS)
    numbers = [(node, _read_number(node, root.notes, language)) for node in nodes]
    refuse_repeats(((node, number.number or None) for node, number in numbers), root.notes, "the number")
    return tuple(number for _, number in numbers)


def _read_number(node: Node, notes: Notes, language: str) -> PhoneNumber:
    table = Table(node, notes, ("number", "name", "language", "greeting"))
    found, spoken = table.need("number"), table.get("language")
    number = plus_and_digits((None if found is None else read_text(found, notes)) or "")
    if found is not None and number:
        check_number(found, number, notes)
    own = None if spoken is None else read_language(spoken, notes)
    greeting = read_texts(table.get("greeting"), notes, own or language)
    return PhoneNumber(number=number, name=table.text("name", number), language=own, greeting=greeting)
