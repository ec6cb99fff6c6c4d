"""`/health`, `/ready`, `/metrics`: for whoever runs the service."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

import kb
from kb.errors import StoreError
from kb.web import metrics, schemas
from kb.web.caching import NO_STORE
from kb.web.dependencies import IndexOf, SettingsOf, ViewOf
from kb.web.negotiation import JSON
from kb.web.openapi import documented
from kb.web.problems import ProblemError
from kb.web.versions import served

router = APIRouter(tags=["Operation"])

_NOTES = {
    True: "Reader comments and full texts are left out.",
    False: "Private: reader comments and full texts are served. Let nobody else reach this service.",
}


def _uncached(documentation: dict[str, Any]) -> dict[str, Any]:
    """These answers are of the moment: they have no ETag, and are never 304."""
    documentation["responses"].pop(304)
    documentation["responses"][200]["headers"].pop("ETag")
    return documentation


@router.get("/health", summary="Whether the process lives", **_uncached(documented(schemas.Health, [JSON])))
async def get_health(settings: SettingsOf) -> Response:
    """Asks nothing of the store, so that a slow one gets nobody killed. Says whether restricted data are served."""
    mode = "public" if settings.public else "private"
    content = {"status": "ok", "version": kb.__version__, "mode": mode, "note": _NOTES[settings.public]}
    return JSONResponse(content, headers=NO_STORE)


@router.get("/ready", summary="Whether the service can answer", **_uncached(documented(schemas.Readiness, [JSON])))
def get_ready(request: Request, view: ViewOf, index: IndexOf) -> Response:
    """Asks the store one small question and looks whether the names have been read; 503 where either fails."""
    try:
        view.query("ASK { ?s ?p ?o }")
    except StoreError as error:
        raise _not_ready("The base cannot be read at the moment.") from error
    if not getattr(index, "built", True):
        raise _not_ready("The names of the base are still being read.")
    content = served(request.app.state)
    found = {
        "status": "ready",
        "entities": len(index),
        "version": content.version,
        "age_seconds": round(time.time() - content.made, 1) if content.made is not None else None,
    }
    return JSONResponse(found, headers=NO_STORE)


@router.get("/metrics", summary="Counts and times for Prometheus", **_uncached(documented(None, ["text/plain"])))
def get_metrics(request: Request) -> Response:
    """In Prometheus' text form, or as OpenMetrics where that is asked for."""
    state = request.app.state
    body, media = metrics.exposition(getattr(state, "view", None), served(state), request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": media, **NO_STORE})


def _not_ready(detail: str) -> ProblemError:
    return ProblemError(503, detail, "Try again in a few seconds.", {"Retry-After": "5"})
