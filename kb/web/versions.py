"""What the served view says of itself: which version of the content it shows, and since when."""

from __future__ import annotations

from datetime import datetime

from kb.store.base import View


def version_of(state: object) -> str:
    """The version of what is served: of the view and of the index of its names, which may lag behind it.

    "" where the view has none: what it reads may change at any time, so that nothing may be kept.

    Args:
        state: `app.state`, with `view` and `index`.
    """
    version = getattr(getattr(state, "view", None), "version", "")
    return f"{version} {getattr(getattr(state, 'index', None), 'version', '')}" if version else ""


def made_at(view: View) -> float | None:
    """When the view's content was copied, in seconds since 1970; None where it does not say (`made`)."""
    made = getattr(view, "made", None)
    if isinstance(made, datetime):
        return made.timestamp()
    return float(made) if made is not None else None
