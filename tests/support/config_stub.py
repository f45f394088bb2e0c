"""The configuration's part of the scripted service: versions in memory, numbered, with ETags; told as the API tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from tests.support.desk_samples import Shape, ago

SAMPLE = (Path(__file__).parents[2] / "cti" / "demo" / "sample_config.yaml").read_text(encoding="utf-8")
PREFIX = "/api/v1/config"
"""Every path of it."""


class ConfigStub:
    """Versions as a test makes them. ``report`` is what a check says of any text, ``differences`` what differs."""

    def __init__(self) -> None:
        self.versions: list[Shape] = []
        self.active: int | None = None
        self.report: Shape = {"problems": [], "warnings": [], "tests": []}
        self.differences: list[str] = ["rep ana: spanish 4 instead of 5"]
        self.stranding: Shape | None = None
        self.checked: list[Shape] = []
        """What was asked to be checked."""

    def write(self, text: str, *, by: str = "ada@example.com", comment: str = "", active: bool = True) -> int:
        """A version, active at once unless said otherwise."""
        n = len(self.versions) + 1
        self.versions.append(
            {
                "n": n,
                "text": text,
                "author": by,
                "comment": comment,
                "created_at": ago(3600 * (40 - n)),
                "based_on": self.active,
                "activated_at": None,
                "activated_by": None,
                "activation_comment": None,
            }
        )
        if active:
            self.turn_on(n, by=by)
        return n

    def turn_on(self, n: int, *, by: str = "ada@example.com", comment: str | None = None) -> None:
        """Makes it the active one."""
        self.active = n
        later = max((len(self.versions), n))
        at = ago(3600 * (39 - later))
        self.versions[n - 1] |= {"activated_at": at, "activated_by": by, "activation_comment": comment}

    def shown(self, version: Shape) -> Shape:
        """With its state."""
        was = "former" if version["activated_at"] else "draft"
        return {**version, "state": "active" if version["n"] == self.active else was}

    def answer(self, request: Request, body: Any) -> Response:
        """To one request below ``PREFIX``."""
        path = request.url.path.removeprefix(PREFIX).strip("/").split("/")
        match request.method, path:
            case "GET", [""]:
                return self._active(request.headers.get("if-none-match"))
            case "POST", ["check"]:
                self.checked.append(body)
                return JSONResponse({**self.report, "differences": self.differences, "stranding": self.stranding})
            case "GET", ["versions"]:
                listed = [self.shown({**one, "text": None}) for one in reversed(self.versions)]
                return JSONResponse({"versions": listed, "next": None})
            case "POST", ["versions"]:
                n = self.write(body["text"], by="me@example.com", comment=body["comment"], active=False)
                return JSONResponse({"n": n, "based_on": body["based_on"], **self.report}, 201)
            case "GET", ["versions", n] if n.isdecimal() and int(n) <= len(self.versions):
                return JSONResponse(self.shown(self.versions[int(n) - 1]))
            case "GET", ["versions", n, "difference"]:
                told = {"from": n, "to": request.query_params["to"], "differences": self.differences}
                return JSONResponse(told)
            case "POST", ["versions", n, "activate"]:
                return self._activate(int(n), request.headers.get("if-match"), body["comment"])
            case _:
                return JSONResponse({"title": "Not Found"}, 404)

    def _active(self, known: str | None) -> Response:
        if self.active is None:
            return JSONResponse({"title": "Not Found"}, 404)
        tag = f'"{self.active}"'
        headers = {"ETag": tag, "Cache-Control": "no-store"}
        if known == tag:
            return Response(status_code=304, headers=headers)
        return JSONResponse(self.shown(self.versions[self.active - 1]), headers=headers)

    def _activate(self, n: int, seen: str | None, comment: str) -> Response:
        if seen is not None and seen != f'"{self.active}"':
            return JSONResponse({"title": "Precondition Failed", "active": self.active}, 412)
        self.turn_on(n, by="me@example.com", comment=comment)
        return JSONResponse({"n": n})
