"""Builds the web application; its dependencies are handed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import Mount, Route

import kb
from kb.endpoint.analysis import Limits
from kb.endpoint.evaluation import Bounds, Rules
from kb.endpoint.pool import Pool, Sizes
from kb.settings import Settings
from kb.store.base import View
from kb.web import openapi, pages, problems, profiles
from kb.web.answers import Answers
from kb.web.caching import Caching
from kb.web.direct import Direct
from kb.web.headers import Headers, Methods
from kb.web.index import Index
from kb.web.links import Links
from kb.web.observing import Observing
from kb.web.pictures.drawing import Drawing
from kb.web.routers import (
    articles,
    compare,
    dump,
    editor,
    entities,
    graphs,
    groups,
    home,
    names,
    network,
    nodes,
    operation,
    pictures,
    propositions,
    queries,
    reconcile,
    sources,
    sparql,
    stances,
    vocabulary,
)
from kb.web.snapshots import Snapshots
from kb.web.writing import Writing

ROUTERS = (
    home,
    names,
    entities,
    stances,
    propositions,
    articles,
    sources,
    reconcile,
    pictures,
    network,
    compare,
    groups,
    queries,
    sparql,
    editor,
    graphs,
    dump,
    nodes,
    vocabulary,
    operation,
)


def create_app(source: str | View, settings: Settings, warm: bool = False) -> FastAPI:
    """The application over a store.

    What is served is a snapshot, made before the application starts; the next one follows when something was written.

    Args:
        source: folder of a store, or a view that the caller closes.
        settings: `base_iri` is the base of the IRIs in the store; `public` says whether restricted graphs are left out.
        warm: read the templates and start the process that draws at once, so that nobody waits for them later.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        links = Links(settings.base_iri)
        snapshots = Snapshots(source, settings.public, settings.query_seconds + 10)
        pool = Pool(_rules(settings), Sizes(settings.query_quick, settings.query_slow, settings.query_memory))
        index = Index(snapshots, links)
        snapshots.listeners.append(index.refresh)
        app.state.snapshots, app.state.index = snapshots, index
        app.state.answers = Answers(snapshots, pool, links)
        app.state.writing = Writing(source, snapshots, settings)
        app.state.drawing = drawing = Drawing()
        following = warming = None
        try:
            await snapshots.start()
            await pool.start(snapshots.current.folder)
            following = asyncio.create_task(snapshots.follow())
            warming = asyncio.create_task(_warm(app, links)) if warm else None
            yield
        finally:
            if following is not None:
                following.cancel()
            if warming is not None:
                warming.cancel()
            index.close()
            await drawing.close()
            await pool.close()
            snapshots.close()

    app = FastAPI(
        title="stancekb",
        version=kb.__version__,
        description="Who says what about whom, by whose word: stances that news articles say people hold.",
        lifespan=lifespan,
        docs_url=None,  # its assets come from elsewhere; /docs is a page of ours
        redoc_url=None,
    )
    app.state.settings = settings
    problems.install(app)
    app.openapi = partial(openapi.describe, app)  # type: ignore[method-assign]
    for module in ROUTERS:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    routes = [*(route for module in ROUTERS for route in module.router.routes), *app.routes]
    templates = [(route.path_regex, route.path_format) for route in routes if isinstance(route, Route | Mount)]
    # The last one added is the first to see a request.
    app.add_middleware(Direct, endpoints={("GET", "/sparql"): sparql.get_query, ("POST", "/sparql"): sparql.post_query})
    app.add_middleware(Caching, public=settings.public)
    app.add_middleware(Methods)
    app.add_middleware(Observing, templates=templates, on_defect=problems.of_defect)
    app.add_middleware(Headers)
    return app


async def _warm(app: FastAPI, links: Links) -> None:
    """Do once what the first requests would wait for: read templates, make a page, start what draws."""
    await asyncio.to_thread(pages.warm)
    snapshots, index = app.state.snapshots, app.state.index
    await asyncio.to_thread(profiles.warm, snapshots.current.view, links, index.tables)
    await app.state.drawing.warm()


def _rules(settings: Settings) -> Rules:
    limits = Limits(settings.query_nesting, settings.query_patterns, frozenset(settings.services.split()))
    return Rules(limits, Bounds(settings.result_rows, settings.result_bytes))
