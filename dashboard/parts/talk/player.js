// The sound: played on from a place, or stretch by stretch (what a line of the note rests on) and then silent again.
const RATES = [0.75, 1, 1.25, 1.5, 2];
const SKIP = 3;
const asClock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds || 0)), hours = Math.floor(whole / 3600);
  const rest = `${hours ? String(Math.floor(whole / 60) % 60).padStart(2, "0") : Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${rest}` : rest;
};
const soundPlayer = (talk) => {
  const box = talk.at(".player"), audio = box.querySelector("audio"), seek = box.querySelector(".seek");
  const rate = box.querySelector(".rate select"), follow = box.querySelector(".follow input");
  const ears = earsOf(box, audio);
  let stretches = [], frame = 0, known = 0, broken = false;
  const length = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : known);
  const playButton = button("재생", "Space", () => toggle(), { class: "play small" });
  const drawPlay = () => { playButton.querySelector("span").textContent = audio.paused ? "재생" : "멈춤"; };
  box.querySelector(".knobs").append(
    button(`-${SKIP}초`, "←", () => skip(-SKIP), { class: "small" }), playButton, button(`+${SKIP}초`, "→", () => skip(SKIP), { class: "small" }));
  rate.append(...RATES.map((r) => el("option", { value: r, text: `${r}배` })));
  rate.value = "1";
  const mark = () => {
    const at = audio.currentTime, whole = length();
    seek.max = whole;
    if (talk.focused() !== seek) seek.value = at;
    box.querySelector(".clock").textContent = asClock(at);
    box.querySelector(".whole").textContent = asClock(whole);
    box.querySelector(".now").style.left = whole ? `${(100 * at) / whole}%` : "0";
    talk.spoken.runAlong(at, !audio.paused, follow.checked);
  };
  const run = () => {
    mark();
    if (stretches.length && audio.currentTime >= stretches[0][1]) {
      stretches.shift();
      if (stretches.length) audio.currentTime = stretches[0][0];
      else { audio.pause(); talk.written.sounding(null); }
    }
    frame = audio.paused ? 0 : requestAnimationFrame(run);
  };
  const play = () => {
    if (box.hidden || broken) return;
    audio.playbackRate = Number(rate.value);
    ears.set();
    audio.play().catch((problem) => { if (problem.name !== "AbortError") talk.say("이 컴퓨터의 브라우저로는 이 녹음을 틀 수 없습니다.", "bad"); });
  };
  const go = (seconds) => { if (!box.hidden) { audio.currentTime = Math.max(0, Math.min(seconds, length() || seconds)); mark(); } };
  const skip = (seconds) => { stretches = []; go(audio.currentTime + seconds); };
  const toggle = () => { if (audio.paused) play(); else { stretches = []; audio.pause(); talk.written.sounding(null); } };
  audio.onplay = () => { drawPlay(); if (!frame) frame = requestAnimationFrame(run); };
  audio.onpause = () => { drawPlay(); mark(); };
  audio.onseeked = mark;
  audio.onloadedmetadata = () => { mark(); talk.timeline.draw(); };
  audio.onerror = () => {
    if (!audio.getAttribute("src")) return;
    broken = true;
    talk.noSound("이 녹음을 틀 수 없습니다. 파일 형식을 브라우저가 모르거나 연결이 끊겼습니다. 녹취와 일지는 그대로 쓸 수 있습니다.");
  };
  seek.oninput = () => { stretches = []; go(Number(seek.value)); };
  rate.onchange = () => { audio.playbackRate = Number(rate.value); rate.blur(); };
  follow.onchange = () => follow.blur();
  return {
    toggle, skip, go,
    from(seconds) { stretches = []; go(seconds); play(); },
    // [[from, to], ...]: one after the other, a little around each.
    stretches(wanted) {
      stretches = wanted.map(([a, b]) => [Math.max(0, a - 0.15), b + 0.2]);
      if (stretches.length) { go(stretches[0][0]); play(); }
    },
    faster(steps) {
      const at = RATES.indexOf(Number(rate.value));
      rate.value = String(RATES[Math.max(0, Math.min(RATES.length - 1, at + steps))]);
      audio.playbackRate = Number(rate.value);
    },
    toggleFollow() { follow.checked = !follow.checked; },
    now: () => audio.currentTime,
    playing: () => !audio.paused,
    length,
    show(sound) {
      known = sound.seconds || 0;
      ears.show(sound.channels);
      box.hidden = !sound.src;
      if (!sound.src) { talk.noSound(sound.none, sound.ask); audio.removeAttribute("src"); return; }
      talk.noSound("");
      if (audio.getAttribute("src") !== sound.src) { broken = false; audio.src = sound.src; }
      drawPlay();
      mark();
    },
    end() { cancelAnimationFrame(frame); audio.pause(); audio.removeAttribute("src"); audio.load(); ears.end(); },
  };
};
