"""Corrected papers as a labelled set in a folder: originals, and the truth that people have settled.

OUT/deliveries/000017.tif    the original file of a delivery, or of a batch of letters
OUT/truth.jsonl              pages, types and settled fields of its corrected documents

The files lie open: whoever has the folder has the papers. So it needs a reason, is noted paper by paper in
the access record, and nobody but its owner may look into it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bots.evaluating.labels import FIELD, Label, Paper
from queues import files

_SUFFIXES = {"tiff": ".tif", "pdf": ".pdf", "jpeg": ".jpg", "png": ".png", "heic": ".heic"}


def write_set(out: Path, papers: Sequence[Paper], labels: Sequence[Label]) -> int:
    """Write originals and truth; returns how many documents. Raises FileExistsError where a set lies already."""
    must_be_empty(out)
    folder = out / "deliveries"
    for one in (out, folder):
        one.mkdir(parents=True, exist_ok=True)
        one.chmod(0o700)
    about: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        if label.document_id is not None:
            about[label.document_id].append(label)
    files_: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        files_[paper.sha256].append(paper)
    lines, documents = [], 0
    for sha256, of_it in files_.items():
        parts = [p for paper in of_it for p in _parts(paper, about)]
        if not parts:
            continue
        name = f"deliveries/{of_it[0].delivery_id:06d}{_SUFFIXES.get(of_it[0].media, '.bin')}"
        _write(out / name, files.read(sha256))
        medium = f"{of_it[0].source}_{of_it[0].media}"
        lines.append(
            json.dumps(
                {"file": name, "media": medium, "sent_before": False, "parts": parts}, ensure_ascii=False
            )
        )
        documents += len(parts)
    _write(out / "truth.jsonl", "".join(f"{line}\n" for line in lines).encode())
    return documents


def must_be_empty(out: Path) -> None:
    """Raises FileExistsError where a set lies already."""
    folder = out / "deliveries"
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} holds deliveries already; name another folder")


def _parts(paper: Paper, about: dict[int, list[Label]]) -> list[dict[str, Any]]:
    parts = []
    for document_id, known in paper.documents.items():
        if document_id not in about:
            continue
        fields = {
            label.name: label.right
            for label in about[document_id]
            if label.kind == FIELD and not label.person and label.right
        }
        parts.append(
            {
                "pages": [paper.original[n] for n in known.pages],
                "type": known.type,
                "receipt_no": None,
                "fields": fields,
                "handwritten": known.handwritten,
            }
        )
    return parts


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)
