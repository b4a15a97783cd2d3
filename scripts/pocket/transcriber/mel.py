"""Whisper's log-mel in torch, with vocal tracts stretched and compressed on the way for training."""

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from torch import Tensor

N_FFT, HOP = 400, 160
WARPS = np.linspace(0.84, 1.19, 15)


def filters(warp: float = 1.0) -> Tensor:
    """(80, 201): Whisper's mel filters; warp > 1 moves every resonance up."""
    plain = FeatureExtractor(feature_size=80).mel_filters.astype(np.float32)
    if warp == 1.0:
        return torch.from_numpy(plain)
    # Filter m reads bin k * 1/warp: the sound at frequency f arrives where f * warp lies.
    bins = np.arange(plain.shape[1])
    bent = np.stack([np.interp(bins * warp, bins, row, right=0.0) for row in plain])
    bent *= (plain.sum(1) / np.maximum(bent.sum(1), 1e-8))[:, None]
    # Compressed tracts leave the top filters without a source: they see the last bin.
    return torch.from_numpy(bent.astype(np.float32))


BANK = torch.stack([filters(1.0)] + [filters(w) for w in WARPS])


def power(audio: Tensor, hop: int = HOP) -> Tensor:
    """(batch, samples) -> (batch, 201, samples // hop)"""
    window = torch.hann_window(N_FFT)
    return torch.stft(audio, N_FFT, hop, window=window, return_complex=True)[..., :-1].abs().square()


def log_mel(mel: Tensor) -> Tensor:
    """Whisper's compression of mel powers (batch, 80, frames), each item against its own loudest point."""
    out = mel.clamp(min=1e-10).log10()
    out = torch.maximum(out, out.amax(dim=(1, 2), keepdim=True) - 8.0)
    return (out + 4.0) / 4.0
