// What the person decides: which case, which answers, and the bar of buttons that says what Enter will do.
const QUIET = 600; // ms for which a case has to have been seen before Enter decides it

const deciding = (desk) => {
  const { root, at } = desk;
  let confirmed = "";
  const label = (name) => desk.fixed.labels[name] || name;
  const edited = () => Object.keys(desk.draft.edits).length > 0 || Object.keys(desk.draft.people).length > 0 || desk.draft.type !== desk.shown.type;
  // A value that is painted over cannot be compared with its picture.
  const covered = (q) => q.kind === "value" && !desk.shown.revealed && desk.shown.rows.some((r) => r.name === q.row && !r.clear);
  const wordsOf = (q) => {
    if (q.kind === "seen") return "보았으면 Y, 그다음 Enter";
    if (q.kind === "change") return `${q.title}: 서류 ${q.paper} / 기록 ${q.file} — Y 받아들임, N 아님`;
    return `${label(q.row)}: ${covered(q) ? "V로 전부 본 뒤 " : ""}그림과 비교 — Y 맞음, N 고치기`;
  };

  // ---- choosing and answering
  const toggle = (receipt) => {
    const { draft, shown } = desk;
    if (!shown || shown.shut) return;
    if (draft.chosen.includes(receipt)) draft.chosen = draft.chosen.filter((r) => r !== receipt);
    else draft.chosen = shown.people.length ? [...draft.chosen, receipt] : [receipt]; // a list of workers has many cases
    desk.say("");
    desk.changed();
  };
  const answer = (q, what) => {
    const { shown, draft } = desk;
    if (shown.shut) return;
    if (q.kind === "value" && what === "no") {
      delete draft.answers[q.key];
      desk.changed();
      const input = root.querySelector(`.beside input[data-field="${CSS.escape(q.row)}"]`);
      if (input) { input.focus(); input.select(); }
      return;
    }
    if (covered(q)) { desk.say("가려진 값은 확인할 수 없습니다. V를 눌러 전부 본 뒤 그림과 비교하십시오.", "warn"); return; }
    draft.answers[q.key] = draft.answers[q.key] === what ? "" : what;
    desk.say("");
    desk.changed();
    desk.lookAtQuestion();
  };
  const answerCurrent = (what) => {
    const q = currentQuestion(desk.questions());
    if (q) answer(q, what); else desk.say("답할 것이 남아 있지 않습니다.", "wait");
  };

  // ---- the bar
  const primary = () => {
    const { shown, draft } = desk;
    const open = desk.questions().filter((q) => q.needed && !q.answer);
    const n = draft.chosen.length;
    if (shown.has_document && n && !(shown.confirms && String(draft.chosen) === String(shown.attached))) {
      const moved = shown.confirms && shown.attached.length ? "로 옮겨 연결" : "에 연결";
      return { text: n === 1 ? draft.chosen[0] + moved : `${n}건에 연결`, act: "attach", ready: true };
    }
    if (shown.confirms) {
      const text = edited() ? "고친 값으로 확인" : shown.does_again ? "다시 실행" : "확인 완료";
      const why = open.length ? (open.length > 1 ? `${open.length}개 남음 · ` : "") + wordsOf(open[0]) : "";
      return { text, act: "correct", ready: !open.length, why };
    }
    return { text: "연결할 신청 고르기", act: "attach", ready: false,
      why: shown.choices.length ? "연결할 신청을 숫자로 고르십시오. 없으면 F 찾기, B 신규 접수입니다." : "비교할 신청이 없습니다. F 찾기, B 신규 접수, I 이송 가운데 고르십시오." };
  };
  const draw = () => {
    const box = at(".buttons");
    const { shown } = desk;
    at(".foot").classList.toggle("idle", !shown);
    if (!shown) { box.replaceChildren(); return; }
    const shut = !!shown.shut || desk.busy();
    const main = primary();
    const made = [];
    const add = (text, key, act, props = {}, usable = true) => {
      const b = button(text, key, act, props);
      b.disabled = shut || !usable;
      made.push(b);
    };
    const away = shown.outward ? null : "행정시스템에 연결되어 있지 않습니다";
    if (!shown.confirms && edited()) add("고친 값으로 다시 찾기", "A", searchAgain);
    add("의견", "C", desk.focusComment);
    if (shown.pages.length > 1) add("쪽 정리", "G", desk.arranging.open);
    if (shown.has_document) {
      add("신규 접수", "B", () => desk.panels.open("register"), { title: away }, shown.outward);
      add("이송", "I", () => desk.panels.open("transfer"), { title: away }, shown.outward);
    }
    add("보류", "H", () => desk.panels.open("hold"));
    add("반려", "X", () => desk.panels.open("reject"), { class: "danger" });
    add(main.text, "Enter", () => enter(true), { class: "primary" + (main.ready ? "" : " waiting"), title: main.why || null });
    box.replaceChildren(...made);
    at(".todo").textContent = shown.shut ? "" : main.ready ? `Enter: ${main.text}` : main.why;
  };
  const searchAgain = () => {
    if (desk.shown.confirms || !edited()) { desk.say("고친 값이 없습니다.", "wait"); return; }
    send({ action: "correct", type: desk.draft.type, fields: desk.draft.edits, people: desk.draft.people, comment: desk.draft.comment });
  };

  // ---- deciding. The key counts only once the case has been seen for a moment: whoever presses twice has not looked
  // at the second.
  const seen = () => performance.now() - desk.shownAt >= QUIET && (!desk.shown.pages.length || desk.viewer.paintedSince() >= QUIET / 2);
  const tellSeen = () => {
    if (!desk.shown || !root.isConnected) return;
    if (seen()) root.dataset.seen = ""; else setTimeout(tellSeen, 60);
  };
  const begin = () => {
    confirmed = "";
    desk.shownAt = performance.now();
    root.dataset.task = desk.shown.task;
    delete root.dataset.seen;
    setTimeout(tellSeen, 60);
  };
  const enter = (clicked = false) => {
    const { shown, draft } = desk;
    if (!shown || desk.busy()) return;
    if (shown.shut) { desk.saysWhyShut(); return; }
    if (!clicked && !seen()) return;
    const main = primary();
    if (!main.ready) { desk.say(main.why, "warn"); desk.lookAtQuestion(); return; }
    const closed = shown.choices.filter((c) => main.act === "attach" && draft.chosen.includes(c.receipt_no) && !c.open);
    if (closed.length && confirmed !== draft.chosen.join()) {
      begin();
      confirmed = draft.chosen.join();
      desk.say(`${closed.map((c) => c.receipt_no).join(", ")}은(는) 진행 중인 건이 아닙니다. 그래도 연결하려면 한 번 더 누르십시오.`, "warn");
      return;
    }
    send({ action: main.act, type: draft.type, fields: draft.edits, people: draft.people, receipt_nos: main.act === "attach" ? draft.chosen : [],
      accept: accepted(desk.questions()), comment: draft.comment });
  };
  const send = async (given) => {
    if (desk.busy() || !desk.shown || desk.shown.shut) return;
    const { task, version } = desk.shown;
    desk.save.cancel();
    try {
      const next = await desk.call("decide", { task, version, answer: given, skipped: desk.skipped() });
      desk.dropDraft();
      desk.show(next);
    } catch (trouble) {
      if (trouble.stale) await desk.outOfDate(trouble.message);
      else if (!(desk.panels.shown() && desk.panels.refused(trouble.message, trouble.field))) notTaken(trouble);
    }
  };
  const notTaken = (trouble) => {
    desk.wrong = trouble.field || "";
    desk.trouble(trouble);
    desk.table.mark();
    const wrong = desk.wrong && root.querySelector(`.beside input[data-field="${CSS.escape(desk.wrong)}"]`);
    if (wrong) wrong.focus();
  };
  return {
    toggle, toggleAt: (i) => { const c = desk.shown && desk.shown.choices[i]; if (c) toggle(c.receipt_no); },
    answer, answerCurrent, draw, begin, enter, send, searchAgain, changed: () => { confirmed = ""; draw(); },
  };
};
