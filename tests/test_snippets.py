"""What the documentation shows works: Python blocks run, settings are known, command lines are accepted."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.snippets import ROOT, SHELL, Block, blocks, check_arguments, check_command, check_toml, commands, documents
from tests.snippets import environment as machine

ALL = [block for file in documents() for block in blocks(file)]
RUN = [block for block in ALL if block.mark != "not run"]
HARMLESS = (["--version"], ["--help"], ["config"], ["models", "list"], ["models", "where"], ["models", "list", "india"])
"""Arguments of command lines that print something and change nothing: these really run."""
MOST_NOT_RUN = 8


def _params(*languages: str) -> list[object]:
    return [
        pytest.param(block, id=str(block), marks=[pytest.mark.slow] if block.mark == "slow" else [])
        for block in RUN
        if block.language in languages
    ]


@pytest.mark.parametrize("block", _params("python"))
def test_python_runs(block: Block, tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    folder.mkdir()
    (folder / "snippet.py").write_text(block.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "snippet.py"], cwd=folder, env=machine(home), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("block", _params("toml"))
def test_toml_is_understood(block: Block) -> None:
    check_toml(block.text)


@pytest.mark.parametrize("block", _params("json"))
def test_json_is_json(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", _params(*SHELL))
def test_command_lines_are_accepted(block: Block) -> None:
    faults = [fault for words in commands(block.text) if (fault := check_command(words))]
    assert not faults, f"{block}: {faults}"


def test_harmless_command_lines_run(tmp_path: Path) -> None:
    shown = [words for block in RUN if block.language in SHELL for words in commands(block.text)]
    asked = {tuple(words[1:]) for words in shown if Path(words[0]).name == "localvoice"}
    ran = [list(arguments) for arguments in sorted(asked) if list(arguments) in HARMLESS]
    assert ran
    for arguments in ran:
        done = subprocess.run(
            [sys.executable, "-m", "localvoice", *arguments],
            cwd=tmp_path,
            env=machine(tmp_path),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        assert done.stdout


@pytest.mark.parametrize("page", [*documents(), *sorted(ROOT.glob("docs/adr/*.md"))], ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]


def test_every_decision_is_listed_under_its_title_and_has_the_usual_form() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    for page in ROOT.glob("docs/adr/0*.md"):
        text = page.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix("# ")
        assert f"* [{title}]({page.name})" in listed
        assert all(f"**{part}" in text for part in ("Context.", "Decision", "Consequences.")), page.name


def test_few_blocks_are_left_out_and_each_says_why() -> None:
    left_out = [block for block in ALL if block.mark == "not run"]
    assert len(left_out) <= MOST_NOT_RUN, [str(block) for block in left_out]
    assert all(len(block.reason.split()) >= 3 for block in left_out)


def test_pages_are_found() -> None:
    names = {file.name for file in documents()}
    assert {"README.md", "CONTRIBUTING.md", "models.md", "engines.md"} <= names
    assert not any("adr" in file.parts for file in documents())


# --- the checker itself ---------------------------------------------------------------------------------------------


def test_blocks_have_their_line_language_and_mark(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n```toml\n[chat]\n```\n<!-- not run: needs a microphone -->\n```python\n1 / 0\n```\n"
        "* a\n  ```\n  scripts/x\n  ```\n"
    )
    assert [(b.line, b.language, b.text, b.mark) for b in blocks(page)] == [
        (3, "toml", "[chat]", ""),
        (7, "python", "1 / 0", "not run"),
        (11, "", "scripts/x", ""),
    ]


def test_command_lines_are_taken_apart() -> None:
    text = (
        'A=1 localvoice say "two words" | cat > x.txt  # a comment\n'
        "cd there && scripts/demo \\\n  --json\n"
        "cat > f <<'END'\nlocalvoice nonsense\nEND\n"
    )
    assert list(commands(text)) == [
        ["localvoice", "say", "two words"],
        ["cat"],
        ["cd", "there"],
        ["scripts/demo", "--json"],
        ["cat"],
    ]


def test_what_a_command_prints_is_no_command() -> None:
    assert list(commands("$ localvoice --version\nlocalvoice 0.1.0\n")) == [["localvoice", "--version"]]


@pytest.mark.parametrize(
    "line",
    [
        "localvoice",
        "localvoice --version",
        "localvoice --help",
        "localvoice models --help",
        "localvoice say --help",
        "localvoice say hello -o hello.wav",
        ".venv/bin/localvoice transcribe missing.wav",
        "python -m localvoice models pull starter --from index",
        "scripts/demo --models starter",
        "pip install 'localvoice[speex]'",
        "python scripts/pocket/chat/train.py --minutes 3",
        "git clone anything",
    ],
)
def test_good_lines_pass(line: str) -> None:
    assert [check_command(words) for words in commands(line)] == [""]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("localvoice talks", "talks"),
        ("localvoice talk --loud", "--loud"),
        ("localvoice models fetch starter", "fetch"),
        ("localvoice models", "which of its commands"),
        ("localvoice say", "say"),
        ("localvoice doctor extra", "extra"),
        ("python -m localvoice talk --loud", "--loud"),
        ("python -m tests.no_such_bench", "tests.no_such_bench"),
        ("scripts/no-such", "scripts/no-such"),
        ("python scripts/pocket/no_such.py", "scripts/pocket/no_such.py"),
        ("python scripts/pocket/chat/train.py --hours 3", "--hours"),
        ("pip install -e '.[no-such]'", "no-such"),
    ],
)
def test_faulty_lines_are_named(line: str, named: str) -> None:
    faults = [check_command(words) for words in commands(line)]
    assert len(faults) == 1
    assert named in faults[0]


def test_an_argument_less_is_noticed() -> None:
    assert check_arguments(["ask", "hello"]) == ""
    assert check_arguments(["say"])


@pytest.mark.parametrize(
    "text",
    [
        "[chat]\nmodle = 'x'\n",
        "[[model]]\nname = 'x'\n",
        "[[profile]]\nname = 'x'\nabout = 'y'\nmodels = ['nothing']\n",
    ],
)
def test_faulty_toml_is_noticed(text: str) -> None:
    with pytest.raises(Exception, match=r"\w"):
        check_toml(text)
