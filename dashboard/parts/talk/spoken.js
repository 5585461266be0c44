// What was said, line by line: a click hears it, what was heard badly is marked, a line is put right where it stands.
const MARK = /(\[[가-힣 ·]{1,12}\])/;
const spokenPart = (talk) => {
  const list = talk.at(".said");
  let rows = new Map(), current = 0, cited = new Set(), editing = null, sounding = null;
  const said = () => talk.shown.said;
  const byNumber = (n) => said().find((u) => u.n === n);

  // Words are taken apart where one is marked; all of them only in a line that is heard or pointed at: a long talk has
  // tens of thousands.
  const wordOf = ([text, start, low, hidden]) => el("span", {
    class: ["w", low ? "low" : "", hidden ? "personal" : ""].filter(Boolean).join(" "), "data-s": start, text: text.trim(),
    title: low ? "잘 들리지 않은 말입니다. 들어 보십시오." : hidden ? "다른 사람에게는 가려집니다." : null,
  });
  const textOf = (u, apart = false) => {
    if (u.personal.length) {
      let from = 0;
      return [...u.personal.flatMap(([a, b]) => {
        const before = u.text.slice(from, a);
        from = b;
        return [before, el("span", { class: "w personal", "data-s": u.start, text: u.text.slice(a, b), title: "다른 사람에게는 가려집니다." })];
      }), u.text.slice(from)];
    }
    if (!u.words.length) return u.text.split(MARK).map((piece) => (MARK.test(piece) ? el("span", { class: "mark", text: piece }) : piece));
    return u.words.map((w) => [apart || w[2] || w[3] ? wordOf(w) : w[0].trim(), " "]);
  };
  const takeApart = (row) => {
    const u = row && !row.apart && byNumber(Number(row.dataset.n));
    if (!u || !u.words.length || editing === u.n) return;
    row.apart = true;
    row.querySelector("p").replaceChildren(...textOf(u, true).flat());
  };
  const whoOf = (u) => {
    const shown = talk.shown.talk;
    if (!shown.may_edit || talk.signed()) return el("span", { class: `who ${u.speaker}`, text: u.who });
    return el("button", { type: "button", class: `who ${u.speaker}`, text: u.who, title: "이 발화만 말한 사람 바꾸기", onclick: (e) => { e.stopPropagation(); askWho(u); } });
  };
  const draw = (u) => {
    const editable = talk.shown.talk.may_edit && !talk.signed();
    const row = el("li", { class: ["u", u.low || u.flags.length ? "doubt" : "", u.right ? "right" : ""].filter(Boolean).join(" "), "data-n": u.n },
      el("button", { type: "button", class: "at", text: u.at, title: `${u.n}번 발화 듣기`, "aria-label": `${u.n}번 발화 ${u.at} 듣기`, onclick: () => hear(u.n) }),
      whoOf(u),
      el("div", { class: "text" }, el("p", {}, textOf(u)),
        u.flags.length || u.right ? el("span", { class: "marks" }, u.flags.map((f) => chip({ text: f, tone: "warn" })),
          u.right ? el("span", { class: "chip busy", text: "고침", title: `들린 말: ${u.heard}` }) : null) : null),
      editable ? el("button", { type: "button", class: "small edit", text: "고치기", tabindex: -1, onclick: (e) => { e.stopPropagation(); edit(u.n); } }) : null);
    row.onclick = (e) => {
      if (editing === u.n || e.target.closest("button, textarea, select") || getSelection().toString()) return;
      const word = e.target.closest(".w");
      if (word) { choose(u.n); talk.player.from(Number(word.dataset.s)); } else hear(u.n);
    };
    row.onpointerenter = () => takeApart(row);
    row.ondblclick = (e) => { if (editable && e.target.closest("p")) edit(u.n); };
    return row;
  };
  const drawAll = () => {
    rows = new Map(said().map((u) => [u.n, draw(u)]));
    list.replaceChildren(...rows.values());
    if (!said().length) list.append(el("li", { class: "none", text: talk.shown.transcript ? "들린 말이 없습니다." : "녹취가 아직 없습니다." }));
    light(cited);
    if (current) mark(current);
  };
  const mark = (n) => {
    const before = rows.get(current);
    if (before) before.classList.remove("now");
    current = n;
    const row = rows.get(n);
    if (row) row.classList.add("now");
    takeApart(row);
    return row;
  };
  const bring = (row, where = "nearest") => { if (row) talk.bring(list, row, where === "center"); };
  const choose = (n) => { talk.pane = "spoken"; bring(mark(n)); };
  const hear = (n) => { const u = byNumber(n); if (u) { choose(n); talk.player.from(u.start); } };
  const light = (numbers) => {
    cited = new Set(numbers);
    for (const [n, row] of rows) row.classList.toggle("cited", cited.has(n));
    talk.timeline.light(cited);
  };

  // ---- putting right
  const edit = (n) => {
    const u = byNumber(n), row = rows.get(n);
    if (!u || !row || editing !== null || !talk.shown.talk.may_edit || talk.signed()) return;
    editing = n;
    choose(n);
    row.classList.add("editing");
    if (talk.player.playing()) talk.player.stretches([[u.start, u.end]]); // it does not run away from what is put right
    const field = el("textarea", { rows: Math.max(2, Math.ceil(u.text.length / 34)), "aria-label": `${n}번 발화 고치기` });
    field.value = u.text;
    const shut = () => { editing = null; row.replaceWith(rows.set(n, draw(byNumber(n))).get(n)); mark(current); light(cited); talk.home(); };
    const save = async () => {
      const text = field.value.trim();
      if (text === u.text) { shut(); return; }
      if (!text) { talk.say("빈 발화로는 바꿀 수 없습니다. 들린 말이 없으면 [들리지 않음]이라고 적어 주십시오."); return; }
      if (await talk.call("correct", { utterance: u.id, version: u.v, text })) shut();
    };
    const back = u.right ? button("들린 말로 되돌리기", "", async () => { if (await talk.call("correct", { utterance: u.id, version: u.v, text: u.heard })) shut(); }, { class: "small" }) : null;
    field.onkeydown = (e) => {
      if (e.isComposing) return;
      if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); shut(); }
      if (e.key === "Enter" && !e.shiftKey) { e.preventDefault(); save(); }
    };
    row.querySelector(".text").replaceChildren(field, el("span", { class: "edit-tools" }, button("저장", "Enter", save, { class: "small primary" }),
      button("취소", "Esc", shut, { class: "small" }), back, el("span", { class: "muted", text: "F2 재생·멈춤 · F3 이 발화 다시" })));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  };
  const askWho = (u) => talk.panel("이 발화는 누가 말했습니까?", [
    el("p", { class: "quote", text: u.text }),
    el("div", { class: "choices" }, Object.entries(talk.data.speakers).map(([code, name]) => button(name, "", async () => {
      if (await talk.call("speaker", { utterance: u.id, version: u.v, speaker: code })) talk.shutPanel();
    }, { class: code === u.speaker ? "primary" : "" }))),
    el("p", { class: "muted", text: "이 발화 하나만 바뀝니다. 목소리 전체는 녹취 위의 ‘목소리’에서 정합니다." }),
  ]);

  // ---- running along
  const sound = (word) => {
    if (word === sounding) return;
    if (sounding) sounding.classList.remove("sounding");
    sounding = word || null;
    if (sounding) sounding.classList.add("sounding");
  };
  const runAlong = (at, playing, follow) => {
    const all = said();
    let low = 0, high = all.length - 1, found = -1;
    while (low <= high) { const mid = (low + high) >> 1; if (all[mid].start <= at + 0.02) { found = mid; low = mid + 1; } else high = mid - 1; }
    const u = found >= 0 ? all[found] : null;
    if (!playing || !u || at > u.end + 1.5) { sound(null); return; }
    const moved = u.n !== current, row = moved ? mark(u.n) : rows.get(u.n);
    if (moved && row && follow && editing === null) bring(row);
    sound(row ? [...row.querySelectorAll(".w")].filter((w) => Number(w.dataset.s) <= at).pop() : null);
  };
  const step = (by) => {
    const all = said(), at = all.findIndex((u) => u.n === current);
    const u = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (!u) return;
    choose(u.n);
    if (talk.player.playing()) talk.player.from(u.start); else talk.player.go(u.start);
  };
  return {
    drawAll, hear, light, edit, step, runAlong,
    editing: () => editing !== null,
    current: () => current,
    async tell(speaker) {
      const u = byNumber(current);
      if (!u || !talk.shown.talk.may_edit || talk.signed()) return;
      if (u.speaker === speaker || await talk.call("speaker", { utterance: u.id, version: u.v, speaker })) step(1);
    },
    again() { if (current) hear(current); },
    hearLines(numbers) {
      const found = said().filter((u) => numbers.includes(u.n));
      light(numbers);
      if (!found.length) return;
      bring(rows.get(found[0].n), "center");
      talk.player.stretches(found.map((u) => [u.start, u.end]));
    },
    lookAt(numbers) { light(numbers); const first = numbers.find((n) => rows.has(n)); if (first) bring(rows.get(first), "center"); },
    replaced(changed) { for (const u of changed) { const row = rows.get(u.n); if (row && editing !== u.n) { const fresh = draw(u); row.replaceWith(fresh); rows.set(u.n, fresh); } } light(cited); },
  };
};
