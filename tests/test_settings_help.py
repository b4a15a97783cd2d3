"""What is said of the settings: each has an explanation, and docs/settings.md is what the program makes."""

from pathlib import Path

from localvoice import config, settings_help

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"


def test_every_setting_is_explained_with_what_it_may_be() -> None:
    told = {one.name: one for one in settings_help.all_settings()}
    assert list(told) == list(config.flatten(config.Settings()))
    assert all(one.explanation.endswith(".") for one in told.values())
    assert told["turn.end_of_turn_ms"].values == "a whole number from 100 to 5000"
    assert told["echo.engine"].values == "both, speex, aec3 or off"
    assert told["models.folder"].values == "a folder"
    assert told["chat.model"].values == "the name of a model, or a path"


def test_the_page_of_settings_is_made_from_them() -> None:
    words = "docs/settings.md is old: python -m localvoice.settings_help > docs/settings.md"
    assert PAGE.read_text("utf-8") == settings_help.page(), words
