"""Where the text puts words in quotation marks, and whether they make a clause of their own."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

#: opening mark -> closing mark
OPENING = {"“": "”", '"': '"', "‘": "’", "«": "»"}


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch in quotation marks, tokens `[start, end)` marks included. `full` where it holds a clause of its own."""

    start: int
    end: int
    full: bool


def find_quotations(doc: Doc) -> list[Quotation]:
    """Stretches in quotation marks, paragraph by paragraph; one left open runs to the end of its paragraph."""
    found: list[Quotation] = []
    opened: int | None = None
    closing = ""
    for token in doc:
        text = token.text
        if token.is_space and "\n\n" in text:
            if opened is not None and closing == "”":
                found.append(_quotation(doc, opened, token.i))
            opened = None
        elif opened is None and text in OPENING and not (text == "‘" and not _starts_word(doc, token.i)):
            opened, closing = token.i, OPENING[text]
        elif opened is not None and text == closing and token.i > opened:
            found.append(_quotation(doc, opened, token.i + 1))
            opened = None
    return found


def _starts_word(doc: Doc, i: int) -> bool:
    return (
        i + 1 < len(doc) and not doc[i].whitespace_ and (i == 0 or bool(doc[i - 1].whitespace_) or doc[i - 1].is_space)
    )


def _quotation(doc: Doc, start: int, end: int) -> Quotation:
    words = [t for t in doc[start:end] if t.is_alpha]
    clause = any(t.dep_ in ("nsubj", "nsubjpass", "expl") for t in words) and any(
        (t.pos_ in ("VERB", "AUX") and t.tag_ not in ("VBG", "VBN", "VB")) or t.tag_ == "MD" for t in words
    )
    sentence = end - start > 3 and doc[start + 1].text[0].isupper() and doc[end - 2].text in ",.!?"
    return Quotation(start, end, len(words) >= 3 and (clause or sentence))
