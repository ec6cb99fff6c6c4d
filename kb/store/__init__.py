"""Where the knowledge base is kept: a folder (embedded Oxigraph) or any SPARQL 1.1 server, behind one interface."""

from __future__ import annotations

from kb.store.base import Answer, Store, Term, View, Writer
from kb.store.embedded import EmbeddedStore

__all__ = ["Answer", "EmbeddedStore", "Store", "Term", "View", "Writer", "open_store"]


def open_store(name: str, read_only: bool = False) -> Store:
    """Open the store of that name.

    Args:
        name: a folder, or the URL (http://, https://) of a SPARQL server; its forms: `kb.store.remote`.
        read_only: for a folder, see it as it is now and leave it free for a writer.

    Raises:
        StoreLocked: another process holds the folder for writing.
        StoreError: the store cannot be opened.
    """
    if name.startswith(("http://", "https://")):
        from kb.store.remote import RemoteStore  # only who needs a server loads its client

        return RemoteStore(name)
    return EmbeddedStore(name, read_only=read_only)
