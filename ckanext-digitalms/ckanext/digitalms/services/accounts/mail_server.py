"""Whether there is a mail server, asked before anything is done that needs one."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import ckan.plugins as p
import ckan.plugins.toolkit as tk

__all__ = ["can_send"]

_PATIENCE = 3  # seconds
_SMTP = 25


def can_send() -> bool:
    """Return whether the configuration names a sender and a mail server, and this one answers."""
    if any(p.PluginImplementations(p.INotifier)):
        return True
    if not tk.config["smtp.mail_from"]:
        return False  # without one, CKAN's mailer breaks off
    server = urlsplit(f"//{str(tk.config['smtp.server'] or '').rpartition('://')[2]}")
    if not server.hostname:
        return False
    try:
        socket.create_connection((server.hostname, server.port or _SMTP), _PATIENCE).close()
    except OSError:
        return False
    return True
