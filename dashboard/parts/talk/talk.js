// A talk: its sound, what was said, and the note beside it. Everything is asked of the server once and stays in the
// browser; a decision brings back what it changed, and nothing here runs the screen anew.
const WAIT_MS = 3000;
const AWAY_MS = 10 * 60 * 1000; // a screen that nobody is at asks no more: asking keeps the session open
const startTalk = (root, data) => {
  const at = (s) => root.querySelector(s);
  const talk = { root, at, data, shown: null, pane: "written" };
  let chosen = data.note; // an earlier version of the note that is looked at
  let sending = 0, ended = false, timer = 0, quiet = 0;
  talk.focused = () => root.getRootNode().activeElement;
  talk.signed = () => Boolean(talk.shown && talk.shown.note && talk.shown.note.state !== "draft");
  talk.home = () => { const row = at(".line.now") || at(".note-body"); if (row) row.focus({ preventScroll: true }); };
  talk.say = (text, tone = "warn") => {
    const p = at(".say");
    p.hidden = !text;
    p.className = "say " + tone;
    p.textContent = text || "";
    clearTimeout(quiet);
    if (text && tone === "good") quiet = setTimeout(() => talk.say(""), 6000);
  };
  talk.noSound = (text, mayAsk = false) => {
    const p = at(".no-sound");
    p.hidden = !text;
    p.replaceChildren(text || "", mayAsk ? button("가린 녹음 만들기", "", async () => { if (await talk.call("beeped", { talk: data.talk })) { making = true; drawWaiting(); } }, { class: "small", disabled: making }) : "");
  };
  const trouble = (problem) => {
    if (!(problem instanceof Trouble)) throw problem;
    talk.say(problem.message, "bad");
    if (problem.ended) at(".say").append(" ", el("a", { href: `/signin?next=${encodeURIComponent(location.pathname + location.search)}`, text: "로그인" }));
    if (!talk.shown) { at("h2").textContent = "열지 못했습니다"; at(".say").append(" ", button("다시 시도", "", () => open(), { class: "small" })); drawToList(); }
  };
  talk.busyWith = async (act) => {
    if (sending) return false;
    sending += 1;
    const slow = setTimeout(() => root.setAttribute("aria-busy", "true"), 150);
    try { talk.say(""); await act(); return true; } catch (problem) { trouble(problem); return false; } finally {
      clearTimeout(slow);
      sending -= 1;
      root.removeAttribute("aria-busy");
    }
  };
  // A decision: true once it is done and shown. What was decided about something that had changed is read anew.
  talk.call = async (name, body) => {
    let stale = false;
    const done = await talk.busyWith(async () => {
      try { const answer = await ask(name, body); chosen = null; take(answer); } catch (problem) { stale = Boolean(problem.stale); throw problem; }
    });
    if (stale) { const said = at(".say").textContent; await open(); talk.say(said, "warn"); }
    return done;
  };
  const take = (answer) => {
    if (ended) return;
    if (answer.all) { talk.shown = answer.all; drawAll(); }
    if (answer.around) {
      Object.assign(talk.shown, answer.around);
      for (const u of answer.said || []) talk.shown.said[talk.shown.said.findIndex((x) => x.n === u.n)] = u;
      drawAround();
      if (answer.said) { talk.spoken.replaced(answer.said); talk.voices.again(); talk.timeline.draw(); }
    }
    if (answer.audio) { talk.shown.audio = answer.audio; talk.player.show(answer.audio); }
    if (answer.say) talk.say(answer.say, "good");
  };
  const open = async (note = chosen) => {
    chosen = note;
    try { take(await ask("open", { talk: data.talk, note })); } catch (problem) { trouble(problem); }
    root.removeAttribute("aria-busy");
  };

  const drawToList = () => at(".to-list").replaceChildren(button("목록", "L", () => talk.toList(), { class: "small" }));
  const drawTop = () => {
    const { talk: t, transcript, versions } = talk.shown;
    drawToList();
    at("h2").textContent = t.person ? `${t.person} 님과의 상담` : "누구와의 상담인지 모름";
    at(".facts").replaceChildren(chip(t.state), el("span", { text: `${t.held} · ${t.way}${t.length ? ` · ${t.length}` : ""}` }),
      t.case ? el("span", { text: t.case }) : "", t.own ? "" : el("span", { class: "muted", text: `${t.counselor || "상담사 모름"} 상담` }),
      el("span", { class: `chip ${t.consent.tone}`, text: t.consent.text, title: [t.consent.how, t.consent.at].filter(Boolean).join(" ") }),
      t.why ? el("span", { class: "muted", text: t.why }) : "");
    const more = el("select", { class: "version", "aria-label": "판" }, versions.map((v) => el("option", { value: v.id, text: `${v.number}판 ${v.label.text}${v.edited === null ? "" : ` · 고친 양 ${(v.edited / 10).toFixed(1)}%`}` })));
    if (talk.shown.note) more.value = String(talk.shown.note.id);
    more.onchange = () => open(Number(more.value));
    at(".tools-top").replaceChildren(...t.tasks.map((task) => button(task.reason || "확인하기", "", () => data.toTask(task.id), { class: "small danger" })),
      t.may_say_why ? button("전부 보기", "", askWhy, { class: "small" }) : "",
      t.person_id ? button("지난 일지", "", () => data.toPerson(t.person_id), { class: "small" }) : "",
      versions.length > 1 ? more : "", t.may_edit ? button("동의 철회", "", talk.signing.askWithdraw, { class: "small" }) : "", button("도움말", "?", () => talk.help.toggle(), { class: "small" }));
    const made = at(".made");
    const demo = transcript && transcript.demo;
    at(".demo").hidden = !demo;
    at(".demo").textContent = demo || "";
    made.replaceChildren(transcript ? `${transcript.source}${transcript.engine ? ` (${transcript.engine})` : ""}` : "", ...(transcript ? transcript.flags.map((f) => chip({ text: f, tone: "warn" })) : []));
    at(".legend").textContent = t.whole ? "" : t.words ? "개인정보를 가리고 보여 줍니다" : "";
  };
  // What goes on by itself is looked at again while somebody is there.
  let touched = Date.now(), making = false;
  const there = () => { touched = Date.now(); };
  const goesOn = () => {
    const { talk: t, note: n, audio } = talk.shown;
    if (making && audio.src) making = false;
    return t.waiting || making || Boolean(n && (n.anew || (n.state === "signed" && (!n.papers.pdf || n.sent_soon))));
  };
  const again = async () => {
    if (ended || document.hidden || sending || talk.spoken.editing() || talk.written.editing() || Date.now() - touched > AWAY_MS) { drawWaiting(); return; }
    try {
      const t = talk.shown;
      take(await ask("look", { talk: data.talk, note: chosen, transcript: t.transcript ? t.transcript.id : null }));
    } catch (problem) { if (problem.ended || !(problem instanceof Trouble)) trouble(problem); else drawWaiting(); }
  };
  const drawWaiting = () => {
    const { talk: t, note: n } = talk.shown, p = at(".wait-for");
    clearTimeout(timer);
    if (goesOn()) timer = setTimeout(again, WAIT_MS);
    p.hidden = !t.waiting && !(n && n.anew);
    if (p.hidden) return;
    if (n && n.anew) p.replaceChildren("고친 녹취로 일지를 다시 쓰는 중입니다.");
    else p.replaceChildren(t.code === "listening" ? `받아쓰는 중입니다. ${(t.progress / 10).toFixed(0)}%` : `${t.state.text}입니다. 끝나면 이 화면에 나타납니다.`,
      el("progress", { max: 1000, value: t.progress }));
  };
  let signedBefore = false;
  const drawAround = () => {
    if (talk.signed() !== signedBefore) { signedBefore = talk.signed(); talk.spoken.drawAll(); talk.voices.draw(); }
    drawTop(); drawWaiting(); talk.written.drawTop(); talk.written.draw(); talk.signing.draw();
  };
  const drawAll = () => {
    at("main").hidden = false;
    root.classList.toggle("note-only", !talk.shown.talk.words);
    at(".spoken").hidden = !talk.shown.talk.words;
    talk.player.show(talk.shown.audio);
    signedBefore = talk.signed();
    talk.voices.draw();
    talk.spoken.drawAll();
    drawAround();
    talk.timeline.draw();
    fill();
  };

  // A row into sight within its own list: the page around it stays where it is.
  talk.bring = (box, row, centered = false) => {
    const top = row.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop, bottom = top + row.offsetHeight;
    if (centered || top < box.scrollTop + 8 || bottom > box.scrollTop + box.clientHeight - 8) box.scrollTop = top - Math.max(20, (box.clientHeight - row.offsetHeight) / 3);
  };

  // ---- what lies over it
  talk.panel = (title, parts) => {
    const box = at(".panel");
    box.replaceChildren(el("div", { class: "sheet-over", role: "dialog", "aria-modal": "true", "aria-label": title }, el("h3", { text: title }), parts));
    box.hidden = false;
    const first = box.querySelector("[data-first]") || box.querySelector("button, input, select");
    if (first) first.focus();
  };
  talk.shutPanel = () => { at(".panel").hidden = true; talk.home(); };
  talk.panelShown = () => !at(".panel").hidden;
  const askWhy = () => {
    const reason = el("select", { "aria-label": "보는 사유", "data-first": "" }, data.reasons.map((r) => el("option", { value: r, text: r })));
    talk.panel("이 상담을 전부 보기", [el("p", { class: "muted", text: "가리지 않은 녹취와 녹음, 초안을 봅니다. 본 사람과 사유가 접속기록에 남습니다." }), el("label", {}, "사유 ", reason),
      el("div", { class: "choices" }, button("전부 보기", "", async () => { if (await talk.call("reveal", { talk: data.talk, reason: reason.value })) talk.shutPanel(); }, { class: "primary" }), button("취소", "Esc", talk.shutPanel))]);
  };
  talk.escape = () => { if (talk.panelShown()) talk.shutPanel(); else if (talk.help.shown()) talk.help.toggle(); else talk.say(""); };
  talk.edit = () => { if (talk.pane === "spoken") talk.spoken.edit(talk.spoken.current()); else talk.written.edit(); };
  talk.step = (by) => (talk.pane === "spoken" || !talk.shown.note ? talk.spoken : talk.written).step(by);
  talk.toList = () => data.toList();

  // ---- parts
  talk.player = soundPlayer(talk);
  talk.timeline = timelineOf(talk);
  talk.spoken = spokenPart(talk);
  talk.voices = voicesPart(talk);
  talk.todo = todoPart(talk);
  talk.written = linesPart(talk);
  talk.signing = signingPart(talk);
  talk.help = helpOver(talk);
  at(".said").addEventListener("pointerdown", () => { talk.pane = "spoken"; });
  at(".note-body").addEventListener("pointerdown", () => { talk.pane = "written"; });
  const stopKeys = listenToKeys(talk);
  const fill = () => { root.style.height = Math.max(460, window.innerHeight - root.getBoundingClientRect().top - window.scrollY - 8) + "px"; };
  const above = new ResizeObserver(fill); // the bar over it may grow
  above.observe(document.body);
  const stayIfTyping = (e) => { if (talk.spoken.editing() || talk.written.editing()) e.preventDefault(); };
  window.addEventListener("resize", fill);
  window.addEventListener("pointerdown", there);
  window.addEventListener("keydown", there);
  window.addEventListener("beforeunload", stayIfTyping);
  fill();
  open();
  return {
    // The screen was run anew: another talk is shown only where another was asked for.
    update(given) {
      const { talk: was, note } = data;
      Object.assign(data, given);
      fill();
      if (given.talk !== was || given.note !== note) open(given.note);
    },
    end() {
      ended = true;
      clearTimeout(timer);
      clearTimeout(quiet);
      stopKeys();
      talk.player.end();
      talk.timeline.end();
      above.disconnect();
      window.removeEventListener("resize", fill);
      window.removeEventListener("pointerdown", there);
      window.removeEventListener("keydown", there);
      window.removeEventListener("beforeunload", stayIfTyping);
    },
  };
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".talk");
  const given = { ...data, toList: () => setTriggerValue("left", true), toTask: (task) => setTriggerValue("task", task), toPerson: (person) => setTriggerValue("person", person) };
  if (root.boTalk) root.boTalk.update(given);
  else root.boTalk = startTalk(root, given);
  return () => {
    if (!root.boTalk) return;
    root.boTalk.end();
    root.boTalk = null;
  };
}
