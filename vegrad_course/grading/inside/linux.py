"""The few calls of the Linux kernel that Python 3.11 has no name for."""

import ctypes
import os

NEWNS, NEWUTS, NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
NEWUSER, NEWPID, NEWNET = 0x1000_0000, 0x2000_0000, 0x4000_0000
READ_ONLY, NOSUID, NODEV, REMOUNT, BIND = 1, 2, 4, 32, 0x1000
REC, PRIVATE = 0x4000, 0x40000
SET_DUMPABLE, SET_SECCOMP, CAPBSET_DROP, SET_NO_NEW_PRIVS = 4, 22, 24, 38

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(flags: int) -> None:
    """Leave the namespaces that are shared with the parent."""
    _ask("unshare", _libc.unshare(flags))


def mount(kind: str, place: str, flags: int = 0, options: str = "") -> None:
    """Mount a file system of the kernel's own (tmpfs, proc) at a place."""
    source = kind.encode() or b"none"
    done = _libc.mount(source, place.encode(), kind.encode() or None, flags, options.encode())
    _ask(f"mount {kind} on {place}", done)


def prctl(option: int, *arguments: object) -> None:
    _ask(f"prctl {option}", _libc.prctl(option, *arguments, *[0] * (4 - len(arguments))))


def drop_capabilities() -> None:
    """Give up every capability for good."""
    for number in range(64):
        if _libc.prctl(CAPBSET_DROP, number, 0, 0, 0) != 0:
            break
    header = (ctypes.c_uint32 * 2)(0x2008_0522, 0)  # the version of the call with 64 bits
    _ask("capset", _libc.capset(header, (ctypes.c_uint32 * 6)()))


def _ask(what: str, answer: int) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
