"""Which file of which package goes where: what ``vendor.py`` copies and the tests compare. Only values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
AXE = ROOT / "tests" / "e2e" / "axe"
EDITOR = HERE / "codemirror"
YAML = HERE / "yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of one package, and where it goes."""

    package: str
    path: str
    to: Path

    @property
    def name(self) -> str:
        """As recorded in ``checksums.json``: the path in the repository."""
        return self.to.relative_to(ROOT).as_posix()


def _source(package: str, path: str, to: str, folder: Path = HERE) -> Source:
    return Source(package=package, path=path, to=folder / to)


MAPPED: Mapping[str, tuple[str, str]] = {
    "@codemirror/autocomplete": ("autocomplete", "dist/index.js"),
    "@codemirror/commands": ("commands", "dist/index.js"),
    "@codemirror/lang-yaml": ("lang-yaml", "dist/index.js"),
    "@codemirror/language": ("language", "dist/index.js"),
    "@codemirror/lint": ("lint", "dist/index.js"),
    "@codemirror/search": ("search", "dist/index.js"),
    "@codemirror/state": ("state", "dist/index.js"),
    "@codemirror/streamparser": ("streamparser", "dist/index.js"),
    "@codemirror/view": ("view", "dist/index.js"),
    "@lezer/common": ("lezer-common", "dist/index.js"),
    "@lezer/highlight": ("lezer-highlight", "dist/index.js"),
    "@lezer/lr": ("lezer-lr", "dist/index.js"),
    "@lezer/yaml": ("lezer-yaml", "dist/index.js"),
    "@marijn/find-cluster-break": ("find-cluster-break", "src/index.js"),
    "crelt": ("crelt", "index.js"),
    "style-mod": ("style-mod", "src/style-mod.js"),
    "w3c-keyname": ("w3c-keyname", "index.js"),
}
"""The text editor's packages: they import each other by package name, which the admin page's import map resolves."""

_YAML: Mapping[str, str] = {
    "": "errors index log public-api util visit",
    "compose/": "compose-collection compose-doc compose-node compose-scalar composer resolve-block-map "
    "resolve-block-scalar resolve-block-seq resolve-end resolve-flow-collection resolve-flow-scalar resolve-props "
    "util-contains-newline util-empty-scalar-position util-flow-indent-check util-map-includes",
    "doc/": "Document anchors applyReviver createNode directives",
    "nodes/": "Alias Collection Node Pair Scalar YAMLMap YAMLSeq addPairToJSMap identity toJS",
    "parse/": "cst cst-scalar cst-stringify cst-visit lexer line-counter parser",
    "schema/": "Schema tags",
    "schema/common/": "map null seq string",
    "schema/core/": "bool float int schema",
    "schema/json/": "schema",
    "schema/yaml-1.1/": "binary bool float int merge omap pairs schema set timestamp",
    "stringify/": "foldFlowLines stringify stringifyCollection stringifyComment stringifyDocument stringifyNumber "
    "stringifyPair stringifyString",
}

SOURCES: tuple[Source, ...] = (
    _source("preact", "dist/preact.mjs", "preact.js"),
    _source("preact", "hooks/dist/hooks.mjs", "preact-hooks.js"),
    _source("preact", "LICENSE", "preact.LICENSE.txt"),
    _source("@preact/signals-core", "dist/signals-core.mjs", "signals-core.js"),
    _source("@preact/signals-core", "LICENSE", "signals-core.LICENSE.txt"),
    _source("@preact/signals", "dist/signals.mjs", "signals.js"),
    _source("@preact/signals", "LICENSE", "signals.LICENSE.txt"),
    _source("htm", "dist/htm.mjs", "htm.js"),
    _source("htm", "LICENSE", "htm.LICENSE.txt"),
    _source("@twilio/voice-sdk", "dist/twilio.min.js", "twilio.min.js"),
    _source("@twilio/voice-sdk", "LICENSE.md", "twilio.LICENSE.txt"),
    _source("axe-core", "axe.min.js", "axe.min.js", AXE),
    _source("axe-core", "LICENSE", "axe.LICENSE.txt", AXE),
    *(_source(package, path, f"{name}.js", EDITOR) for package, (name, path) in MAPPED.items()),
    *(_source(package, "LICENSE", f"{name}.LICENSE.txt", EDITOR) for package, (name, _) in MAPPED.items()),
    *(
        _source("yaml", f"browser/dist/{folder}{name}.js", f"{folder}{name}.js", YAML)
        for folder, names in _YAML.items()
        for name in names.split()
    ),
    _source("yaml", "LICENSE", "yaml.LICENSE.txt", YAML),
)

RELATIVE: Mapping[str, str] = {
    "preact": "./preact.js",
    "preact/hooks": "./preact-hooks.js",
    "@preact/signals-core": "./signals-core.js",
}
"""What the pages' own small libraries import, made relative: the desk and the login page have no import map."""
