"""A counselor's way through a talk: hear it, put it right, decide about the note, sign. The real server and browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from queues import crypto, database
from queues.accounts import find
from queues.models import AccessLog, FollowUp, NoteLine, SessionNote, Transcript, Utterance
from tests.dashboard import counseling_filling as filling
from tests.dashboard.conftest import enter, serving
from tests.dashboard.filling import people

pytestmark = pytest.mark.browser
PATIENCE = 30_000
_SOUND = """() => {
  const seek = (node) => {
    for (const e of node.querySelectorAll("*")) {
      if (e.tagName === "AUDIO") return e;
      const found = e.shadowRoot && seek(e.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  const sound = seek(document);
  return sound && {at: sound.currentTime, length: sound.duration, paused: sound.paused, src: sound.src};
}"""


@pytest.fixture(scope="module")
def filled(database_url: str) -> filling.Filled:
    with database.session() as session:
        people(session)
        session.flush()
        own = find(session, "counsel")
        assert own is not None
        return filling.every_state(session, own)


@pytest.fixture(scope="module")
def page(
    browser: Browser, filled: filling.Filled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """A counselor who is signed in."""
    with serving(tmp_path_factory.mktemp("log")) as address:
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, base_url=address, locale="ko-KR"
        )
        context.set_default_timeout(PATIENCE)
        opened = enter(context, "counsel")
        yield opened
        context.close()


def test_a_note_is_checked_against_the_sound_and_signed(page: Page, filled: filling.Filled) -> None:
    number = filled.talks["drafted"]
    page.get_by_role("row").filter(has_text="전화").first.click(timeout=PATIENCE)
    expect(page.get_by_role("heading", name="김서연 님과의 상담")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(f"() => (({_SOUND})() || {{}}).length > 60")

    # A line of the note is heard where it was said.
    line = page.locator(".line", has_text="야간 근무는 어렵다고 함")
    line.click()
    expect(page.locator(".u.cited")).to_have_count(1)
    expect(page.locator(".u.cited")).to_contain_text("12월 3일 오후 두 시요")
    page.wait_for_function(
        f"() => {{ const s = ({_SOUND})(); return !s.paused && s.at > 19.3 && s.at < 24; }}"
    )
    page.keyboard.press("Space")
    page.wait_for_function(f"() => ({_SOUND})().paused")
    expect(page.locator(".w.low").first).to_be_visible()

    # What was heard wrongly is put right where it stands.
    page.locator(".u.cited p").dblclick()
    field = page.get_by_label("6번 발화 고치기")
    field.fill("12월 3일 오후 두 시요. 그런데 야간 근무는 못 한다고 했어요.")
    field.press("Enter")
    expect(page.locator(".u.right")).to_have_count(1)
    expect(line).to_contain_text("근거가 된 말을 고침")

    # The plain lines at once, the doubtful ones singly.
    page.get_by_role("button", name="의심 없는 8줄 그대로").click()
    expect(page.get_by_text("확인할 줄 2")).to_be_visible()
    assert page.get_by_role("button", name="서명하기").is_disabled()
    line.get_by_role("button", name="고치기").click()
    page.get_by_label("줄 고치기").fill("면접 12월 3일 오후 2시. 야간 근무는 못 함.")
    page.get_by_label("줄 고치기").press("Enter")
    expect(page.get_by_text("확인할 줄 1")).to_be_visible()
    expect(page.locator(".line.now")).to_contain_text("훈련수당", timeout=PATIENCE)
    page.keyboard.press("a")
    expect(page.get_by_text("모두 확인함")).to_be_visible()
    page.get_by_role("button", name=re.compile("^약속 등록")).click()
    expect(page.locator(".todo.accepted")).to_have_count(1)

    page.get_by_role("button", name="서명하기").click()
    page.get_by_role("dialog").get_by_role("button", name="서명", exact=True).click()
    expect(page.get_by_role("button", name="새 판 쓰기")).to_be_visible()
    with database.session() as session:
        note = session.exec(select(SessionNote).where(SessionNote.session_id == number)).one()
        assert note.state == "signed" and note.edited
        lines = session.exec(select(NoteLine).where(NoteLine.note_id == note.id)).all()
        assert [f.fate for f in lines].count("changed") == 1 and {f.fate for f in lines} <= {
            "accepted",
            "changed",
        }
        transcript = session.exec(select(Transcript).where(Transcript.session_id == number)).one()
        said = session.exec(
            select(Utterance).where(Utterance.transcript_id == transcript.id, Utterance.number == 6)
        ).one()
        assert said.right_enc and "못 한다고" in crypto.open_(said.right_enc)
        agreed = select(FollowUp.kind).where(FollowUp.note_id == note.id, FollowUp.state == "accepted")
        assert session.exec(agreed).all() == ["appointment"]
        noted = session.exec(select(AccessLog.action).where(AccessLog.subject == f"talk:{number}")).all()
        assert {"view_whole", "listen"} <= set(noted)


@pytest.mark.thorough
def test_a_signed_note_is_kept_and_a_file_handed_in(
    page: Page, filled: filling.Filled, tmp_path: Path
) -> None:
    page.goto(f"/talks?talk={filled.talks['signed']}")
    page.get_by_role("button", name="내려받기").click()
    with page.expect_download() as waited:
        page.get_by_role("button", name="PDF").click()
    assert Path(waited.value.path()).read_bytes().startswith(b"%PDF")
    assert waited.value.suggested_filename.endswith(".pdf")
    sound = tmp_path / "상담.wav"
    sound.write_bytes(filling.sound(2) + b"in the browser")
    page.goto("/talk-upload")
    page.locator("input[type=file]").set_input_files(str(sound))
    send = page.get_by_role("button", name="올리기", exact=True)
    assert send.is_disabled(), "nobody has said whether it was agreed to"
    page.get_by_label("말로 동의를 받음").check()
    send.click()
    page.get_by_role("button", name="상담 열기").click()
    expect(page.get_by_role("heading", name="누구와의 상담인지 모름")).to_be_visible(timeout=PATIENCE)
