"""Scores against annotated text: `kb evaluate`."""
