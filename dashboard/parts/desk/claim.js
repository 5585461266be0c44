// A review in hand stays with this person while they really do something: the server is told so at most once a
// minute, and only after a key, a click, the wheel or the pointer. Who does nothing is warned, then it is given back.
const TOLD_EVERY = 60, WARNED = 120;
const keepClaim = (desk) => {
  let held = 0, told = 0, active = 0, lost = false, asking = false;
  const seconds = () => (held ? Math.max(0, Math.round((held - performance.now()) / 1000)) : 0);
  const acted = () => {
    active = performance.now();
    const warned = held && seconds() < WARNED;
    if (desk.shown && !desk.shown.shut && !lost && (warned || active - told > TOLD_EVERY * 1000)) tell();
  };
  const tell = async () => {
    if (asking || !desk.shown || desk.busy()) return;
    const { task, version } = desk.shown;
    asking = true;
    told = performance.now();
    try {
      const answer = await ask("stay", { task, version });
      if (desk.shown && desk.shown.task === task) { desk.shown.until = answer.until; start(answer.claim_seconds); }
    } catch (trouble) {
      if (trouble.stale && desk.shown && desk.shown.task === task) await desk.outOfDate(trouble.message);
      else if (trouble.ended) desk.trouble(trouble);
    } finally { asking = false; }
  };
  const start = (left) => {
    held = left ? performance.now() + left * 1000 : 0;
    lost = false;
    told = performance.now();
    show();
  };
  const show = () => {
    const place = desk.at(".claim");
    if (!desk.shown || desk.shown.shut || !held) { place.hidden = true; return; }
    const left = seconds();
    if (left <= 0 && !lost) { lost = true; desk.letGo(); }
    place.hidden = left >= WARNED && !lost;
    if (place.hidden) return;
    const text = lost ? "오래 쓰지 않아 이 건을 내려놓았습니다. 적은 내용은 남아 있습니다."
      : `쓰지 않고 있어 ${left >= 60 ? Math.ceil(left / 60) + "분" : left + "초"} 뒤에 이 건을 내려놓습니다.`;
    if (place.dataset.text !== text) {
      place.dataset.text = text;
      place.replaceChildren(el("span", { text }), button(lost ? "다시 맡기" : "계속 보기", "", () => (lost ? desk.takeAgain() : tell()), { class: "small" }));
    }
  };
  const timer = setInterval(show, 1000);
  const events = ["keydown", "pointerdown", "wheel", "pointermove"];
  for (const name of events) window.addEventListener(name, acted, { passive: true, capture: true });
  return {
    start, isLost: () => lost,
    end() {
      clearInterval(timer);
      for (const name of events) window.removeEventListener(name, acted, { capture: true });
    },
  };
};
