"""A filter of system calls: what no lesson needs, and what would open a wall, is refused.

The filter is a classic BPF program, built here from the table of numbers in the kernel's headers.
"""

import ctypes
import platform
import struct

from . import linux

EPERM, ENOSYS = 1, 38
ALLOW, REFUSE = 0x7FFF_0000, 0x0005_0000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
X32 = 0x4000_0000
FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink: each has its namespace; others have none
MACHINES = {"x86_64": (0xC000_003E, 0), "aarch64": (0xC000_00B7, 1)}
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
REFUSED = {  # name: number on x86_64, on aarch64
    "sched_setaffinity": (203, 122),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "memfd_create": (319, 279),  # memory that no process needs to map escapes the warden's count
    "shmget": (29, 194),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
}


def install() -> None:
    """Put the filter on this process and its children. It cannot be taken off."""
    program = _program(*MACHINES[platform.machine()])
    code = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    linux.prctl(linux.SET_NO_NEW_PRIVS, 1)
    linux.prctl(linux.SET_SECCOMP, 2, ctypes.create_string_buffer(header))


def _program(architecture: int, column: int) -> bytes:
    steps = [(LOAD, 0, 0, ARCHITECTURE), *_unless(EQUAL, architecture, EPERM)]
    steps += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), _refuse(EPERM)]
    for numbers in REFUSED.values():
        steps += [(EQUAL, 0, 1, numbers[column]), _refuse(EPERM)]
    steps += [(EQUAL, 0, 1, CLONE3[column]), _refuse(ENOSYS)]  # libc then calls clone
    steps += [(EQUAL, 0, 3, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT)]
    steps += [(ANY_BIT, 0, 4 + len(FAMILIES), linux.NEWUSER), _refuse(EPERM)]
    steps += [(EQUAL, 0, 2 + len(FAMILIES), SOCKET[column]), (LOAD, 0, 0, FIRST_ARGUMENT)]
    steps += [(EQUAL, len(FAMILIES) - place, 0, f) for place, f in enumerate(FAMILIES)]
    steps += [_refuse(EPERM), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _unless(test: int, value: int, error: int) -> list[tuple[int, int, int, int]]:
    return [(test, 1, 0, value), _refuse(error)]


def _refuse(error: int) -> tuple[int, int, int, int]:
    return (RETURN, 0, 0, REFUSE | error)
