"""Sound as phones, browsers and cameras keep it."""

from pathlib import Path

import av
import numpy as np

from localvoice.sound import EAR_HZ, Samples


def write(
    path: Path, samples: Samples, codec: str | None, rate_hz: int = EAR_HZ, layout: str = "mono", film: bool = False
) -> Path:
    """`samples` (mono, 16 kHz) by FFmpeg's `codec` in the container that the name asks for; `film` adds pictures, and
    a codec of None leaves the sound out."""
    with av.open(str(path), "w") as container:
        if film:
            pictures = container.add_stream("mpeg4", rate=10)
            pictures.width = pictures.height = 64
            pictures.pix_fmt = "yuv420p"
        if codec:
            sound = container.add_stream(codec, rate=rate_hz)
            sound.layout = layout
        if film:
            for number in range(10):
                picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                picture.pts = number
                container.mux(pictures.encode(picture))
            container.mux(pictures.encode(None))
        if codec:
            frame = av.AudioFrame.from_ndarray((samples[None] * 32767).astype(np.int16), format="s16", layout="mono")
            frame.sample_rate = EAR_HZ
            to_codec = av.AudioResampler(sound.format, layout, rate_hz, frame_size=sound.frame_size or 0)
            for part in to_codec.resample(frame) + to_codec.resample(None):
                container.mux(sound.encode(part))
            container.mux(sound.encode(None))
    return path
