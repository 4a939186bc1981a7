"""How a command ends when it does not succeed: for a person and for a script."""

from __future__ import annotations

import io
import json
import signal
from pathlib import Path

import click
import pytest

from command.cli.ending import (
    ending_by,
    ending_of,
    show_error,
    show_signal,
    wants_json,
)
from saleslake.errors import EXIT_INTERNAL, LakeInUseError, LandingMissingError


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], False),
        (["run"], False),
        (["run", "--format", "json"], True),
        (["run", "--format=json", "--nonsense"], True),
        (["run", "--format", "text"], False),
        (["run", "--lake", "json"], False),
    ],
)
def test_what_a_command_line_asks_for(arguments: list[str], wanted: bool) -> None:
    assert wants_json(arguments) is wanted


def test_an_error_is_one_document_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    error = LakeInUseError(Path("/lake"), "process 7")
    assert show_error(error, as_json=True) == 14
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "error": {
            "code": 14,
            "name": "LakeInUseError",
            "cause": error.cause,
            "remedy": error.remedy,
            "can_retry": True,
        }
    }
    assert error.cause in printed.err


def test_a_person_gets_cause_and_remedy_and_no_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = LandingMissingError(Path("/nowhere"), exists=False)
    assert show_error(error, as_json=False) == 10
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"\nsaleslake: {error.cause}\n  {error.remedy}\n"


def test_a_wrong_command_line() -> None:
    ending = ending_of(click.NoSuchOption("--lkae", possibilities=["--lake"]))
    assert (ending.code, ending.name) == (2, "UsageError")
    assert "--lkae" in ending.cause


def test_a_fault_of_our_own_shows_no_quoted_value() -> None:
    ending = ending_of(ValueError("cannot cast 'Eugene Huang' to int"))
    assert (ending.code, ending.can_retry) == (EXIT_INTERNAL, False)
    assert "ValueError" in ending.cause
    assert "Eugene" not in ending.cause


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "stopped by SIGTERM"),
        (signal.SIGHUP, 129, "stopped by SIGHUP"),
    ],
)
def test_a_signal_is_one_line(
    number: int, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO()
    show_signal(number, terminal, as_json=True)
    assert terminal.getvalue() == f"saleslake: {words}; run again to go on where it stopped.\n"
    document = json.loads(capsys.readouterr().out)["error"]
    assert (document["code"], document["cause"], document["can_retry"]) == (code, words, True)
    assert ending_by(number).code == code
