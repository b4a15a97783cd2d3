"""Passages as subtitles: SubRip (.srt) and WebVTT (.vtt)."""

from localvoice.one_shot.transcribe import Passage

VTT_HEAD = "WEBVTT\n"


def srt(number: int, passage: Passage) -> str:
    """One cue, with the empty line after it; `number` counts from 1."""
    # An empty line would end the cue, and an arrow is taken for times.
    text = " ".join(passage.text.split()).replace("-->", "→")
    return f"{number}\n{_time(passage.from_s, ',')} --> {_time(passage.to_s, ',')}\n{text}\n"


def vtt(passage: Passage) -> str:
    """One cue, with the empty line after it."""
    text = " ".join(passage.text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_time(passage.from_s, '.')} --> {_time(passage.to_s, '.')}\n{text}\n"


def _time(seconds: float, point: str) -> str:
    """Hours:minutes:seconds and milliseconds."""
    whole_ms = round(seconds * 1000)
    minutes, ms = divmod(whole_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{ms // 1000:02}{point}{ms % 1000:03}"
