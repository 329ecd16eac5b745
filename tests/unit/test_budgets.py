"""The size that files may have."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "api", "config", "core", "database", "middleware", "research", "services", "tests", "utils",
    "workers",
)  # fmt: skip


def lines_of(file: Path) -> int:
    return len(file.read_text().splitlines())


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 200

    assert [file.name for file in files if lines_of(file) > 400] == []
    assert lines_of(ROOT / "main.py") <= 80
