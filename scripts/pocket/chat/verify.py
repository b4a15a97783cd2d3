"""Shows that llama.cpp sees the tokens that training saw, and answers as torch does.

python scripts/pocket/chat/verify.py --write FILE --work build/pocket-chat    (needs torch: what training sees)
python scripts/pocket/chat/verify.py --compare FILE [--model FILE]            (the program's engine on the GGUF)
"""

import argparse
import json
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]
from dialogues import SYSTEM, dialogue, render  # noqa: E402
from world import held_out  # noqa: E402

DIALOGUES = 600
PROMPTS = 16
LONGEST_REPLY = 40


def write(to: Path, work: Path) -> None:
    import torch
    from export import load

    torch.set_num_threads(1)  # several threads on one short row only wait for each other
    model, tokenizer = load(work)
    texts = ["".join(text for text, _ in render(dialogue(Random(i)))) for i in range(DIALOGUES)]
    answers = []
    end = tokenizer.token_to_id("<|im_end|>")
    for row in held_out()[:: max(1, len(held_out()) // PROMPTS)]:
        prompt = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{row['text']}<|im_end|>\n<|im_start|>assistant\n"
        ids: list[int] = tokenizer.encode(prompt, add_special_tokens=False).ids
        start = len(ids)
        with torch.no_grad():
            while len(ids) - start < LONGEST_REPLY and (len(ids) == start or ids[-1] != end):
                hidden = model.hidden(torch.tensor([ids]))[:, -1]
                ids.append(int(model.logits(hidden).argmax()))
        answers.append({"prompt": prompt, "ids": ids[start:]})
    tokens = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    to.write_text(json.dumps({"texts": texts, "tokens": tokens, "answers": answers}), encoding="utf-8")


def compare(file: Path, model: Path) -> None:
    from localvoice.engines.chat.llama import LlamaEngine

    seen = json.loads(file.read_text(encoding="utf-8"))
    engine = LlamaEngine(model, context_tokens=1024, threads=1, trusted=True)
    same = sum(engine.tokenise(text) == ids for text, ids in zip(seen["texts"], seen["tokens"], strict=True))
    print(f"same tokens: {same} of {len(seen['texts'])} dialogues")
    equal = 0
    for row in seen["answers"]:
        engine.keep(engine.tokenise(row["prompt"]))
        ids: list[int] = []
        while len(ids) < LONGEST_REPLY and not (ids and engine.is_end(ids[-1])):
            ids.append(engine.sample())
            engine.add(ids[-1])
        equal += ids == row["ids"]
    print(f"same greedy answer as torch in float32: {equal} of {len(seen['answers'])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--compare", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/pocket-chat"))
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "pocket" / "chat" / "pocket-chat.gguf")
    options = parser.parse_args()
    if options.write:
        write(options.write, options.work)
    if options.compare:
        compare(options.compare, options.model)


if __name__ == "__main__":
    main()
