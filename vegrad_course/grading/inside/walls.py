"""The walls around one submission, inside the sandbox that all share.

The sandbox already shuts out the network, the disk and the machine. These walls part a submission
from the process that it was forked from, and so from its siblings.
"""

import os
from collections.abc import Callable

from . import limits, linux, seccomp
from .limits import Limits

SCRATCH, COURSE = "/tmp", "/opt/course"
NOBODY = 65534


def leave_root() -> None:
    """As root, become nobody: the kernel does not count the processes of root."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    linux.prctl(linux.SET_DUMPABLE, 1)  # its own /proc stays its own


def part_from_siblings() -> None:
    """Give this process's next child its own users, processes, mounts, network and messages."""
    user, group = os.getuid(), os.getgid()
    linux.unshare(
        linux.NEWUSER | linux.NEWNS | linux.NEWPID | linux.NEWNET | linux.NEWIPC | linux.NEWUTS
    )
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def close_in(
    bounds: Limits,
    hide_course: bool,
    without: frozenset[str],
    before_rights_go: Callable[[], None] = lambda: None,
) -> None:
    """The last steps before student code runs, in the new process. None can be undone."""
    if "namespaces" not in without:
        _own_places(bounds, hide_course)
    before_rights_go()
    os.chdir(SCRATCH)
    if "limits" not in without:
        limits.apply(bounds)
    if "namespaces" not in without:
        linux.drop_capabilities()
        linux.prctl(linux.SET_DUMPABLE, 1)  # so that the warden can read how much memory it has
    if "seccomp" not in without:
        seccomp.install()


def _own_places(bounds: Limits, hide_course: bool) -> None:
    quiet = linux.NOSUID | linux.NODEV
    linux.unshare(linux.NEWNS)  # so that the warden keeps the /proc that it counts memory in
    linux.mount("", "/", linux.REC | linux.PRIVATE)
    linux.mount("tmpfs", SCRATCH, quiet, f"size={bounds.scratch}m,mode=0777")
    linux.mount("tmpfs", "/dev/shm", quiet, f"size={bounds.scratch}m,mode=0777")
    if hide_course:
        linux.mount("tmpfs", COURSE, quiet, "size=4k,mode=0555")
    try:
        linux.mount("proc", "/proc", quiet)
    except OSError:  # where a container hides parts of /proc, the kernel gives no new one
        linux.mount("tmpfs", "/proc", quiet, "size=4k,mode=0555")
