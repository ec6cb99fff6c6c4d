"""Runs the application: logs, proxies, an end that lets running requests finish."""

from __future__ import annotations

import ipaddress
import os
import signal
import threading

import uvicorn

from kb.errors import UsageError
from kb.settings import Settings
from kb.store.base import View
from kb.web import logs
from kb.web.app import create_app
from kb.web.heads import BoundedHeads

_CONNECTIONS = 800  # at once; more get 503


def serve(source: str | View, settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted or terminated; running requests are let finish.

    Args:
        source: see `create_app`.
        host: address to listen on; "0.0.0.0" for all of the machine's.
        port: TCP port, 0 for any free one.
    """
    if os.name != "posix":
        raise UsageError("kb serve needs a POSIX system, for the processes of queries; use the container (docker/)")
    logs.configure(settings.log_level)
    config = uvicorn.Config(
        create_app(source, settings, warm=True),
        host=host,
        port=port,
        server_header=False,
        http=BoundedHeads,
        limit_concurrency=_CONNECTIONS,
        log_config=None,  # set above
        access_log=False,  # `kb.web.observing` writes it
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    # The server stops on a signal and then raises it again, which would end the process before the caller cleans up.
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, lambda number, frame: None) if in_main else None
    try:
        uvicorn.Server(config).run()
    except KeyboardInterrupt:
        pass
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def check_exposure(settings: Settings, host: str, exposed: bool) -> None:
    """Refuse to show restricted data to other machines by mistake.

    Args:
        host: address to listen on.
        exposed: whether whoever starts the service said that it is meant.

    Raises:
        UsageError: the service is not public, and the address can be reached from elsewhere.
    """
    if not settings.public and not exposed and not _is_loopback(host):
        raise UsageError(
            f"KB_PUBLIC is off, so reader comments and full texts would be served, and other machines may reach host"
            f" {host!r}; set KB_PUBLIC=1 to leave them out, use --host 127.0.0.1, or say --expose-restricted"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
