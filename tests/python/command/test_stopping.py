"""Signals to a process that cannot attend to them; each test is a child process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from command.stopping import GRACE_SECONDS, SIGNALS

_CHILD = """
import hashlib, signal, sys, threading, time
from command import stopping
def last_words(number, terminal):
    terminal.write(f"last words {number}\\n")
    terminal.flush()
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored under nohup
if "hangup ignored" in sys.argv:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
stopping.listen(last_words)
if "endless grace" in sys.argv:
    stopping.GRACE_SECONDS = 600
try:
    # When this is read, the main thread is where it will stay.
    threading.Timer(0.2, print, ["listening"], {"flush": True}).start()
    if "native" in sys.argv:
        hashlib.pbkdf2_hmac("sha256", b"", b"", 2_000_000_000)  # one instruction, for minutes
    if "swallowing" in sys.argv:
        while True:
            try:
                time.sleep(600)
            except KeyboardInterrupt:
                print("swallowed", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print("noise", file=sys.stderr)
    stopping.leave(last_words)
"""


def child(*how: str) -> subprocess.Popen[str]:
    """Start a child that listens to signals, and wait until it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, *how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"
    return process


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_ends_in_order_with_one_line(number: signal.Signals) -> None:
    with child() as process:
        process.send_signal(number)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert stderr == f"last words {int(number)}\n"


def test_native_code_is_given_a_little_time_and_no_more() -> None:
    with child("native") as process:
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=GRACE_SECONDS + 30)
    assert (process.returncode, stderr) == (143, "last words 15\n")


def test_a_second_signal_ends_at_once() -> None:
    with child("native", "endless grace") as process:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (143, "last words 15\n")


def test_a_step_that_swallows_the_signal_does_not_keep_the_process() -> None:
    with child("swallowing") as process:
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=GRACE_SECONDS + 30)
    assert (process.returncode, stdout, stderr) == (143, "swallowed\n", "last words 15\n")


def test_an_ignored_signal_stays_ignored() -> None:
    with child("hangup ignored") as process:
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 143
