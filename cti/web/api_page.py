"""The API's description as a page: what ``/openapi.json`` says, for people. Pure; plain HTML, no script at all."""

from __future__ import annotations

import http
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]
"""A JSON object of the OpenAPI document."""

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="/static/docs/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/docs/tokens.css">
<link rel="stylesheet" href="/static/docs/base.css">
<link rel="stylesheet" href="/static/docs/api.css">
<body class="api">
<main>
<h1>{title}</h1>
<p class="muted">Programs send <code>Authorization: Bearer TOKEN</code> (<code>cti token add</code> makes one), browsers
the session's cookie. Errors are <code>application/problem+json</code>. The same for programs:
<a href="/openapi.json">openapi.json</a>.</p>
"""


def api_page(schema: Schema) -> str:
    """The whole page."""
    title = escape(f"{schema['info']['title']} API")
    parts = schema.get("components", {}).get("schemas", {})
    operations = (
        _operation(method, path, operation, parts)
        for path, methods in sorted(schema["paths"].items())
        for method, operation in methods.items()
    )
    return "".join((_HEAD.format(title=title), *operations, "</main>\n</body>\n</html>\n"))


def _operation(method: str, path: str, operation: Schema, parts: Schema) -> str:
    """One method of one path."""
    name = f"{method.upper()} {path}"
    rows = [*_parameters(operation), *_body(operation, parts)]
    return (
        f'<section class="sheet" id="{escape(operation["operationId"])}">\n<h2><code>{escape(name)}</code></h2>\n'
        f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>\n"
        f"{_table(rows)}<p class='small muted'>{escape(_answers(operation))}</p>\n</section>\n"
    )


def _parameters(operation: Schema) -> Iterator[tuple[str, str, str]]:
    for one in operation.get("parameters", ()):
        yield one["name"], one["in"], _type(one["schema"], needed=one.get("required", False))


def _body(operation: Schema, parts: Schema) -> Iterator[tuple[str, str, str]]:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        for shape in _shapes(media["schema"], parts):
            needed = shape.get("required", ())
            for name, field in shape.get("properties", {}).items():
                yield name, "body", _type(field, needed=name in needed)


def _shapes(schema: Schema, parts: Schema) -> Iterator[Schema]:
    """The objects that a body may be."""
    if "$ref" in schema:
        yield parts[schema["$ref"].rsplit("/", 1)[1]]
    for one in schema.get("anyOf", ()):
        yield from _shapes(one, parts)


def _type(schema: Schema, *, needed: bool) -> str:
    """``string, at most 64 characters, required``."""
    limits = {
        "maxLength": "at most {} characters",
        "minLength": "at least {}",
        "minimum": "from {}",
        "maximum": "to {}",
    }
    said = [_kind(schema), *(words.format(schema[key]) for key, words in limits.items() if key in schema)]
    if "default" in schema and schema["default"] not in (None, ""):
        said.append(f"{schema['default']} where left out")
    return ", ".join([*said, "required"] if needed else said)


def _kind(schema: Schema) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _answers(operation: Schema) -> str:
    return "Answers: " + ", ".join(f"{code} {http.HTTPStatus(int(code)).phrase}" for code in operation["responses"])


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr><th scope='row'><code>{escape(name)}</code></th><td>{place}</td><td>{escape(kind)}</td></tr>\n"
        for name, place, kind in rows
    )
    head = "<thead><tr><th scope='col'>Name</th><th scope='col'>In</th><th scope='col'>What</th></tr></thead>"
    return f"<table>{head}<tbody>\n{cells}</tbody></table>\n" if cells else ""
