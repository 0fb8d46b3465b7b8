"""What `vegrad doctor` says about the walls that it tries from inside a sandbox."""

SAID = {  # by wall: a sentence for where it holds, and one for where it does not
    "own network": (
        "Student code cannot reach the network.",
        "Student code reaches the network of this machine.",
    ),
    "own processes": (
        "Student code cannot see or stop other programs.",
        "Student code can see or stop other programs.",
    ),
    "read-only system": (
        "Student code reads no file of yours, and writes only into its own folder.",
        "Student code can read a file of yours, or write outside its own folder.",
    ),
    "seccomp": (
        "Student code may make no system call that could lead out of the sandbox.",
        "Student code may make system calls that could lead out of the sandbox.",
    ),
    "processor pinning": (
        "Student code stays on the one processor that it was given.",
        "Student code can run on other processors than the one that it was given.",
    ),
    "memory watchdog": (
        "Student code is stopped when it takes more memory than it may.",
        "Student code was not stopped for taking 192 MB of memory, where 96 MB were allowed.",
    ),
    "process limit": (
        "Student code cannot start more processes than it may.",
        "Student code started more processes than the 16 that were allowed.",
    ),
}
