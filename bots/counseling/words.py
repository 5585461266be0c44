"""Between the record of what was said and the values with which `stt` works."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from queues import transcripts
from queues.errors import BackOfficeError
from queues.models import Account, CounselingSession, Person
from queues.models import Transcript as TranscriptRow
from queues.models import Utterance as UtteranceRow
from queues.voices import speaker_of
from stt.transcript import Transcript, Utterance, word_to_json, words_from_json


class NotGoneThrough(BackOfficeError):
    """An utterance was corrected, and personal data has not been taken out of it yet."""


def transcript_of(session: Session, transcript_id: int, *, redacted: bool) -> Transcript:
    """A transcript as it stands, corrections and named voices included.

    redacted   with personal data taken out. Raises `NotGoneThrough` where that is still to be done.
    """
    row = session.get_one(TranscriptRow, transcript_id)
    talk = session.get_one(CounselingSession, row.session_id)
    rows = transcripts.utterances(session, transcript_id)
    return Transcript(
        utterances=tuple(utterance_of(one, talk, redacted=redacted) for one in rows),
        source=row.source,
        language=row.language or "ko",
        duration=row.duration_ms / 1000,
        engine=row.engine,
        model=row.model,
        model_sha256=row.model_sha256,
        flags=tuple(row.flags),
    )


def utterance_of(row: UtteranceRow, talk: CounselingSession, *, redacted: bool) -> Utterance:
    """One of them. Words have times for what was heard: of a corrected or redacted one they are left out."""
    text = transcripts.redacted(row) if redacted else transcripts.text(row)
    if text is None:
        raise NotGoneThrough(f"utterance {row.id} has not been gone through since it was corrected")
    as_heard = not redacted and row.right_enc is None
    return Utterance(
        id=row.number,
        start=row.start_ms / 1000,
        end=row.end_ms / 1000,
        speaker=speaker_of(row, talk),
        text=text,
        confidence=1.0 if row.right_enc is not None else row.confidence,
        channel=row.channel,
        flags=tuple(flag for flag in row.flags if row.right_enc is None or flag != "low_confidence"),
        words=words_from_json(transcripts.words(row)) if as_heard else (),
    )


def kept(
    utterances: Sequence[Utterance], person_names: Sequence[str], counselor_names: Sequence[str]
) -> list[transcripts.Kept]:
    """Utterances as the record keeps them, with personal data taken out of each. They are all those of a talk:
    numbers are spoken over several turns."""
    from stt.redaction import redact

    done = redact(utterances, person_names=person_names, counselor_names=counselor_names)
    without = {one.id: one.text for one in done.utterances}
    return [
        transcripts.Kept(
            spoken=one,
            words=[word_to_json(word) for word in one.words],
            redacted=without[one.id],
            hidden=[
                {
                    "kind": span.kind,
                    "start": round(span.start, 3),
                    "end": round(span.end, 3),
                    "from": span.from_,
                    "to": span.to,
                }
                for span in done.hidden.get(one.id, ())
            ],
        )
        for one in utterances
    ]


def names_around(session: Session, talk: CounselingSession) -> tuple[list[str], list[str]]:
    """(the person's, the counselor's) names as the record knows them."""
    person = session.get(Person, talk.person_id) if talk.person_id else None
    counselor = session.get(Account, talk.counselor_id) if talk.counselor_id else None
    return (
        [person.name] if person is not None and person.name else [],
        [counselor.display_name] if counselor is not None and counselor.display_name else [],
    )
