"""From browser to kernel without a pause.

A kernel answers with several small messages. By TCP's default (Nagle's algorithm) the second waits
until the browser confirms the first, and the browser's system takes up to 40 ms to do so.
"""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptChannels(ZMQChannelsWebsocketConnection):
    """The server's own connection from browser to kernel, with every message sent at once."""

    def connect(self) -> Any:
        self.websocket_handler.set_nodelay(True)
        return super().connect()
