"""Runs the application."""

from __future__ import annotations

import uvicorn

from kb.settings import Settings
from kb.store.base import View
from kb.web.app import create_app


def serve(source: str | View, settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted.

    Args:
        source: see `create_app`.
        host: address to listen on; "0.0.0.0" for all of the machine's.
        port: TCP port, 0 for any free one.
    """
    uvicorn.run(create_app(source, settings), host=host, port=port, log_level="info", server_header=False)
