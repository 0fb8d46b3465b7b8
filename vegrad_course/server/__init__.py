"""What JupyterLab's server does otherwise for this course. `lab_settings/` switches it on.

As an extension of the server (`vegrad open` asks for it) it says the address last of all, where
Jupyter is silent about it: beside a token that someone chose.
"""

import sys
from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    server.io_loop.add_callback(say_address, server)


def say_address(server: Any) -> None:
    """Where the lesson is. With a token of its own making, Jupyter has just said so."""
    if not server.identity_provider.token_generated:
        address = server.display_url.replace("?token=...", "")  # it never shows a chosen token
        print(f"\n    The lesson is at\n    {address}\n", file=sys.stderr, flush=True)
