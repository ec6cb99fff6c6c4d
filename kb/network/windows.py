"""A parsed document -> windows: runs of whole sentences that the encoder reads at once."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

#: A window is closed before the sentence that would make it longer than this, in tokens ...
LONGEST = 110
#: ... and at the end of a paragraph, once it has this many.
ENOUGH = 60


def windows(doc: Doc) -> Iterator[tuple[int, int]]:
    """The windows of the document as token offsets `[start, end)`; together they cover it, in order.

    A sentence longer than a window is one by itself.
    """
    start, previous = 0, 0
    for sentence in doc.sents:
        long = sentence.end - start > LONGEST
        paragraph = previous > 0 and "\n" in doc[previous - 1].text and previous - start >= ENOUGH
        if previous > start and (long or paragraph):
            yield start, previous
            start = previous
        previous = sentence.end
    if previous > start:
        yield start, previous
