"""Builds the web application; its dependencies are handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

import kb
from kb.settings import Settings
from kb.store.base import View
from kb.web import problems
from kb.web.headers import Headers
from kb.web.index import Index
from kb.web.links import Links
from kb.web.routers import (
    articles,
    dump,
    entities,
    home,
    names,
    nodes,
    propositions,
    queries,
    reconcile,
    sources,
    sparql,
    stances,
)

ROUTERS = (
    home,
    names,
    entities,
    stances,
    propositions,
    articles,
    sources,
    reconcile,
    queries,
    sparql,
    dump,
    nodes,
)


def create_app(view: View, settings: Settings) -> FastAPI:
    """The application over a view of the store.

    The caller makes the view, public or not, and closes it. Names are read from it when the application starts.

    Args:
        view: what is served; whatever it holds can be read by anybody who can reach the service.
        settings: `base_iri` is the base of the IRIs in the view.
    """
    index = Index(view, Links(settings.base_iri))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(index.refresh)
        yield
        index.close()

    app = FastAPI(
        title="stancekb",
        version=kb.__version__,
        description="Who says what about whom, by whose word: stances that news articles say people hold.",
        lifespan=lifespan,
        docs_url=None,  # its assets come from elsewhere; /docs is a page of ours
        redoc_url=None,
    )
    app.state.view, app.state.settings, app.state.index = view, settings, index
    problems.install(app)
    for module in ROUTERS:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_middleware(Headers)
    return app
