export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".recorder");
  if (root.boReady) return root.boEnd;
  root.boReady = true;
  const at = (s) => root.querySelector(s);
  const KEPT = `backoffice-recorder-${data.account}`;
  const state = { consent: null, way: "desk", checked: null, starting: false, live: true };
  const say = (text) => { const box = at(".say"); box.hidden = !text; box.textContent = text || ""; };
  const forget = () => { if (state.checked) state.checked.close(); state.checked = null; };

  // Consent and way ---------------------------------------------------------------------------------------------
  const choice = (name, key, words, chosen, choose) => el("label", { class: "choice" },
    el("input", { type: "radio", name, value: key, checked: chosen, onchange: () => { choose(); draw(); } }), el("span", { text: words }));
  const consents = Object.entries(data.who).flatMap(([who, whose]) => Object.entries(data.how).map(([how, said]) => ({ who, how, text: `${whose} · ${said}` })));
  const drawChoices = () => {
    at(".consent").replaceChildren(...consents.map((c) => choice("consent", `${c.who}:${c.how}`, c.text,
      Boolean(state.consent && state.consent.who === c.who && state.consent.how === c.how), () => { state.consent = c; })));
    at(".ways").replaceChildren(...Object.entries(data.ways).map(([key, words]) => choice("way", key, words, state.way === key, () => { state.way = key; })));
  };
  const search = caseSearch(at, say, () => draw());

  // Microphones -------------------------------------------------------------------------------------------------
  const kept = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || {}; } catch { return {}; } };
  const chosenIds = () => [at(".first").value, ...(at(".second").value === "none" ? [] : [at(".second").value])];
  const drawMicrophones = async () => {
    const found = microphonesHere() ? await listMicrophones() : [];
    const before = state.listed ? { first: at(".first").value, second: at(".second").value } : kept();
    const option = (value, text) => el("option", { value, text });
    const named = found.map((d, n) => option(d.deviceId, d.label || `마이크 ${n + 1}`));
    at(".first").replaceChildren(option("", "기본 마이크"), ...named);
    at(".second").replaceChildren(option("none", "없음 (한 대로 함께)"), ...named.map((o) => o.cloneNode(true)));
    for (const [list, id] of [[".first", before.first], [".second", before.second]])
      if (id && [...at(list).options].some((o) => o.value === id)) at(list).value = id;
    state.listed = true;
  };
  const keepChoice = () => {
    try { localStorage.setItem(KEPT, JSON.stringify({ first: at(".first").value, second: at(".second").value })); } catch { /* keeps nothing */ }
    forget(); draw();
  };
  const open = async () => {
    if (!microphonesHere()) throw new Trouble("이 주소에서는 마이크를 쓸 수 없습니다. https로 시작하는 주소로 열고, Chrome이나 Edge를 써 주십시오.");
    if (!recordable()) throw new Trouble("이 브라우저로는 녹음할 수 없습니다. Chrome이나 Edge를 써 주십시오.");
    const ids = chosenIds();
    if (ids.length === 2 && ids[0] === ids[1]) throw new Trouble("두 마이크로 같은 것을 골랐습니다. 다른 마이크를 고르거나 ‘없음’을 골라 주십시오.");
    const opened = await openMicrophones(ids);
    await drawMicrophones();
    return opened;
  };
  const check = async () => {
    say("");
    if (state.checked) { forget(); draw(); return; }
    try { state.checked = await open(); } catch (error) { say(error.message); }
    draw();
  };

  // Recording ---------------------------------------------------------------------------------------------------
  const begin = async (talk) => {
    if (state.starting || running()) return;
    if (!talk && search.typed && !search.chosen) { say("적은 신청을 아직 고르지 않았습니다. Enter를 눌러 고르거나 지워 주십시오."); at(".words").focus(); return; }
    state.starting = true; say(""); draw();
    let microphones = null;
    try {
      microphones = state.checked || await open();
      state.checked = null;
      const opened = talk || (await call("begin", {
        who: state.consent.who, how: state.consent.how, way: state.way, receipt_no: search.chosen ? search.chosen.receipt_no : "",
      })).talk;
      const recording = startRecording({ talk: opened, microphones, pieceMs: data.pieceMs, longestSeconds: data.longestSeconds });
      floating(recording);
      follow(recording);
    } catch (error) { if (microphones) microphones.close(); say(error.message); }
    state.starting = false; draw();
  };
  const follow = (recording) => {
    if (root.boStop) root.boStop();
    recording.onScreen = true;
    const stop = recording.watch(draw);
    root.boStop = () => { stop(); recording.onScreen = false; root.boStop = null; };
  };
  const reconnect = async (recording) => {
    const talk = { ...recording.talk, seconds: recording.seconds() };
    await recording.setAside();
    window.boRecording = null;
    await begin(talk);
    if (!running()) leftBehind();
  };
  const afresh = () => {
    window.boRecording = null; state.consent = null; search.clear(); say("");
    drawChoices(); draw(); leftBehind();
  };
  const askWithdrawal = (recording) => {
    const box = at(".sure");
    const close = () => { box.hidden = true; };
    box.replaceChildren(el("p", { text: "녹음을 끝내고, 여기까지 녹음한 것을 아무도 듣지 못하게 합니다. 되돌릴 수 없습니다." }),
      el("button", { type: "button", class: "bad", text: "동의 철회로 끝내기", onclick: () => { close(); recording.end("withdraw"); } }),
      el("button", { type: "button", text: "계속 녹음", onclick: close }));
    box.hidden = false; box.querySelector("button").focus();
  };

  // Left behind by a window that went away ------------------------------------------------------------------------
  const leftBehind = async () => {
    let found = [];
    try { found = (await call("mine")).talks; } catch { return; }
    const here = running(), elsewhere = await recordedElsewhere();
    found = found.filter((t) => !here || here.talk.id !== t.id);
    const box = at(".left-behind");
    box.hidden = !found.length;
    box.replaceChildren(...found.map((t) => el("div", { class: "left" },
      el("span", {}, el("b", { text: elsewhere.has(lockName(t.id)) ? "다른 창에서 녹음하고 있습니다. " : "끝내지 않은 녹음이 있습니다. " }),
        `${t.began} 시작${t.last ? `, ${t.last}까지 저장됨` : ", 저장된 소리 없음"}${t.who ? ` · ${t.who} ${t.receipt_no}` : ""}`),
      ...(elsewhere.has(lockName(t.id)) ? [] : [goOn(t, Boolean(here)), finish(t)]))));
  };
  const goOn = (t, disabled) => el("button", { type: "button", class: "go-on", text: "이어서 녹음", disabled, onclick: () => { at(".left-behind").hidden = true; begin(t); } });
  const finish = (t) => el("button", { type: "button", class: "finish", text: "여기까지로 끝내기", onclick: async () => {
    try { await call("leave", { talk: t.id }); say(""); } catch (error) { say(error.message); }
    leftBehind();
  } });

  // What is seen -------------------------------------------------------------------------------------------------
  const drawMeters = () => {
    const microphones = (window.boRecording && window.boRecording.state !== "ended" && window.boRecording.microphones) || state.checked;
    const box = at(".meters");
    const names = ["상담사", "구직자"];
    if (!microphones) { box.replaceChildren(); return; }
    if (box.children.length !== microphones.channels) {
      box.replaceChildren(...Array.from({ length: microphones.channels }, (_, n) => el("div", { class: "meter" },
        el("span", { text: microphones.channels > 1 ? names[n] : "소리" }), el("i", {}, el("b")))));
    }
    microphones.levels().forEach((level, n) => {
      const bar = box.children[n].querySelector("b");
      bar.style.width = `${Math.round(100 * Math.min(1, Math.max(0, (level + 60) / 55)))}%`;
      bar.className = level > -8 ? "loud" : "";
    });
  };
  const drawDone = (recording) => {
    const box = at(".done");
    box.hidden = !recording || recording.state !== "ended";
    if (box.hidden) return;
    const text = recording.how === "withdraw" ? "동의가 철회되어 녹음을 끝냈습니다. 녹음한 것은 아무도 들을 수 없습니다."
      : recording.sending.refused ? `녹음이 끝났습니다. ${recording.sending.refused}`
      : `녹음을 마쳤습니다(${clockOf(recording.seconds())}). 상담일지 초안이 준비되면 ‘상담’ 화면에 나타납니다.`;
    const heard = recording.how === "end" && !recording.sending.refused;
    box.replaceChildren(el("p", { text }), heard ? el("a", { href: `/talks?talk=${recording.talk.id}`, text: "이 상담 보기" }) : "",
      el("button", { type: "button", class: "anew", text: "새 상담 녹음", onclick: afresh }));
  };
  const draw = () => {
    if (!state.live) return;
    const recording = window.boRecording;
    const going = running();
    root.classList.toggle("is-going", Boolean(going)); root.classList.toggle("is-paused", Boolean(going && going.state === "paused"));
    at(".clock").textContent = clockOf(recording ? recording.seconds() : 0);
    at(".standing").textContent = !recording ? "" : { recording: "녹음 중", paused: "잠시 멈춤", ending: "저장하는 중…", ended: "끝남" }[recording.state];
    at(".whose").textContent = recording && recording.talk.receipt_no ? `${recording.talk.who} · ${recording.talk.receipt_no}` : "";
    const start = at(".start"), ended = Boolean(recording && recording.state === "ended");
    start.hidden = Boolean(going) || ended; start.disabled = !state.consent || state.starting;
    at(".why").textContent = start.hidden || state.consent ? "" : "녹음 동의를 표시하면 누를 수 있습니다.";
    at(".check").textContent = state.checked ? "확인 끝" : "마이크 확인";
    for (const b of root.querySelectorAll(".check, .first, .second, .words, .chosen button")) b.disabled = Boolean(going);
    for (const r of root.querySelectorAll("input[type=radio]")) r.disabled = Boolean(going);
    at(".going").hidden = !going || going.state === "ending";
    at(".pause").textContent = going && going.state === "paused" ? "이어서 녹음" : "일시정지";
    if (!going) at(".sure").hidden = true;
    const warn = at(".warn"), warning = !going ? "" : going.problem || (going.lost ? "마이크 연결이 끊겼습니다. 다시 꽂거나 다른 마이크를 쓰십시오."
      : going.quiet ? "15초 넘게 소리가 들어오지 않습니다. 마이크를 확인해 주십시오." : "");
    warn.hidden = !warning;
    if (warn.dataset.text !== warning) {
      warn.dataset.text = warning;
      const act = !going ? null : going.problem && going.again ? ["다시 보내기", () => going.again()] : going.lost ? ["마이크 다시 연결", () => reconnect(going)] : null;
      warn.replaceChildren(el("span", { text: warning }), ...(act ? [el("button", { type: "button", text: act[0], onclick: act[1] })] : []));
    }
    const sending = going && going.sending;
    at(".sent").textContent = !sending ? "" : sending.trouble ? `${sending.trouble} (남은 조각 ${sending.waiting}개)` : `서버에 저장됨 ${Math.max(1, Math.round(sending.sent / 1024))} KB`;
    at(".sent").classList.toggle("bad", Boolean(sending && sending.trouble));
    drawDone(recording); drawMeters();
  };

  at(".start").onclick = () => begin(null);
  at(".pause").onclick = () => { const r = running(); if (r) { if (r.state === "paused") r.resume(); else r.pause(); } };
  at(".end").onclick = () => running()?.end();
  at(".withdraw").onclick = () => { const r = running(); if (r) askWithdrawal(r); };
  at(".check").onclick = check;
  at(".first").onchange = keepChoice; at(".second").onchange = keepChoice;
  const onDevices = () => { if (!running()) drawMicrophones(); };
  if (navigator.mediaDevices) navigator.mediaDevices.addEventListener("devicechange", onDevices);
  const meterTimer = setInterval(drawMeters, 100);
  if (window.boRecording && window.boRecording.state === "ended") window.boRecording = null;
  if (running()) follow(running());
  drawChoices(); drawMicrophones().then(draw); draw(); leftBehind();
  root.boEnd = () => {
    root.boReady = false; state.live = false;
    clearInterval(meterTimer); forget();
    if (root.boStop) root.boStop();
    if (navigator.mediaDevices) navigator.mediaDevices.removeEventListener("devicechange", onDevices);
  };
  return root.boEnd;
}
