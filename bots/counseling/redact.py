"""counseling.redact: after a counselor has put words right, personal data is taken out of them once more.

All utterances of the talk are gone through together, since numbers are spoken over several turns.
"""

from __future__ import annotations

from sqlmodel import col, select

from bots.counseling.wordless import wordless
from bots.counseling.words import kept, names_around, utterance_of
from queues import talks, transcripts
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import CounselingSession, Transcript, Utterance

ACTOR = f"bot:{transcripts.REDACT}"


@bot(transcripts.REDACT, title="개인정보 다시 가림", concurrency=1)
def run(item: Work) -> Outcome:
    """Go through one transcript."""
    with wordless():
        talk_id, transcript_id = int(item.payload["talk_id"]), int(item.payload["transcript_id"])
        changed = go_through(talk_id, transcript_id) if _waits(transcript_id) else 0
        return Outcome(counts={"redacted": changed})


def _waits(transcript_id: int) -> bool:
    """Whether any correction has not been gone through: one run goes through all that were made before it."""
    query = select(Utterance.id).where(
        Utterance.transcript_id == transcript_id, col(Utterance.redacted_enc).is_(None)
    )
    with record() as session:
        return session.exec(query.limit(1)).first() is not None


def go_through(talk_id: int, transcript_id: int) -> int:
    """Take personal data out of a transcript as it stands; returns how many utterances changed by it.

    What is put right meanwhile is left to the work that was added with it.
    """
    with record() as session:
        talk = session.get_one(CounselingSession, talk_id)
        if not talks.readable(talk):
            return 0
        rows = transcripts.utterances(session, transcript_id)
        versions = {row.number: row.version for row in rows}
        before = {row.number: (transcripts.redacted(row), list(row.hidden)) for row in rows}
        said = [utterance_of(row, talk, redacted=False) for row in rows]
        person, counselor = names_around(session, talk)
    done = kept(said, person, counselor)
    changed = 0
    with record() as session:
        held = {row.number: row for row in transcripts.utterances(session, transcript_id, hold=True)}
        for one in done:
            number, hidden = one.spoken.id, [dict(span) for span in one.hidden]
            if before[number] == (one.redacted, hidden):
                continue
            changed += transcripts.redact(session, held[number], versions[number], one.redacted, hidden)
        if changed:
            row = session.get_one(Transcript, transcript_id, with_for_update=True)
            row.beeped_sha256 = ""
            session.add(row)
    return changed
