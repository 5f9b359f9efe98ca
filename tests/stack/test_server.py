"""What ends a server in the foreground; the whole of it is tried by ``test_kill.py``."""

from __future__ import annotations

import signal

import pytest

from ckanext.digitalms.stack.server import interruptible


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_is_like_ctrl_c(number: signal.Signals) -> None:
    former = signal.signal(number, signal.SIG_DFL)  # nohup may have let it be ignored
    try:
        with pytest.raises(KeyboardInterrupt), interruptible():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, former)


def test_the_end_of_the_terminal_under_nohup() -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, former)
