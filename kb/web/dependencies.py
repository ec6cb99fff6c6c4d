"""What routers ask for by type: the view of the snapshot, the settings, the index of names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from kb.settings import Settings
from kb.store.base import View
from kb.web.index import Index
from kb.web.links import Links


def _view(request: Request) -> View:
    view: View = request.app.state.snapshots.current.view  # one for the whole request
    return view


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _index(request: Request) -> Index:
    index: Index = request.app.state.index
    return index


def _links(request: Request) -> Links:
    return Links(_settings(request).base_iri)


ViewOf = Annotated[View, Depends(_view)]
SettingsOf = Annotated[Settings, Depends(_settings)]
LinksOf = Annotated[Links, Depends(_links)]
IndexOf = Annotated[Index, Depends(_index)]
