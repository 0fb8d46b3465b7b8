"""What `vegrad doctor` runs inside a sandbox. `here` names things outside of it."""

PROBE = """
import ctypes, os, socket

def succeeds(action):
    try:
        action()
        return True
    except (OSError, ValueError):
        return False

def write(folder):
    with open(os.path.join(folder, ".probe"), "w"):
        pass

def unshare():
    if ctypes.CDLL(None).unshare(0x1000_0000):
        raise OSError

places = ["/", *("/" + name for name in os.listdir("/") if name != "tmp")]
places += ["/opt/" + name for name in os.listdir("/opt")]

found = {
    "reached": succeeds(lambda: socket.create_connection(("127.0.0.1", here["PORT"]), 1)),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "pid": os.getpid(),
    "signalled": here["PID"] != 1 and succeeds(lambda: os.kill(here["PID"], 0)),
    "read": os.path.exists(here["FILE"]) or os.path.exists("/etc/passwd"),
    "written": [p for p in places if succeeds(lambda: write(p))],
    "unshared": succeeds(unshare),
    "vsock": succeeds(lambda: socket.socket(40, socket.SOCK_STREAM)),
    "one_processor": len(os.sched_getaffinity(0)) == 1,
    "moved": succeeds(lambda: os.sched_setaffinity(0, {0})),
}
"""
MEMORY = """
import time
held = bytearray(192 * 2**20)
time.sleep(10)
"""
PROCESSES = """
import os, time
begun = 0
try:
    while begun < 40:
        if os.fork() == 0:
            time.sleep(10)
            os._exit(0)
        begun += 1
except OSError:
    pass
"""
