"""Where this program keeps things on this platform: settings, data, and what can be made again.

Nothing is created here; the code that writes makes its folder. platformdirs knows each platform's rules.
"""

from pathlib import Path

NAME = "localvoice"


def config() -> Path:
    """What a person writes: the settings file, catalog entries of their own."""
    import platformdirs

    return Path(platformdirs.user_config_dir(NAME, appauthor=False))


def data() -> Path:
    """What must not be lost: models, lists, recordings."""
    import platformdirs

    return Path(platformdirs.user_data_dir(NAME, appauthor=False))


def cache() -> Path:
    """What can be made again."""
    import platformdirs

    return Path(platformdirs.user_cache_dir(NAME, appauthor=False))
