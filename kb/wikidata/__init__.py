"""Wikidata: dumps and edge files -> an index on disk that links are decided with."""
