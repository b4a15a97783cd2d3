"""libsndfile through soundfile: the only file that imports it."""

import os
from pathlib import Path

from localvoice.errors import BadWav
from localvoice.sound import Samples


def read(path: Path) -> tuple[Samples, int]:
    """(samples, rate_hz) of a sound file of any format that libsndfile knows; samples float32 of shape
    (n, channels).

    Raises BadWav when libsndfile does not understand the file.
    """
    import soundfile

    try:
        name = os.fsencode(path) if os.name == "posix" else str(path)
        samples, rate_hz = soundfile.read(name, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        # TypeError and ValueError: soundfile takes a file named .raw for headerless samples and asks for
        # its rate.
        reason = getattr(error, "error_string", "it has no header").strip().rstrip(".")
        raise BadWav(
            f"{path} is not a readable sound file ({reason}).",
            "Use a WAV, FLAC or Ogg file that other players can play.",
        ) from None
    return samples, int(rate_hz)
