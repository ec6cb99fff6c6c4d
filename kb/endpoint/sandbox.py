"""What a worker may not do, whatever a query makes the engine try: open a connection, take more than its memory."""

from __future__ import annotations

import contextlib
import ctypes
import platform
import struct
import sys

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_EACCES = 13
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
#: Linux's number of the call socket() by machine, with the audit number of the machine.
_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06


def forbid_network() -> bool:
    """Let the system refuse every new socket of this process; those that are open go on working.

    Returns:
        False where the system cannot do it (it is no Linux, or another machine): then only the text is checked.
    """
    known = _SOCKET.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    machine, number = known
    program = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (_LOAD, 0, 0, 4),  # the machine that the call is made for
            (_EQUAL, 0, 4, machine),
            (_LOAD, 0, 0, 0),  # the number of the call
            (_AT_LEAST, 2, 0, 0x40000000),  # numbers of another table
            (_EQUAL, 1, 0, number),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _ERROR | _EACCES),
        )
    )

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    buffer = ctypes.create_string_buffer(program, len(program))
    whole = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_char_p))
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        done: bool = (
            libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            and libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(whole), 0, 0) == 0
        )
        return done
    except (OSError, AttributeError):
        return False


def bound_memory(megabytes: int) -> None:
    """Let allocations fail beyond that much; what is only mapped (the store's files) does not count."""
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    size = megabytes << 20
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def go_first() -> None:
    """Where the machine runs out of memory, let the system end this process rather than the service."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")
