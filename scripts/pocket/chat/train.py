"""Trains the pocket chat model: python scripts/pocket/chat/train.py --minutes 25 [--resume] [--threads 1]

Needs torch and tokenizers. Dialogues are made as they are needed, so no sentence list is stored. The checkpoint
(weights, optimiser, tokenizer) goes to --work and is written every two minutes; --resume goes on from it.
Only what the assistant says and calls is learned.
"""

import argparse
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from torch.nn import functional as F

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from dialogues import Message, dialogue, render  # noqa: E402
from model import Llama, Shape  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from tokens import load_tokenizer, train_tokenizer  # noqa: E402

LONGEST = 1024  # tokens of one training row; longer dialogues are cut
BATCH_TOKENS = 3072
WARM_UP_STEPS = 40
AVERAGE_STEPS = 60  # the written model is a running average of the weights over about so many steps
FALL = 0.4  # share of the time in which the learning rate falls to zero


def encode(tokenizer: Tokenizer, dialogues: list[list[Message]]) -> list[tuple[list[int], list[bool]]]:
    """Token ids of each dialogue as llama.cpp makes them of the rendered prompt, and which of them are learned."""
    rows = []
    start, end = tokenizer.token_to_id("<|im_start|>"), tokenizer.token_to_id("<|im_end|>")
    texts = ["".join(text for text, _ in render(d)) for d in dialogues]
    for messages, encoding in zip(dialogues, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True):
        ids: list[int] = encoding.ids
        learned = [False] * len(ids)
        starts = [i for i, t in enumerate(ids) if t == start]
        assert len(starts) == len(messages)
        for at, message in zip(starts, messages, strict=True):
            if message.learn:
                stop = ids.index(end, at)
                head = len(tokenizer.encode(f"<|im_start|>{message.role}\n", add_special_tokens=False).ids)
                learned[at + head : stop + 1] = [True] * (stop + 1 - at - head)
        rows.append((ids[:LONGEST], learned[:LONGEST]))
    return rows


def batches(tokenizer: Tokenizer, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """(tokens [b, n], targets [b, n] with -100 where nothing is learned), without end."""
    rng = Random(seed)
    while True:
        rows = encode(tokenizer, [dialogue(rng) for _ in range(600)])
        rows = sorted((r for r in rows if any(r[1])), key=lambda r: len(r[0]))
        groups: list[list[tuple[list[int], list[bool]]]] = [[]]
        for row in rows:
            if (len(groups[-1]) + 1) * len(row[0]) > BATCH_TOKENS:
                groups.append([])
            groups[-1].append(row)
        rng.shuffle(groups)
        for group in groups:
            longest = max(len(ids) for ids, _ in group)
            tokens = torch.zeros(len(group), longest, dtype=torch.int64)
            targets = torch.full((len(group), longest), -100, dtype=torch.int64)
            for i, (ids, learned) in enumerate(group):
                tokens[i, : len(ids)] = torch.tensor(ids)
                wanted = torch.tensor([t if on else -100 for t, on in zip(ids, learned, strict=True)])
                targets[i, : len(ids) - 1] = wanted[1:]
            yield tokens, targets


def loss_of(model: Llama, tokens: Tensor, targets: Tensor) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.hidden(tokens)
        picked = targets != -100
        logits = model.logits(hidden[picked])
    return F.cross_entropy(logits.float(), targets[picked])


def optimisers(model: Llama) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for the rest."""
    inner = [p for n, p in model.named_parameters() if p.dim() == 2 and n.startswith("blk")]
    rest = [p for n, p in model.named_parameters() if not (p.dim() == 2 and n.startswith("blk"))]
    return [
        torch.optim.Muon(inner, lr=0.003, weight_decay=0.05, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=0.003, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--work", type=Path, default=Path("build/pocket-chat"))
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--compile", action="store_true", help="fuse operations (needs a C++ compiler, 1.6 times faster)"
    )
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    tokenizer_file, checkpoint = options.work / "tokenizer.json", options.work / "checkpoint.pt"
    if not tokenizer_file.exists():
        rng = Random(0)
        texts = [text for _ in range(6000) for text, _ in render(dialogue(rng))]
        train_tokenizer(texts).save(str(tokenizer_file))
    tokenizer = load_tokenizer(tokenizer_file)
    model = Llama(Shape(vocabulary=tokenizer.get_vocab_size(), layers=options.layers))
    optims = optimisers(model)
    top = [group["lr"] for o in optims for group in o.param_groups]
    average = {name: value.clone() for name, value in model.state_dict().items()}
    spent, step = 0.0, 0
    if options.resume and checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        average = saved["average"]
        for o, state in zip(optims, saved["optimisers"], strict=True):
            o.load_state_dict(state)
        spent, step = saved["spent"], saved["step"]
    if options.compile:
        for layer in model.blk:
            layer.compile(dynamic=True)  # in place, so that the names in the checkpoint stay
    total = options.minutes * 60
    began, saved_at, shown = time.monotonic() - spent, time.monotonic(), 0.0
    tokens_seen, smooth = 0, 0.0

    def save() -> None:
        temporary = checkpoint.with_suffix(".new")
        state = {
            "model": model.state_dict(),
            "average": average,
            "optimisers": [o.state_dict() for o in optims],
            "shape": asdict(model.shape),
            "spent": time.monotonic() - began,
            "step": step,
        }
        torch.save(state, temporary)
        temporary.replace(checkpoint)

    for tokens, targets in batches(tokenizer, options.seed * 1000 + step):
        now = time.monotonic() - began
        if now > total:
            break
        # Warm-up, a plateau, and a linear fall to the end.
        rate = min(1.0, (step + 1) / WARM_UP_STEPS) * min(1.0, max(0.02, (1 - now / total) / FALL))
        for group, lr in zip((g for o in optims for g in o.param_groups), top, strict=True):
            group["lr"] = lr * rate
        loss = loss_of(model, tokens, targets)
        for o in optims:
            o.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in optims:
            o.step()
        step += 1
        keep = 1 - 1 / min(step, AVERAGE_STEPS)
        for name, value in model.state_dict().items():
            average[name].lerp_(value, 1 - keep)
        tokens_seen += tokens.numel()
        smooth = loss.item() if not smooth else 0.95 * smooth + 0.05 * loss.item()
        if not math.isfinite(smooth):
            raise SystemExit("The loss is not finite; start again with another --seed.")
        if now - shown > 15:
            shown = now
            print(
                f"{now / 60:5.1f} min  step {step}  loss {smooth:.4f}  {tokens_seen / max(1e-9, now - spent):.0f} tok/s",
                flush=True,
            )
        if time.monotonic() - saved_at > 120:
            save()
            saved_at = time.monotonic()
    save()


if __name__ == "__main__":
    main()
