"""The files of the Ace editor that pages use. They lie in the package django-ace; Django itself is never imported."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from kb.errors import ResourceError

_PACKAGE, _DISTRIBUTION = "django_ace", "django-ace"
_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_IMAGES = {"png": "image/png", "svg": "image/svg+xml"}
SCRIPTS = ("ace.js", "ext-language_tools.js")
STYLES = ("css/ace.css",)


class Asset(NamedTuple):
    """One file: its bytes, what they are, and a tag that stands for them, with its quotation marks."""

    body: bytes
    media: str
    tag: str


@cache
def version() -> str:
    """The version of the package; it is part of the files' addresses, so that they can be kept for good.

    Raises:
        ResourceError: the package is not installed.
    """
    try:
        return metadata.version(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise _missing(f"package {_DISTRIBUTION}") from None


@cache
def names() -> frozenset[str]:
    """What can be asked for: scripts, the style sheet and the images it names; nothing else of the package.

    Raises:
        ResourceError: the package is not installed.
    """
    images = [path for ending in _IMAGES for path in (_folder() / "css").glob(f"main-*.{ending}")]
    return frozenset({*SCRIPTS, *STYLES, *(f"css/{path.name}" for path in images)})


@cache
def asset(name: str) -> Asset | None:
    """The file of that name; None where it is none of `names`.

    Raises:
        ResourceError: the package is not installed, or without this file.
    """
    if name not in names():
        return None
    path = _folder() / name
    try:
        body = path.read_bytes()
    except OSError as error:
        raise _missing(str(path)) from error
    media = _IMAGES.get(path.suffix[1:]) or (_STYLE if path.suffix == ".css" else _SCRIPT)
    return Asset(body, media, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"')


@cache
def _folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)  # finds a package of this level without importing it
    if spec is None or not spec.submodule_search_locations:
        raise _missing(f"package {_DISTRIBUTION}")
    return Path(spec.submodule_search_locations[0]) / "static" / _PACKAGE / "ace"


def _missing(what: str) -> ResourceError:
    return ResourceError(f"{what}: the editor's files are missing; install stancekb with its dependencies again")
