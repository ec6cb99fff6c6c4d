"""What the service says of the content it serves: which version, since when, how much."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from kb.errors import StoreError


class Served(NamedTuple):
    """The content at this moment.

    Attributes:
        version: differs wherever the content does; "" where that cannot be told, so that nothing may be kept. With the
            version of the index of its names, which may lag behind it.
        made: when it was copied, in seconds since 1970; None where that is not known.
        quads: how many statements it has, where that has been counted.
    """

    version: str = ""
    made: float | None = None
    quads: int | None = None


def served(state: Any) -> Served:
    """What is served now.

    Args:
        state: `app.state`. Read are `version`, `made` and `summary.quads` of its current snapshot, else of its view.
    """
    snapshots = getattr(state, "snapshots", None)
    try:
        content = snapshots.current if snapshots is not None else state.view
    except StoreError:  # there is none yet, or no more
        return Served()
    version, made = getattr(content, "version", ""), getattr(content, "made", None)
    return Served(
        f"{version} {getattr(state.index, 'version', '')}".rstrip() if version else "",
        made.timestamp() if isinstance(made, datetime) else made,
        getattr(getattr(content, "summary", None), "quads", None),
    )
