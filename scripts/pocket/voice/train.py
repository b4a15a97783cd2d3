"""Trains the pocket voice on the shards that prepare.py wrote.

    python scripts/pocket/voice/train.py --data DIR --out DIR/voice.pt --minutes 60
Goes on from `--out` where it exists (same schedule, minutes count from the first start), reads new shards as they come
and saves every two minutes.
"""

import argparse
import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from model import FEATURES, GROUP, PITCH, VOICED, Acoustic, Shape, layout
from torch import Tensor
from torch.nn import functional

FLOOR = -10.5
BATCH_GROUPS = 1000


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence: tokens, durations in frames, features [4 * groups, 64], layout."""

    tokens: Tensor
    durations: Tensor
    features: Tensor
    index: Tensor
    places: Tensor


def read_shard(path: Path) -> list[Example]:
    """The sentences of one shard; durations are rounded so that the frames add up."""
    shard = np.load(path)
    out = []
    token_begin = frame_begin = 0
    for token_end, frame_end in zip(shard["token_ends"], shard["frame_ends"], strict=True):
        durations = torch.from_numpy(shard["durations"][token_begin:token_end])
        features = torch.from_numpy(shard["features"][frame_begin:frame_end].astype(np.float32))
        index, places = layout(durations)
        wanted = GROUP * len(index)
        if len(features) < wanted:
            features = torch.cat([features, features[-1:].expand(wanted - len(features), -1)])
        features = features[:wanted].clone()
        features[:, :56].clamp_(min=FLOOR)
        tokens = torch.from_numpy(shard["tokens"][token_begin:token_end].astype(np.int64))
        out.append(Example(tokens, durations, features, index, places))
        token_begin, frame_begin = token_end, frame_end
    return out


def batches(examples: list[Example], rng: random.Random) -> list[list[Example]]:
    """Sentences of like length together, about BATCH_GROUPS groups of frames each, in random order."""
    ordered = sorted(examples, key=lambda e: len(e.index) * rng.uniform(0.9, 1.1))
    out: list[list[Example]] = []
    current: list[Example] = []
    for e in ordered:
        if current and len(e.index) * (len(current) + 1) > BATCH_GROUPS:
            out.append(current)
            current = []
        current.append(e)
    out.append(current)
    rng.shuffle(out)
    return out


def _padded(parts: list[Tensor]) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence(parts, batch_first=True)


def losses(model: Acoustic, batch: list[Example]) -> dict[str, Tensor]:
    """Mean absolute errors: durations, envelope, its change, aperiodicity, pitch; cross-entropy of voicing."""
    tokens = _padded([e.tokens for e in batch])
    lengths = torch.tensor([len(e.tokens) for e in batch])
    wanted_time = torch.log1p(_padded([e.durations for e in batch]))
    text_mask = (torch.arange(tokens.shape[1])[None] < lengths[:, None]).float()
    groups = torch.tensor([len(e.index) for e in batch])
    mask = (torch.arange(int(groups.max()))[None] < groups[:, None]).float()[..., None]
    frame_mask = mask.repeat_interleave(GROUP, dim=1)
    wanted = (_padded([e.features for e in batch]) - model.mean) / model.spread

    text, log_time = model.encode(tokens, lengths)
    given = model.decode(text, _padded([e.index for e in batch]), _padded([e.places for e in batch]), mask)
    voiced = frame_mask * (wanted[..., VOICED : VOICED + 1] * model.spread[VOICED] + model.mean[VOICED] > 0.5)
    frames, voiced_frames = frame_mask.sum(), voiced.sum() + 1
    error = (given - wanted).abs()
    change = ((given[:, 1:] - given[:, :-1]) - (wanted[:, 1:] - wanted[:, :-1]))[..., :56].abs() * frame_mask[:, 1:]
    gate = functional.binary_cross_entropy_with_logits(
        given[..., VOICED : VOICED + 1], voiced, weight=frame_mask, reduction="sum"
    )
    return {
        "time": ((log_time - wanted_time).abs() * text_mask).sum() / text_mask.sum(),
        "bands": (error[..., :56] * frame_mask).sum() / frames / 56,
        "change": change.sum() / frames / 56,
        "breath": (error[..., 56:PITCH] * voiced).sum() / voiced_frames / 6,
        "pitch": (error[..., PITCH : PITCH + 1] * voiced).sum() / voiced_frames,
        "gate": gate / frames,
    }


WEIGHTS = {"time": 2.0, "bands": 2.0, "change": 2.0, "breath": 0.5, "pitch": 0.7, "gate": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    rng = random.Random(1)
    shards: dict[Path, list[Example]] = {}

    def gather() -> list[Example]:
        for path in sorted(options.data.glob("shard_*[0-9].npz")):
            if path not in shards:
                shards[path] = read_shard(path)
        return [e for part in shards.values() for e in part]

    everything = gather()
    model = Acoustic(Shape())
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01)
    averaged = {k: v.clone() for k, v in model.state_dict().items()}
    spent_s, step = 0.0, 0
    if options.out.exists():
        state = torch.load(options.out)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        averaged, spent_s, step = state["averaged"], state["spent_s"], state["step"]
    else:
        sample = torch.cat([e.features for e in everything])
        voiced = sample[:, VOICED] > 0.5
        model.mean.copy_(sample.mean(0))
        model.spread.copy_(sample.std(0))
        for part in (slice(56, PITCH), slice(PITCH, PITCH + 1)):
            model.mean[part] = sample[voiced][:, part].mean(0)
            model.spread[part] = sample[voiced][:, part].std(0)
        averaged["mean"], averaged["spread"] = model.mean.clone(), model.spread.clone()
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(everything)} sentences", flush=True)
    assert FEATURES == len(model.mean)

    total_s = 60 * options.minutes
    clock = saved = time.monotonic()
    while spent_s < total_s:
        everything = gather()
        checked, trained = everything[:40], everything[40:]
        running: dict[str, float] = dict.fromkeys(WEIGHTS, 0.0)
        steps_before = step
        model.train()
        for batch in batches(trained, rng):
            progress = min(spent_s / total_s, 1.0)
            rate = float(options.rate * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * np.cos(np.pi * progress)) + 1e-6)
            for group in optimiser.param_groups:
                group["lr"] = rate
            parts = losses(model, batch)
            loss = sum((WEIGHTS[k] * v for k, v in parts.items()), torch.zeros(()))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            keep = min(0.999, step / (step + 20))
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    averaged[name].mul_(keep).add_(value, alpha=1 - keep)
            step += 1
            for name, value in parts.items():
                running[name] += float(value.detach())
            now = time.monotonic()
            spent_s, clock = spent_s + now - clock, now
            if now - saved > 120:
                break
        now = time.monotonic()
        if now - saved > 120 or spent_s >= total_s:
            saved = now
            keep_state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "averaged": averaged,
                          "spent_s": spent_s, "step": step}  # fmt: skip
            partial = options.out.with_suffix(".tmp")
            torch.save(keep_state, partial)
            partial.rename(options.out)
            twin = Acoustic(Shape())
            twin.load_state_dict(averaged)
            twin.eval()
            with torch.no_grad():
                test = losses(twin, checked)
            print("  averaged, unseen: " + " ".join(f"{k} {float(v):.3f}" for k, v in test.items()), flush=True)
        print(
            f"{spent_s / 60:.1f} min, step {step}, {len(everything)} sentences: "
            + " ".join(f"{k} {v / (step - steps_before):.3f}" for k, v in running.items()), flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
