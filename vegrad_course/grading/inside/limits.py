"""The bounds that a submission is held to."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds and megabytes. `wall` and `memory` hold for a submission with all its processes."""

    wall: float = 300.0
    cell: float = 120.0
    cpu: int = 300
    memory: int = 2048
    address_space: int = 6144
    scratch: int = 256
    file: int = 64
    processes: int = 64
    files: int = 256
    output: int = 1


def apply(limits: Limits) -> None:
    """Hold this process, and all that it starts, to the limits that the kernel can keep."""
    megabyte = 2**20
    for what, bound in (
        (resource.RLIMIT_AS, limits.address_space * megabyte),
        (resource.RLIMIT_FSIZE, limits.file * megabyte),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (bound, bound))
