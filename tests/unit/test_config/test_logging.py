"""Log lines: one a record, readable by machines in production, without secrets anywhere."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

import config.log_sink
from config.log_lines import redacted
from config.logging_config import configure_logging
from utils.logger import get_logger, log_context, request_log

pytestmark = pytest.mark.usefixtures("restored_logging")

Lines = Callable[[], list[str]]


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    return lambda: (tmp_path / "app.log").read_text().splitlines()


def fail(message: str) -> None:
    raise LookupError(message)


def test_a_line_of_production_is_one_json_object_with_its_context(
    tmp_path: Path, lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(level="INFO", as_json=True, folder=tmp_path)

    with log_context(request_id="r-1"):
        get_logger("names").bind(code="X").info("made {} names", 10)

    (line,) = lines()
    entry = json.loads(line)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "INFO",
        "component": "names",
        "message": "made 10 names",
        "request_id": "r-1",
        "code": "X",
    }
    assert capsys.readouterr().err == f"{line}\n"


def test_an_exception_stays_in_its_line_and_loses_its_secrets(tmp_path: Path, lines: Lines) -> None:
    configure_logging(level="INFO", as_json=True, folder=tmp_path)

    try:
        fail("password=hunter2hunter2")
    except LookupError as error:
        get_logger("x").opt(exception=error).error("failed")

    (line,) = lines()
    assert "LookupError: password=***" in json.loads(line)["traceback"]
    assert "in fail" in json.loads(line)["traceback"]
    assert "hunter2" not in line


@pytest.mark.parametrize("library", ["openai._base_client", "httpx2", "httpx", "aiohttp.client"])
def test_no_library_writes_what_customers_have_told(
    tmp_path: Path, lines: Lines, library: str
) -> None:
    configure_logging(level="DEBUG", as_json=True, folder=tmp_path)

    logging.getLogger(library).debug("Request options: a secret bakery")
    logging.getLogger(library).info("GET https://delivery.test/x.png?sig=abc")
    logging.getLogger(library).warning("kept")

    assert [json.loads(line)["message"] for line in lines()] == ["kept"]


def test_a_readable_line_cannot_be_forged(tmp_path: Path, lines: Lines) -> None:
    configure_logging(level="INFO", as_json=False, folder=tmp_path)

    get_logger("x").info("{}", "a\nERROR forged\r\x1b[31m\x9b")

    (line,) = lines()
    assert "a\\x0aERROR forged\\x0d\\x1b[31m\\x9b" in line


def test_a_readable_exception_is_shown_without_secrets(tmp_path: Path, lines: Lines) -> None:
    configure_logging(level="INFO", as_json=False, folder=tmp_path)

    try:
        fail("founder@example.com is taken")
    except LookupError as error:
        get_logger("x").opt(exception=error).error("failed")

    assert lines()[0].endswith("failed")
    assert lines()[-1] == "LookupError: *** is taken"


def test_levels_are_kept(tmp_path: Path, lines: Lines) -> None:
    configure_logging(level="WARNING", as_json=True, folder=tmp_path)

    get_logger("x").info("quiet")
    logging.getLogger("library").info("quiet")
    get_logger("x").warning("loud")
    logging.getLogger("library").error("loud %d", 2)

    assert [json.loads(line)["message"] for line in lines()] == ["loud", "loud 2"]


def test_the_line_of_a_request_looks_like_every_other(tmp_path: Path, lines: Lines) -> None:
    configure_logging(level="INFO", as_json=True, folder=tmp_path)
    values = {"component": "http", "request_id": "r-1", "code": "sk-0123456789"}

    request_log.write("GET / 200 {} 1.0 ms", values)
    get_logger("http").bind(request_id="r-1", code="sk-0123456789").info("GET / 200 {} 1.0 ms")

    straight, through_loguru = map(json.loads, lines())
    assert straight.keys() == through_loguru.keys()
    assert straight | {"time": ""} == through_loguru | {"time": ""}
    assert straight["code"] == "***"


def test_the_line_of_a_request_keeps_to_the_level(tmp_path: Path, lines: Lines) -> None:
    configure_logging(level="WARNING", as_json=True, folder=tmp_path)

    request_log.write("GET / 200 1.0 ms", {"component": "http"})

    assert lines() == []


def test_the_readable_line_of_a_request_cannot_be_forged(tmp_path: Path, lines: Lines) -> None:
    configure_logging(level="INFO", as_json=False, folder=tmp_path)

    request_log.write("GET /\n 200 1.0 ms", {"component": "http", "user": "u"})

    (line,) = lines()
    assert line.endswith(" INFO    http GET /\\x0a 200 1.0 ms  user=u")


def test_lines_of_the_standard_library_carry_their_logger_and_traceback(
    tmp_path: Path, lines: Lines
) -> None:
    configure_logging(level="INFO", as_json=True, folder=tmp_path)

    try:
        fail("no")
    except LookupError:
        logging.getLogger("some.library").exception("odd")
    logging.getLogger("some.library").log(35, "between the levels")

    entry, other = map(json.loads, lines())
    assert (entry["component"], entry["level"]) == ("some.library", "ERROR")
    assert "LookupError: no" in entry["traceback"]
    assert other["message"] == "between the levels"


@pytest.mark.parametrize("name", ["httpx", "httpcore", "uvicorn.access"])
def test_loggers_that_write_addresses_are_silent(tmp_path: Path, lines: Lines, name: str) -> None:
    configure_logging(level="DEBUG", as_json=True, folder=tmp_path)

    logging.getLogger(name).info("GET https://provider.example/?key=abc")

    assert lines() == []


def test_uvicorn_writes_no_access_line_of_its_own(tmp_path: Path) -> None:
    configure_logging(level="INFO", as_json=True, folder=tmp_path)

    assert not logging.getLogger("uvicorn.access").hasHandlers()


def test_a_folder_that_cannot_be_written_costs_only_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file, not a folder")

    configure_logging(level="INFO", as_json=True, folder=tmp_path / "logs")
    get_logger("x").info("still here")

    messages = [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()]
    assert messages[0].startswith("no log file")
    assert messages[1] == "still here"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        ("{'Authorization': 'Basic dTpw'}", "{'Authorization': ***}"),
        ("header bearer  s3cr3t+/=", "header bearer  ***"),
        ("token eyJhbGciOi.eyJzdWIi.sig_nature-1 end", "token *** end"),
        ("GET /x?expires=1&signature=deadbeef&a=1", "GET /x?expires=1&signature=***&a=1"),
        ('{"password": "a b", "name": "n"}', '{"password": ***, "name": "n"}'),
        ("api_key=abc, API-Key: def", "api_key=***, API-Key: ***"),
        ("refresh_token='abc'", "refresh_token=***"),
        ("postgresql://user:hunter2@host/db", "postgresql://user:***@host/db"),
        ("redis://:hunter2@host", "redis://:***@host"),
        ("key sk-or-v1-0123456789abcdef", "key ***"),
        ("mail to a.b+c@example.co.uk.", "mail to ***"),
        ("made 10 names in 2.3 s", "made 10 names in 2.3 s"),
        ("2 tokens, keyword, secretary", "2 tokens, keyword, secretary"),
    ],
)
def test_secrets_are_removed_and_the_rest_is_kept(text: str, kept: str) -> None:
    assert redacted(text) == kept


def test_the_file_is_rotated_and_five_old_ones_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config.log_sink, "MOST_BYTES", 1_000)
    configure_logging(level="INFO", as_json=True, folder=tmp_path)
    for number in range(80):
        get_logger("test").info("line {}", number)

    files = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert set(files) == {"app.log", *(f"app.log.{number}" for number in range(1, 6))}
    assert all(0 < len(text) <= 1_000 for text in files.values())
    assert "line 79" in files["app.log"].splitlines()[-1]
    assert "line 0" not in "".join(files.values())


def test_a_file_of_an_earlier_run_is_continued(tmp_path: Path, lines: Lines) -> None:
    (tmp_path / "app.log").write_text("earlier\n")
    configure_logging(level="INFO", as_json=True, folder=tmp_path)
    get_logger("test").info("later")

    assert lines()[0] == "earlier"
    assert len(lines()) == 2
