"""The bundle that proves a letter: the letter byte for byte, what the outside said of it, and the hashes of all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

from dashboard.acts.letters import Proof
from dashboard.parts.notice_words import APPROVAL_STATES, DISPATCH_STATES, DUTIES, channel, served, why
from dashboard.parts.times import full
from queues import files
from queues.errors import NotStored
from queues.models import Approval, ApprovalState, Dispatch, DispatchEvent, DispatchState, PostBatch

_ENDINGS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "png"),
    (b"<?xml", "xml"),
    (b"{", "json"),
    (b"PK\x03\x04", "zip"),
    (b"<", "html"),
)
# The same bundle at any time: only what lies in it tells one from another.
_AT = (2026, 1, 1, 0, 0, 0)


def bundle(proof: Proof) -> bytes:
    """A ZIP: `통지서.pdf`, `발송내역.txt`, the proofs, and `SHA256SUMS` as `sha256sum -c` takes it.

    Raises `NotStored` without the letter; a proof that is not there is named in the account.
    """
    parts = {"통지서.pdf": files.read(proof.notice.letter_sha256)}
    missing = []
    for name, sha256 in _proofs(proof):
        try:
            content = files.read(sha256)
        except NotStored:
            missing.append(sha256)
            continue
        parts[f"증명/{name}.{_ending(content)}"] = content
    parts["발송내역.txt"] = _account(proof, missing).encode()
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in parts.items())
    parts["SHA256SUMS"] = sums.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, _AT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _proofs(proof: Proof) -> Iterator[tuple[str, str]]:
    """Name and hash of each proof, each hash once."""
    seen: set[str] = set()
    for dispatch, events, batch in proof.attempts:
        found = [(f"{dispatch.number}-{i}-{e.state}", e.sha256) for i, e in enumerate(events, 1)]
        found.append((f"{dispatch.number}-증명", dispatch.proof_sha256))
        if batch is not None:
            found.append((f"{dispatch.number}-우편접수영수증", batch.receipt_sha256))
        for name, sha256 in found:
            if sha256 and sha256 not in seen:
                seen.add(sha256)
                yield name, sha256


def _ending(content: bytes) -> str:
    return next((ending for begins, ending in _ENDINGS if content.lstrip().startswith(begins)), "txt")


def _account(proof: Proof, missing: list[str]) -> str:
    """What happened, for somebody who has only the bundle."""
    n = proof.notice
    lines = [
        f"통지 {n.id} 발송 내역",
        "",
        f"문서번호        {n.document_no or '-'}",
        f"시행일          {n.effective_on or '-'}",
        f"통지서 SHA-256  {n.letter_sha256}",
        f"쪽수·매수       {n.pages}쪽 · {n.sheets}매",
        f"송달일          {served(n.served_on, n.served_how) or '-'}",
        "",
    ]
    if proof.approvals:
        lines += ["결재", *(_approval_line(a) for a in proof.approvals), ""]
    for dispatch, events, batch in proof.attempts:
        lines += _attempt_lines(dispatch, events, batch)
    if missing:
        lines += ["파일 저장소에 없는 증명", *(f"  {sha256}" for sha256 in missing), ""]
    return "\n".join(lines)


def _approval_line(a: Approval) -> str:
    state = APPROVAL_STATES[ApprovalState(a.state)].text
    return f"  {a.round}차 {DUTIES.get(a.duty, a.duty)} {state} {_when(a.decided_at)}"


def _attempt_lines(
    dispatch: Dispatch, events: tuple[DispatchEvent, ...], batch: PostBatch | None
) -> list[str]:
    d = dispatch
    numbers = [("등기번호", d.registered_no), ("기관 번호", d.provider_no), ("발송 키", d.key)]
    if batch is not None:
        numbers += [("우편 접수번호", batch.site_no), ("묶음 키", batch.key)]
    lines = [f"{d.number}차 발송 · {channel(d.channel)}"]
    lines += [f"  {name} {value}" for name, value in numbers if value]
    for event in events:
        state = DISPATCH_STATES[DispatchState(event.state)].text
        words = str(event.detail.get("status") or why(event.code))
        told = " · ".join(part for part in (state, words, str(event.detail.get("place") or "")) if part)
        lines.append(f"  {_when(event.happened_at or event.at)}  {told}  {event.sha256}".rstrip())
    return [*lines, ""]


def _when(at: datetime | None) -> str:
    return full(at) if at else "-"
