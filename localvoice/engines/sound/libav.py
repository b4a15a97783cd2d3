"""FFmpeg's libraries through PyAV, which faster-whisper brings: the only file that imports it.

For what libsndfile does not know: the recordings of phones and browsers, and the sound of films.
"""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from localvoice.engines.sound.decoded import Decoded, ForC
from localvoice.errors import BadWav
from localvoice.sound import Samples

LOCAL = {"protocol_whitelist": "none"}
"""A playlist (HLS, DASH, concat) names other files and addresses; none of them is opened."""
PROTECTED = ("drms", "enca")
MOST_FAULTS = 100
MOST_BOXES = 1000
INDEXED = ("mov,mp4,m4a,3gp,3g2,mj2", "asf", "flac")
FILMS = ("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi", "mpegts", "mpeg", "flv", "asf", "ogg")
"""Any noise looks like a bare stream of pictures to FFmpeg; these have a header that it cannot have by chance."""
_REMEDY = "Use a file that other players can play."


def decode(file: BinaryIO, name: str) -> Decoded:
    """The first sound track in `file`, open for reading, at its beginning, and able to seek; `name` is for messages.

    Raises BadWav if FFmpeg does not know the format, or if there is no sound track that it can decode.
    """
    import av

    av.logging.set_level(None)  # its complaints about damaged files belong to no one's terminal
    if _unfinished(file):
        raise BadWav(
            f"{name} was never finished: the index that a recorder writes last is missing.",
            "Record it again, and end the recording before the program or the device is switched off.",
        )
    try:
        container: Any = av.open(ForC(file), mode="r", options=LOCAL, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise BadWav(f"{name} is not a readable sound file ({_reason(error)}).", _REMEDY) from None
    tracks = container.streams.audio
    if not len(tracks):
        what = "has no sound track" if container.format.name in FILMS else "is not a readable sound file"
        container.close()
        raise BadWav(f"{name} {what}.", "Use a file that other players can play, with sound.")
    track = tracks[0]
    if track.codec_context is not None and track.codec_context.codec_tag in PROTECTED:
        container.close()
        raise BadWav(f"{name} is copy-protected.", "Use a recording that any player can play.")
    frames = _frames(container, track)
    first = next(frames, None)
    if first is None:
        codec = track.codec_context.name if track.codec_context is not None else "unknown"
        container.close()
        raise BadWav(
            f"The sound track of {name} cannot be decoded ({codec}).",
            "It may be damaged or copy-protected. " + _REMEDY,
        )
    rate_hz, channels = int(first.sample_rate), len(first.layout.channels)
    return Decoded(rate_hz, channels, _promised_s(container, track), _blocks(container, first, frames))


def _unfinished(file: BinaryIO) -> bool:
    """Whether `file` is of MP4's kind and has sound but no index (`moov`). Leaves it at its beginning."""
    size = file.seek(0, io.SEEK_END)
    at = 0
    names: list[bytes] = []
    while at + 8 <= size and len(names) < MOST_BOXES:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:  # a long one
            length = int.from_bytes(head[8:], "big")
        names.append(head[4:8])
        at += max(8, length or size)
    file.seek(0)
    return names[:1] == [b"ftyp"] and b"moov" not in names and b"moof" not in names


def _promised_s(container: Any, track: Any) -> float | None:
    # Formats without an index state what a bit rate makes of the size.
    if container.format.name in INDEXED and track.duration and track.time_base:
        return float(track.duration * track.time_base)
    return None


def _frames(container: Any, track: Any) -> Iterator[Any]:
    """Decoded frames; what is damaged is left out, as players do."""
    import av

    for _ in range(MOST_FAULTS):
        try:
            for packet in container.demux(track):
                try:
                    yield from packet.decode()
                except (av.FFmpegError, ValueError):
                    continue
            return
        except (av.FFmpegError, OSError, IndexError):
            # IndexError: PyAV does not expect a stream that begins on the way, as a damaged one seems to.
            continue


def _blocks(container: Any, first: Any, rest: Iterator[Any]) -> Iterator[Samples]:
    """float32 of shape (n, channels), as the first frame has it, whatever later ones are like."""
    import av

    def resampler() -> Any:
        # Interleaved: PyAV reads beyond the planes of eight channels and more.
        return av.AudioResampler(format="flt", layout=layout, rate=rate_hz)

    # Read now: the resampler empties the frames that it is given.
    layout, channels, rate_hz = first.layout.name, len(first.layout.channels), first.sample_rate
    converting, shape = resampler(), _shape(first)

    def converted(frame: Any) -> Iterator[Samples]:
        try:
            converted_frames = converting.resample(frame)
        except (av.FFmpegError, ValueError):
            return
        for made in converted_frames:
            yield made.to_ndarray().reshape(-1, channels)

    with container:
        yield from converted(first)
        for frame in rest:
            if _shape(frame) != shape:
                yield from converted(None)
                converting, shape = resampler(), _shape(frame)
            yield from converted(frame)
        yield from converted(None)


def _shape(frame: Any) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).strip().rstrip(".")
