"""Every error this package raises on purpose.

    KbError                    catch this to catch them all
    ├── InputError             one input (a file, a line) cannot be used; the run goes on without it
    │   ├── UnreadableInput    missing, not permitted, binary, not UTF-8, too large
    │   └── EmptyInput         nothing in it that could be an article
    ├── UsageError             the command or the call is wrong: exit code 2
    │   ├── UnknownName        a query, entity or format of that name does not exist
    │   └── SettingError       a setting has a value that cannot be used
    ├── ResourceError          a file that ships with the package (ontology, query, index, model) is missing or broken
    ├── DrawingError           a picture could not be drawn
    ├── ServiceError           a service on the network (Wikidata) does not answer, or not in its own form
    └── StoreError             the store cannot be opened, read or written
        ├── StoreLocked        another process holds the store for writing
        └── RemoteStoreError   the SPARQL server answered with an error or not at all

A message says what is wrong, with which value, and what to do next.
"""


class KbError(Exception):
    """Base of all errors raised on purpose by this package."""


class InputError(KbError):
    """One input cannot be used. `str()` names it, the reason and the next step."""

    def __init__(self, source: str, reason: str, next_step: str) -> None:
        self.source = source
        self.reason = reason
        self.next_step = next_step
        super().__init__(f"{source}: {reason}; {next_step}")


class UnreadableInput(InputError):
    """The input is missing, binary, too large, or not UTF-8."""


class EmptyInput(InputError):
    """The input holds no text that could be an article."""


class UsageError(KbError):
    """The command line or the call is wrong."""


class UnknownName(UsageError):
    """A query, entity or format of that name does not exist."""


class SettingError(UsageError):
    """A setting has a value that cannot be used."""


class ResourceError(KbError):
    """A file that ships with the package is missing or broken."""


class DrawingError(KbError):
    """A picture could not be drawn; its data can still be had."""


class ServiceError(KbError):
    """A service on the network does not answer, or not in its own form."""


class StoreError(KbError):
    """The store cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Another process holds the store for writing."""


class RemoteStoreError(StoreError):
    """The SPARQL server answered with an error or not at all."""
