"""How fast a pull is beside `curl` followed by `sha256sum`, and `verify` beside `sha256sum`, of the same files.

    .venv/bin/python -m tests.catalog.bench_pull --folder /var/tmp/bench --runs 5

Needs Debian's nginx, curl and sha256sum. The two ways take turns, and each run starts with an empty target.
"""

import argparse
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from localvoice.catalog import lock, verify
from localvoice.catalog.entry import Entry, FileSpec
from localvoice.catalog.fetch import Hub
from localvoice.catalog.pull import pull

COMMIT = "b" * 40
SIZES_MB = (600, 250, 150)
CONFIG = """
daemon off; worker_processes 1; pid {base}/nginx.pid; error_log {base}/error.log;
events {{ worker_connections 64; }}
http {{ access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {base}/t1; proxy_temp_path {base}/t2; fastcgi_temp_path {base}/t3;
  uwsgi_temp_path {base}/t4; scgi_temp_path {base}/t5;
  server {{ listen 127.0.0.1:{port}; root {base}/served; }} }}
"""


def main() -> int:
    """Serve, measure, print; 1 if a figure is below what was promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="on the disk to measure")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--port", type=int, default=8973)
    parser.add_argument("--percent", type=int, default=100, help="of 1 GB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        base = Path(name)
        entry = _publish(base, options.percent)
        (base / "nginx.conf").write_text(CONFIG.format(base=base, port=options.port))
        nginx = subprocess.Popen(["nginx", "-p", str(base), "-c", str(base / "nginx.conf")])
        try:
            figures = _measure(base, entry, f"http://127.0.0.1:{options.port}", options.runs)
        finally:
            nginx.terminate()
            nginx.wait()
    print(json.dumps(figures, indent=1))
    return 0 if figures["pull_to_curl"] >= 0.6 and figures["verify_to_sha256sum"] >= 0.7 else 1


def _publish(base: Path, percent: int) -> Entry:
    served = base / "served" / "maker" / "model" / "resolve" / COMMIT
    served.mkdir(parents=True)
    # nginx's workers are another user.
    for folder in (base, *served.parents, served):
        if base in (folder, *folder.parents):
            folder.chmod(0o755)
    specs = []
    for number, size_mb in enumerate(SIZES_MB):
        path, digest, size = served / f"file-{number}.bin", hashlib.sha256(), size_mb * percent * 10_000
        with path.open("wb") as file, open("/dev/urandom", "rb") as dice:
            left = size
            while left:
                block = dice.read(min(left, 1 << 22))
                file.write(block)
                digest.update(block)
                left -= len(block)
        specs.append(FileSpec(path.name, size, digest.hexdigest()))
    return Entry("model", "chat", "MIT", "maker/model", COMMIT, tuple(specs))


def _measure(base: Path, entry: Entry, url: str, runs: int) -> dict[str, float]:
    root, plain = base / "pulled", base / "curled"
    names = [spec.path for spec in entry.files]

    def ours() -> None:
        pull([entry], root, Hub(mirror=url))

    def theirs() -> None:
        plain.mkdir()
        for name in names:
            at = f"{url}/{entry.repo}/resolve/{COMMIT}/{name}"
            subprocess.run(["curl", "-sSf", "-o", str(plain / name), at], check=True)
        _sha256sum([plain / name for name in names])

    def checked() -> None:
        verify.raise_bad(verify.verify(root, lock.read(root).values()))

    times: dict[str, list[float]] = {"pull": [], "curl": [], "verify": [], "sha256sum": []}
    pull([], root, Hub(mirror=url))
    for _ in range(runs):
        for label, way, target in (("pull", ours, root), ("curl", theirs, plain)):
            shutil.rmtree(target, ignore_errors=True)
            times[label].append(_seconds(way))
        times["verify"].append(_seconds(checked))
        times["sha256sum"].append(_seconds(lambda: _sha256sum([plain / name for name in names])))
    medians = {f"{label}_s": round(statistics.median(values), 3) for label, values in times.items()}
    size = sum(spec.size_bytes or 0 for spec in entry.files)
    return medians | {
        "size_mb": size / 1e6,
        "pull_to_curl": round(medians["curl_s"] / medians["pull_s"], 3),
        "verify_to_sha256sum": round(medians["sha256sum_s"] / medians["verify_s"], 3),
    }


def _sha256sum(paths: list[Path]) -> None:
    subprocess.run(["sha256sum", *map(str, paths)], check=True, stdout=subprocess.DEVNULL)


def _seconds(way: Callable[[], None]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
