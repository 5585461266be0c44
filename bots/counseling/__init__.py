"""From a recorded talk to a note that its counselor signs: taken in, linked, heard, drafted.

    take              recorders' folders are looked into             counseling.take
    desk_recording    what a browser recorded is put together        counseling.join_pieces, counseling.unfinished
    link              whose talk it is, and whether it may be heard  counseling.link, counseling.relink
    listen            the recording becomes a transcript             counseling.listen
    recheck           what waited for a model is heard               counseling.recheck
    read_transcript   or the transcript that came with it is read    counseling.read_transcript
    draft             the transcript becomes the draft of a note     counseling.draft
    redact, beeped    personal data is taken out of words and sound  counseling.redact, counseling.beep
    decide            what people decided takes effect               counseling.apply_decision
    papers            a signed note as PDF and DOCX                  counseling.papers
    report            and in the fields of the system of record      counseling.report

Importing this package registers its bots; what listens and writes is loaded when it is needed.
"""

from bots.counseling import (
    beeped,
    decide,
    desk_recording,
    draft,
    link,
    listen,
    papers,
    read_transcript,
    recheck,
    redact,
    report,
    take,
)

__all__ = [
    "beeped",
    "decide",
    "desk_recording",
    "draft",
    "link",
    "listen",
    "papers",
    "read_transcript",
    "recheck",
    "redact",
    "report",
    "take",
]
