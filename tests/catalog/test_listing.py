"""The catalog's reader: strict, with the line of every fault, and the person's file over ours."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice import strict_toml
from localvoice.catalog import listing
from localvoice.catalog.entry import Entry
from localvoice.catalog.listing import parse
from localvoice.errors import CatalogError, LocalvoiceError
from localvoice.strict_toml import fields_of, tree_of

SUM, OTHER_SUM = "ab" * 32, "cd" * 32
GOOD = f"""
[[model]]
name = "small-one"
kind = "chat"
licence = "MIT"
languages = ["en"]
repo = "owner/small-GGUF"
revision = "main"
files = [{{ path = "small.gguf", size_bytes = 12, sha256 = "{SUM}" }}]
opens = "small.gguf"

[[model]]
name = "ears"
kind = "transcriber"
licence = "MIT"
repo = "owner/ears"
files = ["config.json", {{ path = "tokenizer.json", repo = "other/ears", revision = "v1" }}]

[[model]]
name = "word"
kind = "wake-word"
licence = "Apache-2.0"
package = "some-package"

[[model]]
name = "parts"
kind = "voice"
engine = "hibari"
licence = "MIT"
files = [
  {{ path = "parts.onnx", size_bytes = 30, sha256 = "{OTHER_SUM}", pieces = [
    {{ package = "parts-one", version = "1.0.2", member = "parts_one/a.bin", size_bytes = 10 }},
    {{ package = "Parts.Two", version = "2026.1rc1", member = "b.bin", size_bytes = 20 }},
  ] }},
]

[[profile]]
name = "both"
about = "Two of them."
models = ["ears", "small-one"]
settings = {{ "transcriber.language" = "de" }}
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        parse(text, "mine.toml")
    assert caught.value.exit_code == 8
    assert caught.value.remedy
    return caught.value.message.splitlines()


def test_what_is_written_is_what_is_read() -> None:
    catalog = parse(GOOD, "x")
    small = catalog.entry("small-one")
    assert (small.kind, small.repo, small.revision, small.opens) == ("chat", "owner/small-GGUF", "main", "small.gguf")
    assert [(file.path, file.size_bytes, file.sha256) for file in small.files] == [("small.gguf", 12, SUM)]
    ears = catalog.entry("ears")
    assert [(file.path, file.repo, file.revision) for file in ears.files] == [
        ("config.json", "", ""),
        ("tokenizer.json", "other/ears", "v1"),
    ]
    assert ears.revision == "main"
    word, parts = catalog.entry("word"), catalog.entry("parts")
    assert (word.package, word.module, word.engine) == ("some-package", "some_package", "pymicro-wakeword")
    assert (small.engine, ears.engine, parts.engine) == ("llama.cpp", "faster-whisper", "hibari")
    assert (small.roads, parts.roads, word.roads) == (("hub",), ("index",), ())
    assert [(piece.package, piece.version, piece.size_bytes) for piece in parts.files[0].pieces] == [
        ("parts-one", "1.0.2", 10),
        ("Parts.Two", "2026.1rc1", 20),
    ]
    assert (parts.repo, parts.revision) == ("", "")
    assert catalog.profile("both").settings == (("transcriber.language", "de"),)


def test_expand_mixes_models_and_profiles_and_names_each_once() -> None:
    catalog = parse(GOOD, "x")
    assert [entry.name for entry in catalog.expand(["small-one", "both", "word", "both"])] == [
        "small-one",
        "ears",
        "word",
    ]
    assert catalog.profiles_of("ears") == ("both",)
    assert catalog.expand([]) == ()


@pytest.mark.parametrize(
    ("name", "nearest"), [("smal-one", "small-one"), ("bth", "both"), ("Ears", "ears"), ("zzzzzz", None)]
)
def test_a_misspelt_name_meets_the_nearest(name: str, nearest: str | None) -> None:
    with pytest.raises(CatalogError) as caught:
        parse(GOOD, "x").expand([name])
    assert caught.value.message.endswith(f"Did you mean {nearest}?" if nearest else "in the catalog.")
    assert "localvoice models list" in caught.value.remedy


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("repo = \"owner/small", "repp = \"owner/small", 7, "model small-one has no key repp. Did you mean repo?"),
        ('kind = "chat"', 'kind = "chatter"', 4, "must be one of transcriber, chat, voice"),
        ('kind = "chat"\n', "", 2, "model small-one lacks kind."),
        ("size_bytes = 12", "size = 12", 9, "a file of model small-one has no key size. Did you mean size_bytes?"),
        ("size_bytes = 12", 'size_bytes = "12"', 9, "must be a whole number, not '12'."),
        ("size_bytes = 12", "size_bytes = -1", 9, "must not be below 0."),
        ("size_bytes = 12", "size_bytes = true", 9, "must be a whole number, not True."),
        (SUM, SUM[:-1], 9, "must be 64 lowercase hexadecimal digits."),
        (SUM, SUM.upper(), 9, "must be 64 lowercase hexadecimal digits."),
        ('opens = "small.gguf"', 'opens = "smal.gguf"', 10, "opens of model small-one is none of its files."),
        ('name = "ears"', 'name = "small-one"', 13, "the name small-one is there twice."),
        ('name = "ears"', 'name = "Small-One"', 13, "the name Small-One is there twice."),
        ('name = "ears"', "name = 3", 13, "name of model 3 must be a string in quotes, not 3."),
        ('package = "some-package"', 'package = ""', 20, "needs either a repo or a package that carries it"),
        ('package = "some-package"', 'repo = "a/b"', 20, "needs files with a repo, and none with a package."),
        ('models = ["ears"', 'models = ["ear"', 40, "names ear, which is not a model. Did you mean ears?"),
        ('models = ["ears"', 'model = ["ears"', 40, "profile both has no key model. Did you mean models?"),
        ('"transcriber.language" = "de"', '"transcriber.langage" = "de"', 41, "Did you mean transcriber.language?"),
        ('"transcriber.language" = "de"', '"chat.threads" = 2', 41, "settings of profile both must be a table of"),
        ("[[profile]]", "[profile]", 37, "write [[profile]] with two brackets, once for each."),
        ("[[profile]]", "[[profiles]]", 37, "there is no section profiles; write [[model]] or [[profile]]."),
        ('repo = "owner/ears"', 'repo = "owner/ears"\nleast_frames = 9', 17, "which only a converted model may have"),
        ('repo = "other/ears", ', "", 17, "with a revision but no repo"),
        ('name = "both"', 'name = "ears"', 38, "ears is both a model and a profile."),
        ('engine = "hibari"', 'engine = "hibary"', 28, "of piper, hibari, not 'hibary'. Did you mean hibari?"),
        ('engine = "hibari"', 'engine = "llama.cpp"', 28, "engine of model parts must be one of piper, hibari"),
        ('package = "some-package"', 'package = "some.package"', 23, "needs module too"),
        ('package = "some-package"', 'package = "some package"', 23, "is not the name of a Python package."),
        ('package = "some-package"', 'package = "p"\nmodule = "a.b"', 24, "not the name of a Python module"),
        ('engine = "hibari"', 'module = "x"', 28, "has a module without a package."),
        (', pieces = [', ', peices = [', 30, "a file of model parts has no key peices. Did you mean pieces?"),
        ('size_bytes = 30, ', '', 30, "so that file needs size_bytes and sha256"),
        ('size_bytes = 30, ', 'size_bytes = 31, ', 30, "are 30 bytes together, and the file has 31."),
        ('package = "parts-one"', 'pakage = "parts-one"', 30, "has no key pakage. Did you mean package?"),
        ('package = "parts-one"', 'package = "../one"', 30, "package '../one' of a piece of a file of model parts"),
        ('version = "1.0.2"', 'version = ">=1"', 30, "is not a version of a Python package, such as 1.0.2."),
        ('version = "1.0.2", ', '', 30, "a piece of a file of model parts lacks version."),
        ('member = "parts_one/a.bin"', 'member = "../../a.bin"', 30, "leaves its folder or has an empty step."),
        ('member = "parts_one/a.bin"', 'member = "/etc/passwd"', 30, "starts at the root of the disk."),
        ('b.bin", size_bytes = 20', 'b.bin"', 30, "lacks size_bytes, which says where the next piece begins."),
        ('engine = "hibari"', 'repo = "a/b"', 25, "has pieces, so its revision must be a commit"),
        ('  ] },\n', '  ] },\n  "more.json",\n', 30, "the package index carries all of a model or nothing of it."),
        ('engine = "hibari"', 'revision = "main"', 28, "without a repo of its own."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert GOOD.count(old) == 1
    found = faults_of(GOOD.replace(old, new))
    assert any(fault.startswith(f"mine.toml:{line}: ") and words in fault for fault in found), found


def test_all_faults_are_named_at_once() -> None:
    text = GOOD.replace('licence = "MIT"', "license = 'MIT'").replace('"owner/ears"', '"owner"')
    found = faults_of(text)
    assert sum("has no key license. Did you mean licence?" in fault for fault in found) == 3
    assert any(
        "repo 'owner' of model ears is not a repository, which looks like owner/name." in fault for fault in found
    )


UNSAFE = [
    "../x", "a/../../x", "/etc/passwd", "C:/x", "C:\\\\x", "a\\\\b", "a//b", "./a", "a/.", "a/", "", "nul",
    "a/COM1.txt", "a\\u0000b", "a\\nb", "a.", "a ", "con/x", "a?b", "~:x",
]  # fmt: skip


@pytest.mark.parametrize("path", UNSAFE)
def test_no_path_leaves_its_folder(path: str) -> None:
    for place in ('"small.gguf"', f'{{ path = "small.gguf", size_bytes = 12, sha256 = "{SUM}" }}'):
        text = GOOD.replace('opens = "small.gguf"\n', "")
        files = f"files = [{place}]" if place.startswith("{") else None
        text = text.replace(files, f'files = ["{path}"]') if files else text.replace('"config.json"', f'"{path}"')
        assert any("file " in fault and "of model" in fault for fault in faults_of(text))


@pytest.mark.parametrize("name", [*UNSAFE, "a/b", ".hidden", "-x", "x" * 81, "tugão"])
def test_no_name_becomes_an_unsafe_folder(name: str) -> None:
    assert any("name" in fault for fault in faults_of(GOOD.replace('name = "word"', f'name = "{name}"')))


@given(st.text(max_size=60))
def test_a_path_that_is_let_through_stays_below_its_folder(path: str) -> None:
    from pathlib import PurePosixPath, PureWindowsPath

    from localvoice.catalog.safe_names import fault_of_path

    if fault_of_path(path) is None:
        for kind in (PurePosixPath, PureWindowsPath):
            assert not kind(path).is_absolute()
            assert not kind(path).drive
            assert ".." not in kind(path).parts


@given(st.text(max_size=200))
def test_any_text_is_a_catalog_or_a_catalog_error(text: str) -> None:
    try:
        parse(text, "x")
    except CatalogError as error:
        assert error.message and error.remedy


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-5, 5), st.text("ab.\"'/\\\0", max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["path", "x"]), inner)),
    max_leaves=5,
)


@given(st.sampled_from(sorted(fields_of(Entry))), VALUES)
def test_a_value_of_any_type_is_taken_or_refused_with_words(key: str, value: object) -> None:
    import tomlkit

    document = tomlkit.parse(GOOD)
    document["model"][0][key] = value  # type: ignore[index]
    try:
        parse(tomlkit.dumps(document), "x")
    except CatalogError as error:
        assert error.message and error.remedy


def test_the_persons_file_adds_and_replaces(tmp_path: Path) -> None:
    own = tmp_path / "catalog.toml"
    own.write_text(
        '[[model]]\nname = "mine"\nkind = "voice"\nlicence = "CC0-1.0"\nrepo = "me/voice"\nfiles = ["v.onnx"]\n'
        '[[model]]\nname = "whisper-base.en"\nkind = "transcriber"\nlicence = "MIT"\n'
        'repo = "me/ears"\nfiles = ["m.bin"]\n'
        '[[profile]]\nname = "laptop"\nabout = "Mine."\nmodels = ["mine", "whisper-tiny.en"]\n'
    )
    catalog = listing.load(own)
    assert catalog.entry("mine").repo == "me/voice"
    assert catalog.entry("whisper-base.en").repo == "me/ears"
    assert catalog.entry("whisper-small.en").repo == "Systran/faster-whisper-small.en"
    assert [entry.name for entry in catalog.expand(["laptop"])] == ["mine", "whisper-tiny.en"]
    assert listing.load(tmp_path / "nowhere.toml").entry("whisper-base.en").repo == "Systran/faster-whisper-base.en"


@pytest.mark.parametrize("kind", ["latin", "folder", "toml"])
def test_a_persons_file_that_is_none(tmp_path: Path, kind: str) -> None:
    own = tmp_path / "catalog.toml"
    if kind == "latin":
        own.write_bytes(b"# caf\xe9\n")
    elif kind == "folder":
        own.mkdir()
    else:
        own.write_text("[[model]\n")
    with pytest.raises(CatalogError, match=r"catalog\.toml"):
        listing.load(own)


def test_a_persons_model_may_not_differ_in_capitals_only() -> None:
    below = parse(GOOD, "ours")
    text = '[[model]]\nname = "EARS"\nkind = "chat"\nlicence = "MIT"\nrepo = "a/b"\nfiles = ["x"]\n'
    with pytest.raises(CatalogError, match="EARS and ears only differ in capitals"):
        parse(text, "mine.toml", below)


def test_the_catalog_is_parsed_once_however_often_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "catalog.toml"
    own.write_text('[[model]]\nname = "mine"\nkind = "voice"\nlicence = "MIT"\nrepo = "me/voice"\nfiles = ["v.onnx"]\n')
    read: list[str] = []

    def counting(text: str, file: str, error: type[LocalvoiceError]) -> dict[str, object]:
        read.append(file)
        return tree_of(text, file, error)

    monkeypatch.setattr(strict_toml, "tree_of", counting)
    listing._parsed.cache_clear()
    assert {id(listing.load(own)) for _ in range(5)} == {id(listing.load(own))}
    assert [Path(file).name for file in read] == ["catalog.toml"] * 2
    own.write_text(own.read_text().replace("mine", "other"))
    assert "other" in listing.load(own).entries and len(read) == 3
