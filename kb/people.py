"""Who is a private person: somebody known only from reader comments, by a first name or a nickname."""

from __future__ import annotations

from kb.model import Article, BlockKind, EntityType, Mention

_TYPES = frozenset({EntityType.PERSON, EntityType.OTHER})


def is_private(mention: Mention, article: Article) -> bool:
    """Whether a mention must not leave the text: an unlinked person or nickname in a reader comment."""
    if mention.entity.qid is not None or mention.entity.type not in _TYPES:
        return False
    return any(block.kind is BlockKind.COMMENT and block.span.overlaps(mention.span) for block in article.blocks)
