"""The script that shows what a chat model claims runs."""

import json
import subprocess
import sys
from pathlib import Path

from localvoice import bundled, model_kinds

ROOT = Path(__file__).parents[2]


def test_it_prints_a_line_for_each_request(tmp_path: Path) -> None:
    requests = tmp_path / "requests.txt"
    requests.write_text("set a timer for five minutes\n")
    script = [sys.executable, str(ROOT / "scripts/measure_claims.py"), str(bundled.path(model_kinds.BUNDLED["chat"]))]
    done = subprocess.run([*script, str(requests)], capture_output=True, text=True, check=True, timeout=120)
    (line,) = map(json.loads, done.stdout.splitlines())
    assert line["asked"] == "set a timer for five minutes"
    assert line["called"] and line["called"][0].startswith("set_timer(")
    assert line["heard"] == "Timer set for 5 minutes."
