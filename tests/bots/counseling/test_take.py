"""Recorders' folders: what has arrived is taken once, with what the recorder tells of it."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from bots.counseling import sidecars
from bots.counseling.audio_ends import ends_properly
from bots.counseling.recorder import arrived, moment_of, seconds_of
from bots.counseling.take import nameless, take_folder
from queues import recordings
from queues.models import CounselingSession, Recording, WorkItem
from tests.bots.counseling.talk_world import drop, wav

SEOUL = ZoneInfo("Asia/Seoul")
NAME = "20261120-140512_1201_in_01012345678_kim.wav"


def _rows(session: Session, folder: Path) -> list[tuple[CounselingSession, Recording]]:
    """What came of one folder, by the numbers of talks in the names of the files that lie aside."""
    session.expire_all()
    ids = {int(path.name.partition("-")[0]) for path in (folder / "taken").rglob("*-*.*")}
    query = select(CounselingSession, Recording).join(Recording).where(col(CounselingSession.id).in_(ids))
    return list(session.exec(query.order_by(col(CounselingSession.id))))


def _arrived(folder: Path, **more: float) -> list[str]:
    values = {"settle_seconds": 3.0, "patience_seconds": 600.0} | more
    return [file.path.name for file in arrived(folder, zone=SEOUL, **values)]  # type: ignore[arg-type]


def test_a_recording_is_taken_once_with_what_is_told_of_it(session: Session, tmp_path: Path) -> None:
    told = {"상담사": "kim", "통화 시작": "2026-11-20 14:05:12", "통화시간": "03:05", "녹음동의": "Y"}
    drop(tmp_path, NAME, content := wav(), told)
    assert take_folder(tmp_path) == 1
    assert take_folder(tmp_path) == 0
    ((talk, recording),) = _rows(session, tmp_path)
    assert talk.held_at == datetime(2026, 11, 20, 14, 5, 12, tzinfo=SEOUL)
    assert talk.ended_at is not None and (talk.ended_at - talk.held_at).seconds == 185
    assert (talk.consent, talk.consent_how, talk.state) == ("given", "recorder", "received")
    facts = recordings.facts(recording)
    assert (facts["phone"], facts["extension"], facts["counselor"]) == ("01012345678", "1201", "kim")
    assert recording.size == len(content)
    for outside in (recording.source, recording.source_ref):
        assert "0101234" not in outside and "kim" not in outside
    item = session.exec(select(WorkItem).where(WorkItem.reference == f"talk:{talk.id}")).one()
    assert (item.bot, item.payload) == ("counseling.link", {"talk_id": talk.id})
    assert sorted(p.name for p in (tmp_path / "taken").rglob("*.*")) == [
        f"{talk.id}-{NAME[:-4]}.json",
        f"{talk.id}-{NAME}",
    ]


def test_the_same_bytes_again_are_the_same_talk(session: Session, tmp_path: Path) -> None:
    content = wav()
    drop(tmp_path, NAME, content)
    assert take_folder(tmp_path) == 1
    drop(tmp_path, "20261120-150000_1202_in_01099998888.wav", content)
    assert take_folder(tmp_path) == 0
    assert len(_rows(session, tmp_path)) == 1
    assert not list(tmp_path.glob("*.wav")), "it lies aside with the first"


def test_a_recorder_that_says_yes_and_then_no_is_not_believed(session: Session, tmp_path: Path) -> None:
    drop(tmp_path, NAME, wav(), {"동의": "Y"})
    take_folder(tmp_path)
    sidecar = tmp_path / f"{NAME}.json"
    sidecar.write_text(json.dumps({"동의": "거부"}))
    os.utime(sidecar, (time.time() - 60, time.time() - 60))
    take_folder(tmp_path)
    ((talk, _),) = _rows(session, tmp_path)
    assert (talk.consent, talk.state) == ("unknown", "received")


def test_killed_before_the_file_was_moved_it_is_taken_once(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path, NAME, wav(), {"agent": "kim"})
    with monkeypatch.context() as patched:
        patched.setattr("bots.counseling.take.move_aside", lambda *_: None)
        assert [take_folder(tmp_path), take_folder(tmp_path)] == [1, 0]
    assert take_folder(tmp_path) == 0
    assert len(_rows(session, tmp_path)) == 1
    assert [p.suffix for p in sorted((tmp_path / "taken").rglob("*.*"))] == [".json", ".wav"]


@pytest.mark.usefixtures("session")
def test_a_file_that_cannot_be_read_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bots.counseling import take as module

    drop(tmp_path, "20261120-090001_1201_01011112222.wav", wav())
    drop(tmp_path, "20261120-090002_1201_01011112222.wav", wav())
    put = module.files.put

    def refused(path: Path) -> str:
        if path.name.startswith("20261120-090001"):
            raise PermissionError(13, "not readable")
        return put(path)

    monkeypatch.setattr(module.files, "put", refused)
    with pytest.raises(PermissionError):
        take_folder(tmp_path)
    assert [p.name for p in tmp_path.glob("*.wav")] == ["20261120-090001_1201_01011112222.wav"]


def test_what_is_told_or_named_illegibly_holds_up_no_other(session: Session, tmp_path: Path) -> None:
    told = {"started": "9999-12-31T23:59:59", "duration": "60", "agent": "kim\ud800\0"}
    (tmp_path / "a.json").write_text(json.dumps(told))
    drop(tmp_path, "a.wav", wav())
    drop(tmp_path, "b.wav", wav(), {"started": "0001-01-01T00:00:00"})
    windows = os.fsdecode("20261120-140513_1201_in_01012345679_김.wav".encode("cp949"))
    drop(tmp_path, windows, wav(), {"started": "2026-11-20 14:05:13"})
    os.mkfifo(tmp_path / "pipe.wav")
    assert take_folder(tmp_path) == 3
    found = [recording for _, recording in _rows(session, tmp_path)]
    assert {recordings.name(one) for one in found} == {
        "a.wav",
        "b.wav",
        "20261120-140513_1201_in_01012345679_김.wav",
    }
    assert all(talk.held_at.year >= 2026 for talk, _ in _rows(session, tmp_path))


def test_an_error_says_nothing_of_the_file_s_name() -> None:
    with pytest.raises(PermissionError) as told, nameless():
        raise PermissionError(13, "Permission denied", f"/recorder/{NAME}")
    assert "0101234" not in str(told.value)


def test_half_written_files_and_those_that_still_grow_wait(tmp_path: Path) -> None:
    content = wav()
    path = drop(tmp_path, NAME, content[:-100])
    assert _arrived(tmp_path) == []
    assert _arrived(tmp_path, patience_seconds=30.0) == [NAME], "it broke off: taken as it is"
    path.write_bytes(content)
    assert _arrived(tmp_path) == [], "it has just changed"
    os.utime(path, (time.time() - 9, time.time() - 9))
    assert _arrived(tmp_path) == [NAME]


def test_what_belongs_beside_a_file_is_waited_for_and_still_found_when_it_is_late(
    session: Session, tmp_path: Path
) -> None:
    path = drop(tmp_path, "call0001.wav", wav())
    assert _arrived(tmp_path) == [], "its metadata may still come"
    assert _arrived(tmp_path, now=time.time() + 20) == ["call0001.wav"]
    path.with_name("call0001.csv").write_text("agent,ani,transcript\nkim,010-2222-3333,call0001.vtt\n")
    assert _arrived(tmp_path) == [], "the transcript that it names is not there"
    path.with_name("call0001.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\n네\n")
    assert _arrived(tmp_path) == ["call0001.wav"]

    late = tmp_path / "late"
    late.mkdir()
    drop(late, NAME, wav())
    assert take_folder(late) == 1
    sidecar = late / f"{NAME}.json"
    sidecar.write_text(json.dumps({"call": {"동의": "동의함", "receipt_no": "2026-UB-0000001"}}))
    os.utime(sidecar, (time.time() - 60, time.time() - 60))
    take_folder(late)
    ((talk, recording),) = _rows(session, late)
    assert talk.consent == "given"
    assert recordings.facts(recording)["receipt_no"] == "2026-UB-0000001"
    assert not list(late.glob("*.json"))


def test_a_table_tells_of_many_and_stays(session: Session, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_bytes(
        "파일명;상담원ID;고객번호;통화시작;동의여부\na.wav;kim;01011112222;20261120090000;거부\n"
        "b.wav;lee;01033334444;20261120091000;모름\n".encode("cp949")
    )
    drop(tmp_path, "a.wav", wav())
    drop(tmp_path, "b.wav", wav())
    assert take_folder(tmp_path) == 2
    (first, one), (second, two) = sorted(_rows(session, tmp_path), key=lambda row: row[0].held_at)
    assert (recordings.facts(one)["counselor"], first.consent) == ("kim", "refused")
    assert (recordings.facts(two)["phone"], second.consent) == ("01033334444", "unknown")
    assert (tmp_path / "calls.csv").exists()


def test_a_name_that_comes_again_is_not_told_of_by_what_was_told_before(
    session: Session, tmp_path: Path
) -> None:
    table = tmp_path / "calls.csv"
    table.write_text("file,agent,consent,start\na.wav,kim,Y,2026-11-20 09:00:00\n")
    drop(tmp_path, "a.wav", wav())
    take_folder(tmp_path)
    drop(tmp_path, "a.wav", wav())
    take_folder(tmp_path)
    (first, one), (second, two) = _rows(session, tmp_path)
    assert (first.consent, recordings.facts(one)["counselor"]) == ("given", "kim")
    assert (second.consent, recordings.facts(two)) == ("unknown", {}), "its line has not been written yet"

    sidecar = tmp_path / "a.json"
    sidecar.write_text(json.dumps({"agent": "lee", "consent": "Y"}))
    os.utime(sidecar, (time.time() - 7200, time.time() - 7200))
    take_folder(tmp_path)
    assert sidecar.exists(), "it may be of a third that is still to come"


def test_two_recorders_share_a_folder(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from config import recorders as config
    from config.settings import settings

    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "recorders.yaml").write_text(
        "recorders:\n"
        "  - name: ipcc\n    files: ['rec_*']\n    consent: announced\n"
        "    names: ['^rec_(?P<phone>\\d{10,11})_(?P<started>\\d{12})$']\n"
        "  - {name: video, files: ['*.m4a', '*.mp4'], way: video}\n"
    )
    monkeypatch.setenv("BACKOFFICE_CONFIG_DIR", str(tmp_path / "own"))
    for kept in (settings, config.recorders):
        kept.cache_clear()
    try:
        spool = tmp_path / "spool"
        spool.mkdir()
        drop(spool, "rec_01012345678_202611201405.wav", wav())
        drop(
            spool,
            "방.m4a",
            b"\0\0\0\x10ftypM4A \0\0\0\0\0\0\0\x08moov",
            {"started": "2026-11-20T10:00:00+09:00"},
        )
        drop(spool, "other.wav", wav(), {"agent": "x"})
        assert take_folder(spool) == 2
        found = {rec.source: talk for talk, rec in _rows(session, spool)}
        assert (found["recorder:ipcc"].consent, found["recorder:ipcc"].consent_how) == ("given", "ars")
        assert (found["recorder:video"].way, found["recorder:video"].consent) == ("video", "unknown")
        assert (spool / "other.wav").exists(), "no recorder makes such files"
    finally:
        monkeypatch.undo()
        for kept in (settings, config.recorders):
            kept.cache_clear()


def test_files_without_a_byte_are_each_a_file(session: Session, tmp_path: Path) -> None:
    for number in (1, 2):
        drop(tmp_path, f"2026112009000{number}_1201_0101234567{number}.wav", b"")
    assert take_folder(tmp_path) == 0, "something may still be written into them"
    for number, path in enumerate(tmp_path.iterdir()):
        os.utime(path, (number, number))
    assert take_folder(tmp_path) == 2


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="BACKOFFICE_RECORDER_DIRS"):
        list(arrived(tmp_path / "gone", settle_seconds=0, patience_seconds=0, zone=SEOUL))


def test_json_beside_is_metadata_or_what_was_said() -> None:
    assert sidecars.is_transcript([{"start": 0, "text": "네"}])
    assert sidecars.is_transcript({"language": "ko", "segments": []})
    assert not sidecars.is_transcript({"agent": "kim", "segments": 3})
    assert not sidecars.is_transcript(["a"])
    assert not sidecars.is_transcript([{"agent": "kim", "ani": "01012345678"}])


@given(st.text(max_size=40))
def test_times_are_read_or_not_and_never_an_error(text: str) -> None:
    found = moment_of(text, SEOUL)
    assert found is None or found.tzinfo is not None
    assert seconds_of(text) >= 0


def test_times() -> None:
    expected = datetime(2026, 11, 3, 9, 5, tzinfo=SEOUL)
    for told in (
        "2026-11-03 09:05",
        "2026.11.03 09:05:00",
        "2026. 11. 03. 09:05",
        "20261103090500",
        "2026/11/03 09:05",
    ):
        assert moment_of(told, SEOUL) == expected, told
    assert moment_of("2026-11-03T00:05:00Z", SEOUL) == expected
    assert moment_of("2026-11-03", SEOUL) is None
    assert moment_of("20261332090500", SEOUL) is None


@hypothesis.settings(max_examples=25)
@given(st.binary(max_size=200))
def test_ends_of_hostile_files(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("ends") / "a.wav"
    path.write_bytes(content)
    for head in (b"RIFF", b"\0\0\0\x10ftyp", b"OggS"):
        path.write_bytes(head + content)
        assert ends_properly(path) in (True, False)
    path.write_bytes(content)
    assert ends_properly(path) in (True, False)


_JSON = st.recursive(
    st.none() | st.text(max_size=9) | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@hypothesis.settings(max_examples=25)
@given(st.dictionaries(st.text(max_size=8) | st.sampled_from(["agent", "동의"]), _JSON, max_size=5))
def test_any_json_is_told_in_words(told: dict[str, object]) -> None:
    assert all(isinstance(v, str) and v for v in sidecars.by_column(told).values())
