"""What `python main.py` understands."""

import subprocess
import sys

import pytest

from config.command_line import parse_arguments
from config.settings import Settings
from tests.running_service import ROOT


def test_without_arguments_it_serves_as_set() -> None:
    arguments = parse_arguments(Settings(port=8123, log_level="WARNING"), [])

    assert vars(arguments) == {
        "host": "127.0.0.1",
        "port": 8123,
        "reload": False,
        "log_level": "WARNING",
        "workers": 1,
        "check_config": False,
        "command": None,
    }


def test_arguments_win_over_settings() -> None:
    given = ["--port", "8001", "--log-level", "debug", "--host", "0.0.0.0", "--workers", "2"]
    arguments = parse_arguments(Settings(), given)

    assert (arguments.port, arguments.log_level, arguments.host) == (8001, "DEBUG", "0.0.0.0")
    assert arguments.workers == 2
    assert parse_arguments(Settings(), ["--check-config"]).check_config


@pytest.mark.parametrize(("given", "as_json"), [(["doctor"], False), (["doctor", "--json"], True)])
def test_the_doctor_is_a_command(given: list[str], as_json: bool) -> None:
    arguments = parse_arguments(Settings(), given)

    assert (arguments.command, arguments.json) == ("doctor", as_json)


def test_what_is_not_understood_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parse_arguments(Settings(), ["surgeon"])

    assert "doctor" in capsys.readouterr().err


def test_the_engines_processes_load_nothing_that_they_do_not_need() -> None:
    """They import the main module once more when they start."""
    look = "import main, sys; print({'uvicorn', 'fastapi', 'sqlalchemy'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "set()"
