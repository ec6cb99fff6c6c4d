"""Finds the folders `ontology/`, `queries/` and `examples/`, installed or in a checkout."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from kb.errors import ResourceError

_CHECKOUT = Path(__file__).resolve().parent.parent
_INSTALLED = Path(sysconfig.get_path("data")) / "share" / "stancekb"


def folder(name: str) -> Path:
    """The folder `name` ("ontology", "queries" or "examples").

    Raises:
        ResourceError: the folder is neither in the checkout nor installed.
    """
    for base in (_CHECKOUT, _INSTALLED):
        if (base / name).is_dir():
            return base / name
    raise ResourceError(f"folder {name!r} found neither in {_CHECKOUT} nor in {_INSTALLED}; reinstall stancekb")
