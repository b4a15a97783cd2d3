"""pip's settings as pip itself reads them: the same files, the same order, the same values."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from unearth import PackageFinder

from localvoice.catalog import pip_settings
from localvoice.errors import SettingsError

PROGRAM = """
import json, sys
from pip._internal.commands import create_command
options, _ = create_command("download").parse_args(["x"])
names = "index_url extra_index_urls find_links no_index trusted_hosts cert client_cert proxy timeout".split()
print(json.dumps({name: getattr(options, name) for name in names}))
"""
USUAL = PackageFinder().sources[0]["url"].rstrip("/")
"""unearth's default is pip's, but for the slash at its end."""


def pips(environment: Mapping[str, str]) -> dict[str, object]:
    """What pip's own parser makes of these variables and the files that they lead to."""
    pytest.importorskip("pip")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=dict(environment), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def ours(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    for name in list(os.environ):
        if name not in environment:
            monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = pip_settings.read(environment)
    urls = [*([USUAL] if found.default_index else []), *found.index_urls]
    return {
        "index_url": urls[0] if urls else USUAL,
        "extra_index_urls": urls[1:],
        "find_links": list(found.find_links),
        "no_index": found.no_index,
        "trusted_hosts": list(found.trusted_hosts),
        "cert": found.cert or None,
        "client_cert": found.client_cert or None,
        "proxy": found.proxy,
        "timeout": found.timeout_s or 15,
    }


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The variables of a person whom no file of this machine concerns."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    where = {"HOME": tmp_path / "home", "XDG_CONFIG_HOME": tmp_path / "user", "XDG_CONFIG_DIRS": tmp_path / "machine"}
    return kept | {name: str(path) for name, path in where.items()}


CASES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "nothing": ({}, {}),
    "variables": (
        {},
        {
            "PIP_INDEX_URL": "https://me:secret@one.example/simple",
            "PIP_EXTRA_INDEX_URL": "https://two.example/simple\n file:///three",
            "PIP_FIND_LINKS": "/wheels  https://four.example/links",
            "PIP_TRUSTED_HOST": "one.example two.example:8080",
            "PIP_CERT": "/cert.pem",
            "PIP_CLIENT_CERT": "/client.pem",
            "PIP_PROXY": "http://proxy.example:3128",
            "PIP_TIMEOUT": "7",
        },
    ),
    "the other name of the timeout": ({}, {"PIP_DEFAULT_TIMEOUT": "180"}),
    "no index": ({}, {"PIP_NO_INDEX": "true", "PIP_FIND_LINKS": "/wheels"}),
    "an index after all": ({"user": "[global]\nno-index = yes\n"}, {"PIP_NO_INDEX": "0"}),
    "empty variables": ({"user": "[global]\nindex-url = https://one.example\n"}, {"PIP_INDEX_URL": ""}),
    "the machine's file": ({"machine": "[global]\nindex-url = https://one.example\ntimeout = 60\n"}, {}),
    "the person's wins": (
        {"machine": "[global]\nindex-url = https://one.example\nfind-links = /a /b\n",
         "user": "[global]\nindex-url = https://two.example\n"},
        {},
    ),
    "the old place loses": (
        {"legacy": "[global]\nindex-url = https://old.example\ncert = /old.pem\n",
         "user": "[global]\nindex-url = https://new.example\n"},
        {},
    ),
    "the section of the command wins": (
        {"user": "[download]\nindex-url = https://download.example\n[global]\nindex-url = https://one.example\n",
         "machine": "[download]\nfind-links = /a\n"},
        {"PIP_FIND_LINKS": "/b"},
    ),
    "a value over several lines": (
        {"user": "[global]\nextra-index-url =\n    https://one.example\n    https://two.example\n"}, {},
    ),
    "other ways to write a key": ({"user": "[global]\nIndex_URL = https://one.example\n--find-links: /a\n"}, {}),
    "a file of its own wins and hides the person's": (
        {"user": "[global]\nindex-url = https://user.example\ncert = /user.pem\n",
         "machine": "[global]\nindex-url = https://machine.example\nfind-links = /a\n",
         "named": "[global]\nindex-url = https://named.example\n"},
        {},
    ),
    "a file of its own that is not there": (
        {"user": "[global]\nindex-url = https://user.example\n"}, {"PIP_CONFIG_FILE": "/nowhere/pip.conf"},
    ),
    "no file at all": (
        {"user": "[global]\nindex-url = https://user.example\n", "machine": "[global]\nfind-links = /a\n"},
        {"PIP_CONFIG_FILE": os.devnull},
    ),
    "sections that do not concern us": (
        {"user": "[list]\nindex-url = https://list.example\n[freeze]\ntimeout = 9\n"}, {},
    ),
    "a percent sign": ({"user": "[global]\nindex-url = https://me:a%40b@one.example\n"}, {}),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="the files of other systems are in other places")
@pytest.mark.parametrize("case", CASES)
def test_as_pip_reads_it(home: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    files, variables = CASES[case]
    places = {
        "machine": tmp_path / "machine" / "pip" / "pip.conf",
        "user": tmp_path / "user" / "pip" / "pip.conf",
        "legacy": tmp_path / "home" / ".pip" / "pip.conf",
        "named": tmp_path / "named.conf",
    }
    for name, text in files.items():
        places[name].parent.mkdir(parents=True, exist_ok=True)
        places[name].write_text(text)
    environment = home | ({"PIP_CONFIG_FILE": str(places["named"])} if "named" in files else {}) | variables
    if os.path.exists("/etc/pip.conf") and "PIP_CONFIG_FILE" not in environment:
        # pip reads this one whatever the variables say; so do we, and the comparison below says whether alike.
        assert Path("/etc/pip.conf") in list(pip_settings.machines_files(environment))
    theirs = pips(environment)
    assert ours(environment, monkeypatch) == theirs


def test_install_counts_where_download_says_nothing(home: dict[str, str], tmp_path: Path) -> None:
    """People write index-url below [install], and mean every way of getting packages."""
    file = tmp_path / "pip.conf"
    file.write_text("[install]\nindex-url = https://one.example\nfind-links = /a\n[download]\nfind-links = /b\n")
    found = pip_settings.read(home | {"PIP_CONFIG_FILE": str(file)})
    assert (found.index_urls, found.find_links) == (("https://one.example",), ("/b",))


def test_other_systems_have_other_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert list(pip_settings.machines_files({})) == [Path("/Library/Application Support/pip/pip.conf")]
    assert list(pip_settings.persons_files())[-1] == tmp_path / ".config" / "pip" / "pip.conf"
    mac = tmp_path / "Library" / "Application Support" / "pip"
    mac.mkdir(parents=True)
    assert list(pip_settings.persons_files())[-1] == mac / "pip.conf"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", "appdata")
    assert list(pip_settings.machines_files({"PROGRAMDATA": "data"})) == [Path("data/pip/pip.ini")]
    assert list(pip_settings.persons_files())[-1] == Path("appdata/pip/pip.ini")


@pytest.mark.parametrize(
    "data", [b"index-url = https://me:secret@one.example\n", b"[global\n", b"[global]\nx = \xff\xfe\n"]
)
def test_a_file_that_is_none_is_named_and_not_repeated(home: dict[str, str], tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "pip.conf"
    file.write_bytes(data)
    try:
        pip_settings.read(home | {"PIP_CONFIG_FILE": str(file)})
    except SettingsError as refused:
        assert str(file) in refused.message and "secret" not in refused.message
    else:
        assert b"\xff" in data, "an encoding of one byte a letter reads everything"


@pytest.mark.parametrize(
    ("variables", "urls", "default", "folders"),
    [
        ({"UV_INDEX_URL": "https://one.example"}, ["https://one.example"], False, []),
        ({"UV_DEFAULT_INDEX": "https://two.example", "UV_INDEX_URL": "https://one.example"}, ["https://two.example"],
         False, []),
        ({"UV_INDEX": "mine=https://a.example https://b.example"}, ["https://a.example", "https://b.example"], True,
         []),
        ({"UV_FIND_LINKS": "/a,/b"}, [], True, ["/a", "/b"]),
        ({"UV_INDEX_URL": "https://one.example", "PIP_INDEX_URL": "https://pip.example"}, ["https://pip.example"],
         False, []),
    ],
)  # fmt: skip
def test_what_uv_was_told_counts_where_pip_has_nothing(
    home: dict[str, str], variables: dict[str, str], urls: list[str], default: bool, folders: list[str]
) -> None:
    found = pip_settings.read(home | {"PIP_CONFIG_FILE": os.devnull} | variables)
    assert (list(found.index_urls), found.default_index, list(found.find_links)) == (urls, default, folders)
