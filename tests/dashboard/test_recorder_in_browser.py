"""A talk recorded at the desk: the real server, a real browser whose microphone plays a voice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from sqlmodel import Session, select

from bots.counseling.desk_recording import join_pieces
from bots.sandbox.voices.espeak import Voice, speak
from queues import database, files
from queues.models import CounselingSession, Recording, TalkPiece, WorkItem
from stt.audio.hearing import hearing
from tests.conftest import environment
from tests.dashboard.conftest import FLAGS, Served, enter, serving
from tests.dashboard.filling import fill, people
from tests.stt.sounds import write_wav

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def served(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A dashboard whose recordings come in pieces of half a second."""
    with database.session() as session:
        people(session)
        filled = fill(session)
    with (
        environment(BACKOFFICE_RECORDING_PIECE_SECONDS="0.5"),
        serving(tmp_path_factory.mktemp("log")) as address,
    ):
        yield Served(address, filled)


@pytest.fixture(scope="module")
def context(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser that hears a synthetic voice on every microphone."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    voice = tmp_path_factory.mktemp("voice") / "voice.wav"
    write_wav(voice, speak("안녕하십니까 고용센터 상담사입니다 무엇을 도와드릴까요", Voice()).samples)
    hearing_it = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *hearing_it])
        opened = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=served.address)
        opened.set_default_timeout(20_000)
        yield opened
        browser.close()


def _pieces(talk_id: int) -> list[TalkPiece]:
    with database.session() as session:
        query = select(TalkPiece).where(TalkPiece.session_id == talk_id)
        return list(session.exec(query).all())


def _until_sent(page: Page, count: int) -> None:
    """Until the server has answered so many pieces."""
    for _ in range(count):
        with page.expect_response(lambda r: "/recorder/piece/" in r.url and r.ok):
            pass


def test_consent_then_one_press_and_a_reload_loses_seconds_only(
    context: BrowserContext, session: Session, tmp_path: Path
) -> None:
    page = enter(context, "counsel", to="/recorder")
    start = page.get_by_role("button", name="녹음 시작")
    expect(start).to_be_disabled()
    page.get_by_label("신청 찾기").fill("2026-UB-0000001")
    page.get_by_label("신청 찾기").press("Enter")
    page.get_by_role("listbox", name="찾은 신청").get_by_role("option").first.click()
    page.get_by_text("구직자 본인 · 말로 동의함").click()
    start.click()
    expect(page.get_by_text("녹음 중", exact=True)).to_be_visible()
    _until_sent(page, 4)

    page.get_by_role("button", name="일시정지").click()
    expect(page.get_by_text("잠시 멈춤")).to_be_visible()
    page.get_by_role("button", name="이어서 녹음").click()
    _until_sent(page, 2)

    talk = session.exec(select(CounselingSession)).one()
    assert (talk.consent, talk.consent_how, talk.way, talk.reason) == ("given", "desk", "desk", "recording")
    assert talk.application_id is not None and talk.person_id is not None
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    before = len(_pieces(talk.id))
    assert before >= 6
    expect(page.get_by_text("끝내지 않은 녹음이 있습니다.")).to_be_visible()
    page.get_by_role("button", name="이어서 녹음").click()
    expect(page.get_by_text("녹음 중", exact=True)).to_be_visible()
    _until_sent(page, 2)
    page.route("**/recorder/piece/**", lambda route: route.abort())
    expect(page.get_by_text("(남은 조각")).to_be_visible()
    page.unroute("**/recorder/piece/**")
    page.get_by_role("button", name="상담 끝내기").click()
    expect(page.get_by_text("녹음을 마쳤습니다")).to_be_visible()

    assert len({p.take for p in _pieces(talk.id)}) == 2, "and what the network lost was sent again"
    item = session.exec(select(WorkItem).where(WorkItem.bot == "counseling.join_pieces")).one()
    assert item.payload == {"talk_id": talk.id}
    for _ in range(2):
        assert join_pieces(talk.id), "done twice it is one recording"
    recording = session.exec(select(Recording)).one()
    with files.as_path(recording.sha256) as path, hearing(path, name="desk.webm") as heard:
        assert heard.duration > 3.5
        assert heard.sound.channels == 1
        assert heard.windows(), "the voice of the microphone is in it"


def test_two_microphones_are_two_channels_and_consent_can_be_taken_back(
    context: BrowserContext, session: Session
) -> None:
    page = context.new_page()
    page.goto("/recorder")
    page.get_by_role("button", name="마이크 확인").click()
    second = page.get_by_label("구직자 마이크")
    expect(second.locator("option")).not_to_have_count(1)
    page.get_by_label("상담사 마이크").select_option(index=1)
    second.select_option(index=2)
    page.get_by_text("구직자 본인 · 동의서를 받음").click()
    page.get_by_role("button", name="녹음 시작").click()
    _until_sent(page, 2)
    talk = session.exec(select(CounselingSession).order_by(CounselingSession.id.desc())).first()  # type: ignore[attr-defined]
    assert talk is not None and talk.consent_how == "form"
    other = context.new_page()
    other.goto("/recorder")
    expect(other.get_by_text("다른 창에서 녹음하고 있습니다.")).to_be_visible()
    expect(other.get_by_role("button", name="여기까지로 끝내기")).to_have_count(0)
    other.close()
    page.get_by_role("link", name="지난 일지").click()
    expect(page.locator("#bo-recording")).to_contain_text("상담 녹음 중")
    page.get_by_role("link", name="상담 녹음").click()
    page.get_by_role("button", name="동의 철회").click()
    page.get_by_role("button", name="동의 철회로 끝내기").click()
    expect(page.get_by_text("동의가 철회되어")).to_be_visible()
    session.refresh(talk)
    assert (talk.consent, talk.state) == ("withdrawn", "closed")
    assert not join_pieces(talk.id), "nobody opens it"
