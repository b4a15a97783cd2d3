"""Training batches: utterances are bent, placed in a context, put in a room, and labelled."""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from transcriber import mel, real, sounds
from transcriber.model import LETTERS

RATE_HZ = 16_000
FRAMES_PER_BATCH = 7_000


@dataclass
class Utterance:
    audio: NDArray[np.int16]
    text: str
    # Samples of natural surroundings before and after the speech (recordings only).
    before: int = 0
    after: int = 0
    # The sample where each word begins, where the synthesiser told it.
    starts: list[int] = field(default_factory=list)

    @property
    def speech_s(self) -> float:
        return (len(self.audio) - self.before - self.after) / RATE_HZ


@dataclass
class Batch:
    mel: Tensor  # (batch, 80, frames)
    tokens: Tensor  # (batch, n) decoder input
    targets: Tensor  # (batch, n), -100 where nothing is to be learnt
    letters: Tensor  # all spellings one after the other
    letter_counts: Tensor
    sounding: Tensor  # (batch, frames / 2): letter being said, 0 in silence, -100 unknown
    place: Tensor  # (batch, n, 2): encoder frames where the target token is said, -1 unknown


class Pool:
    """Utterances sorted by duration, drawn by duration."""

    def __init__(self, utterances: list[Utterance]) -> None:
        self.items = sorted(utterances, key=lambda u: u.speech_s)
        self.seconds = np.array([u.speech_s for u in self.items])

    def draw(self, rng: random.Random, shortest_s: float, longest_s: float) -> Utterance:
        first, last = np.searchsorted(self.seconds, [shortest_s, longest_s])
        if last <= first:
            first, last = max(0, min(first, len(self.items) - 1) - 3), max(1, last)
        return self.items[rng.randrange(first, max(last, first + 1))]


def synthetic(folder: Path, names: str) -> Pool:
    out = []
    for index in sorted(folder.glob(names + ".jsonl")):
        audio = np.memmap(index.with_suffix(".i16"), np.int16, "r")
        for line in index.read_text().splitlines():
            row = json.loads(line)
            part = audio[row["offset"] : row["offset"] + row["samples"]]
            starts = [max(0, ms) * 16 for _, ms in row["words"]]
            out.append(Utterance(part, row["text"], starts=starts if len(starts) == len(row["text"].split()) else []))
    return Pool(out)


def recordings(folder: Path, groups: str, cache: Path | None) -> list[real.Recording]:
    """real.load, kept in cache: finding the speech takes a minute."""
    if cache is None:
        return real.load(folder, groups)
    kept = cache / f"people-{groups}.npy"
    if not kept.exists():
        np.save(kept, np.array(real.load(folder, groups), dtype=object), allow_pickle=True)
    return list(np.load(kept, allow_pickle=True))


def people(folder: Path, groups: str, cache: Path | None) -> tuple[Pool, list[NDArray[np.float32]]]:
    """The recorded utterances and the stretches where only the room is heard."""
    out, rooms = [], []
    for recording in recordings(folder, groups, cache):
        out.append(Utterance(recording.audio, recording.text, recording.first, len(recording.audio) - recording.last))
        for part in (recording.audio[: recording.first - 3200], recording.audio[recording.last + 4800 :]):
            if recording.first > 3200 and len(part) > 16_000:
                rooms.append(part.astype(np.float32) / 32768)
    return Pool(out), rooms


class Maker:
    def __init__(
        self, tokenizer: Tokenizer, made: Pool, recorded: Pool | None, rooms: list[NDArray[np.float32]], seed: int
    ) -> None:
        self.tokenizer, self.made, self.recorded = tokenizer, made, recorded
        # 0 plain speech, 1 everything that rooms, microphones and mouths do to it.
        self.hardness = 1.0
        # Long, mostly empty contexts cost most and teach least: 1 makes 12% of the batches such, fewer early on.
        self.long_share = 1.0
        self.rng, self.numpy = random.Random(seed), np.random.default_rng(seed)
        identity = tokenizer.token_to_id
        self.eot, self.sot = identity("<|endoftext|>"), identity("<|startoftranscript|>")
        self.no_speech, self.no_times = identity("<|nospeech|>"), identity("<|notimestamps|>")
        self.noises = [sounds.coloured(self.numpy, 30 * RATE_HZ, slope) for slope in (0, 0.5, 1, 1, 1.5, 2)]
        self.noises += [room / (room.std() + 1e-6) for room in rooms] * 2
        self.tunes = [sounds.music(self.numpy, 30 * RATE_HZ) for _ in range(30)]
        self.noises += [self.babble() for _ in range(8)]
        self.letter = {letter: i + 1 for i, letter in enumerate(LETTERS)}

    def babble(self) -> NDArray[np.float32]:
        out = np.zeros(30 * RATE_HZ, np.float32)
        for _ in range(60):
            voice = self.rng.choice(self.made.items).audio.astype(np.float32) / 32768
            at = self.rng.randrange(0, len(out) - len(voice) - 1)
            out[at : at + len(voice)] += voice * self.rng.uniform(0.3, 1)
        return out / (out.std() + 1e-9)

    def bent(self, utterance: Utterance, is_real: bool) -> tuple[NDArray[np.float32], str, int, int, list[int]]:
        """Samples at peak 1, the words, where in them the speech begins and ends, and where each word begins."""
        rng = self.rng
        audio, text, before, after = utterance.audio, utterance.text, utterance.before, utterance.after
        starts = utterance.starts
        if len(starts) > 1 and rng.random() < 0.12:
            words = rng.randrange(1, len(starts))
            audio, text = audio[: starts[words] + rng.randint(0, 400)], " ".join(text.split()[:words])
            starts = starts[:words]
        if before or after:
            keep_before = min(before, int(rng.choice([0.05, 0.15, 0.3, rng.uniform(0, 1)]) * RATE_HZ))
            keep_after = min(after, int(rng.choice([0.1, 0.3, 0.5, rng.uniform(0, 1.5)]) * RATE_HZ))
            audio = audio[before - keep_before : len(audio) - after + keep_after]
            before, after = keep_before, keep_after
        out = audio.astype(np.float32)
        out /= np.abs(out).max() + 1e-6
        if rng.random() < (0.85 if is_real else 0.5) * self.hardness:
            ratio = rng.uniform(0.84, 1.2)
            out = np.interp(np.arange(0, len(out) - 1, ratio), np.arange(len(out)), out).astype(np.float32)
            before, after = int(before / ratio), int(after / ratio)
            starts = [int(start / ratio) for start in starts]
        return out, text, before, len(out) - after, starts

    def noise(self, samples: int) -> NDArray[np.float32]:
        source = self.rng.choice(self.noises if self.rng.random() < 0.85 else self.tunes)
        at = self.rng.randrange(len(source))
        return np.take(source, np.arange(at, at + samples), mode="wrap")

    def batch(self, real_share: float) -> Batch:
        rng = self.rng
        kind = rng.random() / max(0.05, self.long_share)
        timed = rng.random() < 0.2
        pieces_wanted, hop = 1, mel.HOP
        if kind < 0.04:
            frames, pieces_wanted, timed = 3000, rng.choice([1, 1, 1, 2, 4]), rng.random() < 0.75
        elif kind < 0.12:
            frames, pieces_wanted = rng.randint(600, 1400), rng.choice([1, 1, 1, 2])
        else:
            pool = self.recorded if self.recorded is not None and rng.random() < real_share else self.made
            longest_s = rng.choice(pool.items).speech_s * rng.uniform(1.0, 1.15)
            longest_s = min(max(longest_s, 0.8), 5.5 if self.hardness > 0.3 else 2.0)
            frames = int((longest_s * 1.06 + 0.25 + rng.choice([0.1, 0.3, 0.8])) * 100)
            if rng.random() < 0.5 * self.hardness:
                hop = rng.choice([138, 144, 150, 170, 180, 190])
        frames = max(frames, 100) // 2 * 2
        samples = frames * hop
        limit_s = samples / RATE_HZ - 0.2
        count = max(3, FRAMES_PER_BATCH // frames)
        audio = np.zeros((count, samples), np.float32)
        spans: list[list[tuple[str, float, float]]] = []
        begun: list[list[int] | None] = []  # per row, the encoder frame where each word begins, and the last one's end
        ends = []
        for row in audio:
            if rng.random() < 0.06:
                spans.append([])
                begun.append([0])
                ends.append(samples)
                sounds.empty(rng, self.numpy, row, self.noise(samples), rng.choice(self.tunes))
                continue
            share = limit_s if frames < 1500 else min(limit_s, 7.0)
            said, at = [], 0
            words_at: list[int] | None = []
            wanted = rng.randint(1, pieces_wanted)
            for _ in range(wanted):
                is_real = self.recorded is not None and rng.random() < real_share
                pool = self.recorded if is_real else self.made
                room_s = min(share, (samples - at) / RATE_HZ - 0.1) / 1.16
                if room_s < 0.8 and said:
                    break
                shortest_s = 0.3 if frames > 600 or rng.random() < 0.05 else room_s * 0.75
                part, text, first, last, starts = self.bent(pool.draw(rng, shortest_s, room_s), is_real)
                part = part[: samples - at]
                free = samples - at - len(part)
                lead = min(free, int(abs(rng.gauss(0, 0.3)) * RATE_HZ))
                if wanted == 1 and rng.random() < 0.2:
                    lead = rng.randint(0, free)
                at += lead
                row[at : at + len(part)] += part * 10 ** (rng.uniform(-6, 0) / 20)
                said.append((text, (at + first) / hop / 100, (at + min(last, len(part))) / hop / 100))
                one = wanted == 1 and len(starts) > 0
                words_at = [(at + s) // (2 * hop) for s in [*starts, last]] if one else None
                at += len(part) + int(rng.uniform(0.2, 1.5) * RATE_HZ if pieces_wanted > 1 else 0)
            spans.append(said)
            begun.append(words_at)
            ends.append(min(samples, at + int(rng.choice([0.1, 0.3, 0.6]) * RATE_HZ)))
            if rng.random() < 0.10 * self.hardness:
                self.residue(row, said, hop)
        self.degrade(audio)
        features = self.features(audio, hop)
        for i, end in enumerate(ends):
            # transcribe() pads features with zeros, not audio with silence; our own calls may do either.
            if rng.random() < (0.7 if frames > 1400 else 0.3):
                features[i, :, min(frames, end // hop + 1) :] = 0.0
        return self.labelled(features, spans, timed, begun)

    def residue(self, row: NDArray[np.float32], said: list[tuple[str, float, float]], hop: int) -> None:
        """What an echo canceller leaves of the assistant's voice, before or after the words."""
        if not said:
            return
        first, last = int(said[0][1] * 100 * hop), int(said[-1][2] * 100 * hop)
        voice = self.rng.choice(self.made.items).audio.astype(np.float32) / 32768
        level = 10 ** (self.rng.uniform(-34, -14) / 20)
        if self.rng.random() < 0.6:
            end = max(0, first - 800)
            part = voice[-end:] if end else voice[:0]
            row[end - len(part) : end] += part * level
        else:
            start = min(len(row), last + 800)
            part = voice[: len(row) - start]
            row[start : start + len(part)] += part * level

    def degrade(self, audio: NDArray[np.float32]) -> None:
        """Rooms, noise, clipping and level, in place."""
        rng = self.rng
        if rng.random() < 0.5:
            rirs = sounds.rirs(rng, self.numpy, len(audio), 0.5 * self.hardness)
            size = 1 << (audio.shape[1] + rirs.shape[1] - 1).bit_length()
            size = size * 3 // 4 if size * 3 // 4 >= audio.shape[1] + 2000 else size
            wet = torch.fft.irfft(
                torch.fft.rfft(torch.from_numpy(audio), size) * torch.fft.rfft(torch.from_numpy(rirs), size), size
            )
            audio[:] = wet[:, : audio.shape[1]].numpy()
        for row in audio:
            level = row.std() + 1e-5
            if rng.random() < 0.75 * self.hardness:
                snr_db = rng.uniform(3, 20) if rng.random() < 0.5 * self.hardness else rng.uniform(15, 45)
                row += self.noise(len(row)) * level * 10 ** (-snr_db / 20)
            else:
                row += self.numpy.standard_normal(len(row)).astype(np.float32) * 10 ** rng.uniform(-5, -3.3)
            row *= 10 ** (rng.uniform(-26, 0) / 20)
            if rng.random() < 0.05:
                top = np.abs(row).max() * rng.uniform(0.2, 0.7)
                np.clip(row, -top, top, out=row)

    def features(self, audio: NDArray[np.float32], hop: int) -> Tensor:
        rng, count = self.rng, len(audio)
        spectrum = mel.power(torch.from_numpy(audio), hop)
        warps = torch.tensor(
            [rng.randrange(len(mel.BANK)) if rng.random() < 0.75 * self.hardness else 0 for _ in range(count)]
        )
        energies = torch.bmm(mel.BANK[warps], spectrum)
        curve = torch.zeros(count, mel.BANK.shape[1], 1)
        place = np.arange(80)
        for i in range(count):
            bend = np.interp(place, [0, 16, 32, 48, 64, 79], self.numpy.normal(0, 3.0, 6))
            bend = (bend + self.numpy.normal(0, 4) * (place - 40) / 40) * self.hardness
            if rng.random() < 0.12 * self.hardness:
                bend -= np.maximum(0, place - rng.uniform(50, 75)) * rng.uniform(1, 8)
            if rng.random() < 0.12 * self.hardness:
                bend -= np.maximum(0, rng.uniform(2, 14) - place) * rng.uniform(1, 5)
            curve[i, :, 0] = torch.from_numpy(10 ** (bend / 10)).float()
        out = mel.log_mel(energies * curve + 1e-9 * 10 ** (2 * rng.random()))
        frames = out.shape[2]
        for i in range(count):
            if rng.random() < 0.65 * self.hardness:
                floor = out[i].mean()
                for _ in range(2):
                    width = rng.randint(0, 12)
                    at = rng.randint(0, 80 - width)
                    out[i, at : at + width] = floor
                for _ in range(1 + frames // 300):
                    width = rng.randint(0, 18)
                    at = rng.randint(0, frames - width)
                    out[i, :, at : at + width] = floor
        return out

    def labelled(
        self, features: Tensor, spans: list[list[tuple[str, float, float]]], timed: bool, begun: list[list[int] | None]
    ) -> Batch:
        rows, letters, counts = [], [], []
        sounding = torch.full((len(spans), features.shape[2] // 2), -100)
        places: list[list[tuple[int, int]]] = []
        for i, said in enumerate(spans):
            ids: list[int] = []
            place = self.sound(sounding[i], said, begun[i], timed)
            places.append(place)
            for text, start_s, end_s in said:
                words = self.tokenizer.encode(" " + text, add_special_tokens=False).ids
                if timed:
                    # transcribe() allows no first timestamp after 1 s.
                    start_s = min(start_s, 1.0) if not ids else start_s
                    ids += [self.time(start_s), *words, self.time(end_s)]
                else:
                    ids += words
            head = [] if timed else [self.no_times]
            if timed and not said:
                head = [self.no_times + 1]
            rows.append((head + ids, bool(said)))
            spelled = [self.letter[c] for c in " ".join(text for text, _, _ in said)]
            letters += spelled
            counts.append(len(spelled))
        length = max(len(row) for row, _ in rows) + 1
        tokens = torch.full((len(rows), length), self.eot)
        targets = torch.full((len(rows), length), -100)
        for i, (row, speech) in enumerate(rows):
            full = [self.sot, *row, self.eot]
            tokens[i, : len(full) - 1] = torch.tensor(full[:-1])
            targets[i, : len(full) - 1] = torch.tensor(full[1:])
            if not speech:
                targets[i, 0] = self.no_speech
        where = torch.full((len(rows), length, 2), -1)
        for i, place in enumerate(places):
            for j, span in enumerate(place[: length - 1]):
                where[i, j + 1] = torch.tensor(span)
        return Batch(
            features,
            tokens,
            targets,
            torch.tensor(letters or [1], dtype=torch.long),
            torch.tensor(counts),
            sounding,
            where,
        )

    def sound(
        self, row: Tensor, said: list[tuple[str, float, float]], begun: list[int] | None, timed: bool
    ) -> list[tuple[int, int]]:
        """Writes which letter each encoder frame says into row; returns where each target token after the head is said."""
        if begun is None:
            return []
        row[:] = 0
        out: list[tuple[int, int]] = []
        for at, word in enumerate(said[0][0].split() if said else []):
            first, last = begun[at], max(begun[at] + 1, begun[at + 1])
            n = min(last, len(row)) - first
            if n > 0:
                spread = [self.letter[word[k * len(word) // (last - first)]] for k in range(n)]
                row[first : first + n] = torch.tensor(spread)
            out += [(first, last)] * len(self.tokenizer.encode(" " + word, add_special_tokens=False).ids)
        return [(-1, -1), *out] if timed and out else out

    def time(self, seconds: float) -> int:
        return self.no_times + 1 + min(1500, max(0, round(seconds / 0.02)))
