"""Train the line recogniser on synthetic lines.

    python -m ocr.linereader.train --minutes 80 --fonts FONTS --out FOLDER [--words ko.dic] [--resume FILE]
    python -m ocr.linereader.calibrate --weights FOLDER/weights.pt --fonts FONTS

FOLDER gets `checkpoint.pt` (to go on from with --resume) and `weights.pt` (what `LineReader.load`
takes) at every measurement that is the best so far, `last.pt` and `last-weights.pt` at the end; the
log tells the error on fonts never trained on (`ocr.linereader.fonts.HELD_OUT`).

FONTS is any folder with Korean fonts; none is part of the project. The weights here came from the
Debian packages fonts-nanum, -nanum-extra, -nanum-coding, -nanum-eco, -unfonts-core, -unfonts-extra,
-baekmuk, -noto-cjk, -liberation, -dejavu-core, -freefont-ttf, -courier-prime, -hack, and, of
@fontsource (Korean and Latin parts merged by fontTools), from the SIL-licensed gaegu, hi-melody,
gamja-flower, poor-story, single-day, east-sea-dokdo, nanum-pen-script, nanum-brush-script, cute-font,
yeon-sung, kirang-haerang, stylish, gowun-dodum, gowun-batang, noto-sans-kr, noto-serif-kr, song-myung,
do-hyeon, jua, sunflower, ibm-plex-sans-kr, gothic-a1, hahmlet, dongle, black-and-white-picture, orbit,
grandiflora-one, diphylleia, gugi. --words is the dictionary of hunspell-ko; the 1,400 syllables are its
most frequent. One process trains on one thread, a second makes lines; where the processor has bfloat16
matrix units (AMX) a line costs about 8 ms, elsewhere some five times that.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from ocr.linereader.alphabet import alphabet
from ocr.linereader.ctc import ctc
from ocr.linereader.heldout import held_out_lines, measure
from ocr.linereader.network import LineNetwork
from ocr.linereader.normalise import HEIGHT
from ocr.linereader.pool import Pool, TrainingLine, start_maker, varied
from ocr.linereader.weights import save_weights


def as_tensors(batch: list[TrainingLine], r: random.Random) -> tuple[Tensor, Tensor]:
    """Images (n, 1, 32, width) of 0 to 1, and handwriting (n,)."""
    inks = [varied(one.ink, r) for one in batch]
    widest = max(i.shape[1] for i in inks) + r.randint(0, 24)
    images = np.zeros((len(inks), 1, HEIGHT, -(-widest // 16) * 16), np.uint8)
    for row, ink in zip(images, inks, strict=True):
        row[0, :, : ink.shape[1]] = ink
    return torch.from_numpy(images).float() / 255, torch.tensor([one.hand for one in batch])


def learn(network: LineNetwork, batch: list[TrainingLine], r: random.Random) -> float:
    """Add the gradients of a batch: CTC of the text, and a tenth of the cross entropy of the pen.

    Returns the text's loss per character.
    """
    images, hand = as_tensors(batch, r)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores, pen = network(images.to(memory_format=torch.channels_last))
    loss, gradient = ctc(scores.detach(), [one.classes for one in batch])
    sure = (hand != 0.5).float()
    pens = nn.functional.binary_cross_entropy_with_logits(pen.float().mean(1), hand, weight=sure)
    torch.autograd.backward([scores, 0.1 * pens], [gradient.to(scores.dtype), torch.ones(())])
    return loss


class Average:
    """A running average of the weights: what is measured and kept."""

    def __init__(self, network: LineNetwork) -> None:
        self.network = copy.deepcopy(network).eval()

    @torch.no_grad()
    def take(self, network: LineNetwork, keep: float) -> None:
        for mean, now in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(now, 1 - keep)
            else:
                mean.copy_(now)


def rate(done: float, peak: float) -> float:
    """Learning rate at a share of the time: up within 2 %, then a cosine down to 1 %."""
    up = 0.02
    if done < up:
        return peak * (0.05 + 0.95 * done / up)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (done - up) / (1 - up))))


def train(a: argparse.Namespace) -> None:
    """Train for the time given; keep the best by error on held-out fonts."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    a.out.mkdir(parents=True, exist_ok=True)
    r = random.Random(a.seed)
    torch.manual_seed(a.seed)
    network = LineNetwork(len(alphabet()))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if a.resume:
        network.load_state_dict(torch.load(a.resume, weights_only=True)["network"])
    average = Average(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=a.rate, weight_decay=0.01, fused=True)
    maker = start_maker(a.fonts, a.words, a.out / "pool", int(time.time()) % 10**6)
    pool = Pool(a.out / "pool", uses=a.uses)
    test = held_out_lines(a.fonts, 36)
    while pool.refresh(0) < 3000:
        time.sleep(1)
    start = said = time.time()
    best, step, seen, mean = 1e9, 0, 0, 0.0
    while time.time() - start < a.minutes * 60:
        pool.refresh(seen)
        network.train()
        for batch in pool.batches(r, a.batch):
            done = (time.time() - start) / (a.minutes * 60)
            for group in optimizer.param_groups:
                group["lr"] = rate(min(done, 1.0), a.rate)
            optimizer.zero_grad(set_to_none=True)
            loss = learn(network, batch, r)
            nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
            average.take(network, min(0.998, 1 - 10 / (10 + step)))
            step += 1
            seen += len(batch)
            mean += (loss - mean) * 0.02
        if time.time() - said > a.every * 60:
            said = time.time()
            result = measure(average.network, test)
            print(
                f"{(said - start) / 60:.1f} min, step {step}, {seen} lines of {pool.made}, loss {mean:.3f}",
                flush=True,
            )
            print("   " + "  ".join(f"{k} {v:.3f}" for k, v in result.items()), flush=True)
            if result["cer"] < best:
                best = result["cer"]
                torch.save({"network": average.network.state_dict()}, a.out / "checkpoint.pt")
                save_weights(average.network, a.out / "weights.pt")
    maker.terminate()
    torch.save({"network": average.network.state_dict()}, a.out / "last.pt")
    save_weights(average.network, a.out / "last-weights.pt")
    print("at the end", measure(average.network, test), flush=True)


def main() -> None:
    """The command line."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--fonts", type=Path, required=True, help="folder with Korean fonts, searched through")
    p.add_argument("--words", type=Path, help="a spelling dictionary (hunspell .dic), for more varied lines")
    p.add_argument("--resume", type=Path, help="a checkpoint.pt to go on from")
    p.add_argument("--rate", type=float, default=2e-3)
    p.add_argument("--batch", type=int, default=40)
    p.add_argument("--uses", type=float, default=2.0, help="how often each line is trained on")
    p.add_argument("--every", type=float, default=3.0, help="minutes between measurements")
    p.add_argument("--seed", type=int, default=1)
    train(p.parse_args())


if __name__ == "__main__":
    main()
