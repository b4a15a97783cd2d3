"""Trains the bundled transcriber; stops and goes on at any time.

    LOCALVOICE_SPEECH=FOLDER python scripts/pocket/transcriber/train.py --data DIR --checkpoint FILE --minutes 90 --resume
    ... --init models/pocket/transcriber     starts from the exported weights (or, --init FILE.pt, from a checkpoint's)

Each rank is a process with one thread that makes and learns batches of its own; gradients are averaged.
"""

import argparse
import multiprocessing
import os
import sys
import time
from pathlib import Path
from queue import Full
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from transcriber import batches, warm
from transcriber.model import Whisper

BUNDLED = Path(__file__).resolve().parents[3] / "models" / "pocket" / "transcriber"


def optimizers(model: Whisper, peak: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the blocks, AdamW for everything else."""
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        inside = name.startswith(("encoder.", "decoder.")) and parameter.ndim == 2
        (matrices if inside else others).append(parameter)
    return [
        torch.optim.Muon(matrices, lr=2.5 * peak, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=peak, weight_decay=0.01, betas=(0.9, 0.98)),
    ]


def attention_loss(model: Whisper, place: torch.Tensor) -> torch.Tensor:
    """How little the first head of each decoder layer looks at the frames where the word is said.

    The synthesiser tells where each word is; finding it out from text alone takes an hour.
    """
    known = place[..., 0] >= 0
    if not known.any():
        return torch.zeros(())
    total = torch.zeros(())
    for block in model.decoder:
        weights = block.cross.looked_at[:, 0].float()
        frames = torch.arange(weights.shape[2])
        inside = (frames >= place[..., :1] - 2) & (frames < place[..., 1:] + 3)
        total = total - (weights * inside).sum(-1)[known].clamp(min=1e-4).log().mean()
    return total / len(model.decoder)


def rate(progress: float, step: int, decay_from: float) -> float:
    """1 after a short warm-up, falling linearly to 0.02 once progress (0..1) passes decay_from."""
    warm = min(1.0, (step + 1) / 150)
    fall = min(1.0, max(0.02, (1 - progress) / (1 - decay_from)))
    return warm * fall


def feed(options: argparse.Namespace, queue: Any, share: Any, hardness: Any, long_share: Any) -> None:
    """Makes batches in a process of its own; the shared values hold what is wanted now."""
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    recorded, rooms = batches.people(Path(options.speech), "train", options.data) if options.speech else (None, [])
    made = batches.synthetic(options.data, options.names)
    print(f"{len(made.items)} synthetic utterances, {len(recorded.items) if recorded else 0} recorded", flush=True)
    maker = batches.Maker(tokenizer, made, recorded, rooms, options.seed)
    queue.cancel_join_thread()
    trainer = multiprocessing.parent_process()
    while trainer is not None and trainer.is_alive():
        maker.hardness, maker.long_share = hardness.value, long_share.value
        batch = maker.batch(share.value)
        parts = (
            batch.mel.half().numpy(),
            batch.tokens.numpy(),
            batch.targets.numpy(),
            batch.letters.numpy(),
            batch.letter_counts.numpy(),
            batch.sounding.numpy(),
            batch.place.numpy(),
        )
        # A trainer that was ended from outside leaves the queue full for ever.
        while trainer.is_alive():
            try:
                queue.put(parts, timeout=5)
                break
            except Full:
                pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--names", default="*")
    parser.add_argument("--speech", type=Path, default=os.environ.get("LOCALVOICE_SPEECH"))
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--decay-from", type=float, default=0.72)
    parser.add_argument("--peak", type=float, default=2e-3)
    parser.add_argument("--real", type=float, default=0.3, help="share of real speech once listening is learnt")
    parser.add_argument("--hard", type=float, default=0.6, help="share of rooms, noise and bent voices then, 0 to 1")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--init", type=Path, help="an exported model, or a checkpoint, to start from")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--plain-steps", type=int, default=500)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--port", type=int, default=29617)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=learn, args=(options, rank)) for rank in range(1, options.ranks)]
    for other in others:
        other.start()
    learn(options, 0)
    for other in others:
        other.join()


def mean_over_ranks(model: Whisper, progress: float) -> float:
    """Averages the gradients of all ranks in place; returns rank 0's progress, so that all stop together."""
    parameters = [p for p in model.parameters() if p.grad is not None]
    flat = torch.cat([*(p.grad.flatten() for p in parameters), torch.tensor([progress])])
    dist.all_reduce(flat)
    at = 0
    for p in parameters:
        p.grad.copy_(flat[at : at + p.numel()].view_as(p) / dist.get_world_size())
        at += p.numel()
    return float(flat[-1])


def learn(options: argparse.Namespace, rank: int) -> None:
    """One rank's training from start (or checkpoint) to end; rank 0 prints and saves."""
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{options.port}", rank=rank, world_size=options.ranks)
    options.seed += rank
    torch.set_num_threads(1)
    torch.manual_seed(0)  # the same start for every rank
    tokenizer = Tokenizer.from_file(str(BUNDLED / "tokenizer.json"))
    context = multiprocessing.get_context("spawn")
    queue = context.Queue(3)
    share, hardness, long_share = context.Value("d", 0.1), context.Value("d", 0.2), context.Value("d", 0.1)
    maker = context.Process(target=feed, args=(options, queue, share, hardness, long_share), daemon=True)
    maker.start()
    eot = tokenizer.token_to_id("<|endoftext|>")
    model = Whisper(tokenizer.token_to_id("<|notimestamps|>") + 1)
    if options.init and options.init.is_dir():
        warm.load(model, options.init)
    elif options.init:
        model.load_state_dict(torch.load(options.init, weights_only=True)["average"])
    average = {name: value.clone() for name, value in model.state_dict().items()}
    tuners = optimizers(model, options.peak)
    step, spent_s = 0, 0.0
    if options.resume and options.checkpoint.exists():
        state = torch.load(options.checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        average = state["average"]
        for tuner, saved in zip(tuners, state["tuners"], strict=True):
            tuner.load_state_dict(saved)
        step, spent_s = state["step"], state["spent_s"]
    torch.manual_seed(options.seed)
    progress = spent_s / (options.minutes * 60)
    saved_at = last = time.monotonic()
    sums, counted = torch.zeros(5), 0
    while progress < 1:
        for tuner, scale in zip(tuners, (2.5, 1.0), strict=True):
            for group in tuner.param_groups:
                group["lr"] = scale * options.peak * rate(progress, step, options.decay_from)
        # Plain speech first: listening is learnt in minutes there, and hardly at all under full distortion.
        grown = min(1.0, max(0.0, (step - options.plain_steps) / 700))
        long_share.value = 0.2 if progress < 0.8 else 0.5
        hardness.value = 0.2 + (options.hard - 0.2) * grown if progress < 0.7 else min(1.0, options.hard + 0.2)
        share.value = options.real * (0.2 + 0.8 * grown)
        batch = batches.Batch(*(torch.from_numpy(part) for part in queue.get()))
        made_at = time.monotonic()
        guide = max(0.4, 1 - grown)
        tokens = batch.tokens
        # Some wrong words in the history: the decoder must listen, not recite.
        wrong = (torch.rand(tokens.shape) < 0.08) & (tokens < eot)
        tokens = torch.where(wrong, torch.randint_like(tokens, 256, eot), tokens)
        with torch.autocast("cpu", torch.bfloat16):
            memory = model.encode(batch.mel.float())
            logits = model.decode(tokens, memory)
            spelled = model.spell(memory)
            sounded = model.sounding(memory)
        loss = F.cross_entropy(logits.float().flatten(0, 1), batch.targets.flatten(), label_smoothing=0.03)
        spelling = F.ctc_loss(
            spelled.float().log_softmax(-1).transpose(0, 1),
            batch.letters,
            torch.full((len(tokens),), memory.shape[1]),
            batch.letter_counts,
            zero_infinity=True,
        )
        framewise = F.cross_entropy(sounded.float().flatten(0, 1), batch.sounding.flatten(), reduction="sum")
        framewise = framewise / (batch.sounding >= 0).sum().clamp(min=1)
        looking = attention_loss(model, batch.place)
        for tuner in tuners:
            tuner.zero_grad(set_to_none=False)
        (loss + 0.3 * spelling + guide * (framewise + 0.3 * looking)).backward()
        progress = mean_over_ranks(model, spent_s / (options.minutes * 60) if rank == 0 else 0.0)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for tuner in tuners:
            tuner.step()
        keep = min(0.998, step / (step + 50))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - keep)
        step += 1
        now = time.monotonic()
        sums += torch.tensor([loss.item(), spelling.item(), made_at - last, framewise.item(), looking.item()])
        counted += 1
        spent_s, last = spent_s + now - last, now
        if step % 50 == 0 and rank == 0:
            said, spelt, making, frames, looks = (sums / counted).tolist()
            print(
                f"{time.strftime('%H:%M:%S')} step {step} {spent_s / 60:.1f} min loss {said:.3f} "
                f"spelling {spelt:.3f} frames {frames:.3f} looking {looks:.3f} waiting {making:.3f} s",
                flush=True,
            )
            sums, counted = torch.zeros(5), 0
        if rank == 0 and (now - saved_at > 120 or progress >= 1):
            new = options.checkpoint.with_suffix(".new")
            torch.save(
                {
                    "model": model.state_dict(),
                    "average": average,
                    "tuners": [t.state_dict() for t in tuners],
                    "step": step,
                    "spent_s": spent_s,
                },
                new,
            )
            new.replace(options.checkpoint)
            saved_at = now


if __name__ == "__main__":
    main()
