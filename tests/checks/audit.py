"""Whether a locked package has a known vulnerability, as far as an advisory service is in reach."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_DEADLINE_S = 120


def audit(lock: Path) -> list[dict[str, object]] | None:
    """Each locked package as pip-audit reports it; None when no advisory service answers."""
    command = [
        sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip",
        "--format", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_DEADLINE_S, text=True
        )
        found: list[dict[str, object]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return found


def main() -> int:
    """Print what is vulnerable; the exit status is 1 when anything is."""
    packages = audit(ROOT / "requirements.txt")
    if packages is None:
        sys.stderr.write("no advisory service in reach, dependencies not audited\n")
        return 0
    skipped = sum("skip_reason" in package for package in packages)
    if skipped:
        sys.stderr.write(f"{skipped} of {len(packages)} dependencies could not be audited\n")
    vulnerable = [package for package in packages if package.get("vulns")]
    for package in vulnerable:
        sys.stderr.write(f"{package['name']} {package['version']}: {package['vulns']}\n")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
