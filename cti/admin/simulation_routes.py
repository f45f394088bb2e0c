"""What if, by API: simulations are asked for, looked at and cancelled here; ``cti/simulations`` runs them."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.simulation_asks import LARGEST_TEXT, SimulationBody, read_ask
from cti.calls.views import iso
from cti.desk.api_route import ApiRoute
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, not_found
from cti.record.configs import ConfigVersions
from cti.simulations.model import Simulation, SimulationId, State
from cti.simulations.redis_store import MOST_WAITING, Simulations
from routing.keys import prefix

PATH = "/simulations"
RETRY_AFTER_S = 30
Id = Annotated[str, Path(max_length=64)]


class SimulationRoute(ApiRoute):
    """Takes two configurations and a scenario, however their letters are escaped."""

    largest_body = 6 * LARGEST_TEXT


class JsonText(JSONResponse):
    """An answer whose JSON is made already."""

    def render(self, content: str) -> bytes:
        return content.encode()


def add_simulation_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/simulations``."""
    simulations = Simulations(parts.redis, prefix=prefix(parts.site))
    _add_readers(router, simulations, guard)
    writers = APIRouter(route_class=SimulationRoute)
    _add_writers(writers, simulations, parts, guard)
    router.include_router(writers)


def _add_readers(router: APIRouter, simulations: Simulations, guard: Guard) -> None:
    reading = guard.allow(Right.READ_CONFIG)

    @router.get(PATH, response_class=JsonText)
    async def list_simulations(_: Identity = reading) -> Response:
        """Those of the last day, of everybody, the newest first, without their results."""
        shown = ",".join([_shown(each, whole=False) for each in await simulations.list()])
        return JsonText(f'{{"simulations": [{shown}]}}')

    @router.get(f"{PATH}/{{simulation_id}}", response_class=JsonText)
    async def simulation(simulation_id: Id, _: Identity = reading) -> Response:
        """One with its ``result``, which is what ``cti simulate --json`` prints; while it runs, of the ``known``
        replications."""
        return JsonText(_shown(await _found(simulations, simulation_id)))


def _add_writers(router: APIRouter, simulations: Simulations, parts: DeskParts, guard: Guard) -> None:
    configuring = guard.allow(Right.CONFIGURE)
    versions = ConfigVersions(parts.database)

    @router.post(PATH, status_code=202, response_class=JsonText)
    async def start(body: SimulationBody, who: Identity = configuring) -> Response:
        """Plays callers of a scenario, or recorded calls, through a version or a text of the configuration; with
        ``compare`` through another one as well. It waits for those that were asked for before."""
        wanted = await read_ask(body, by=who.email, versions=versions, database=parts.database)
        name = await simulations.queue(wanted, now_ms=parts.clock.now_ms())
        if name is None:
            detail = f"{MOST_WAITING} simulations wait already: try again later, or cancel one."
            raise Problem(429, detail, headers={"Retry-After": str(RETRY_AFTER_S)})
        shown = _shown(await _found(simulations, name))
        return JsonText(shown, status_code=202, headers={"Location": f"/api/v1{PATH}/{name}"})

    @router.delete(f"{PATH}/{{simulation_id}}", response_class=JsonText)
    async def cancel(simulation_id: Id, _: Identity = configuring) -> Response:
        """Ends it; what is known of it stays. Of one that is over, nothing changes."""
        name = SimulationId(simulation_id)
        await simulations.cancel(name, now_ms=parts.clock.now_ms())
        return JsonText(_shown(await _found(simulations, name)))


async def _found(simulations: Simulations, name: str) -> Simulation:
    found = await simulations.get(SimulationId(name))
    if found is None:
        raise not_found()
    return found


def _shown(simulation: Simulation, *, whole: bool = True) -> str:
    """As JSON; the result as it was written, to the byte."""
    runs = simulation.state is State.RUNNING
    view = {
        "id": simulation.id,
        "state": simulation.state,
        "progress": simulation.progress,
        "seconds_left": simulation.seconds_left if runs else None,
        "known": simulation.known,
        "created_at": iso(simulation.created_ms),
        "started_at": iso(simulation.started_ms),
        "ended_at": iso(simulation.ended_ms),
        "by": simulation.by,
        "detail": simulation.detail,
        **orjson.loads(simulation.asked),
    }
    if whole:
        view["result"] = None if simulation.result is None else orjson.Fragment(simulation.result)
    return orjson.dumps(view).decode()
