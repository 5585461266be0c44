// The review desk: one case at a time. Everything of a case is asked of the server at once and stays in the browser
// until it is decided; nothing here runs the screen anew.
const QUIET = 600; // ms for which a case has to have been seen before Enter decides it

const startDesk = (root, data) => {
  const at = (s) => root.querySelector(s);
  const kept = keptFor(data.account);
  const ahead = picturesAhead();
  const desk = { root, at, fixed: data.fixed, shown: null, draft: null, wrong: "" };
  let sending = 0, shownAt = 0, recent = [], standing = null, confirmed = "", ended = false, loading = 0;
  desk.picture = ahead.of;
  desk.busy = () => sending > 0;
  desk.focused = () => root.getRootNode().activeElement;
  desk.questions = () => questionsOf(desk.shown, desk.draft);
  desk.skipped = () => kept.get("skipped") || [];

  // ---- what is kept over a reload
  const draftName = () => `draft:${desk.shown.task}:${desk.shown.version}`;
  const saveNow = () => {
    if (!desk.shown || !desk.draft || ended) return;
    const node = desk.focused(), name = node && node.dataset ? node.dataset.focus : "";
    desk.draft.focus = name ? { name, start: node.selectionStart ?? null, end: node.selectionEnd ?? null } : null;
    desk.draft.scroll = at(".work").scrollTop;
    kept.put(draftName(), desk.draft);
    kept.put(`view:${desk.shown.task}`, desk.viewer.view());
  };
  desk.save = later(150, saveNow);
  desk.dropDraft = () => {
    desk.save.cancel();
    kept.drop(`draft:${desk.shown.task}:`);
    kept.drop(`view:${desk.shown.task}`);
    desk.draft = null;
  };
  desk.changed = () => { desk.wrong = ""; confirmed = ""; desk.table.mark(); drawWhole(); drawButtons(); desk.save(); };

  // ---- saying things
  desk.say = (text, tone = "warn") => {
    const p = at(".say");
    p.hidden = !text;
    p.className = "say " + tone;
    p.textContent = text || "";
  };
  desk.trouble = (trouble) => {
    if (!(trouble instanceof Trouble)) throw trouble;
    desk.say(trouble.message, "bad");
    if (trouble.ended) at(".say").append(" ", el("a", { href: `/signin?next=${encodeURIComponent(location.pathname + location.search)}`, text: "로그인" }));
    if (trouble.away && !desk.shown) at(".say").append(" ", button("다시 시도", "", () => first(), { class: "small" }));
  };
  desk.saysWhyShut = () => desk.say(desk.shown ? desk.shown.shut : "", "wait");

  // ---- the case on the screen
  const call = async (name, body) => {
    sending += 1;
    const slow = setTimeout(() => root.setAttribute("aria-busy", "true"), 150);
    drawButtons();
    try { return await ask(name, body); } finally {
      clearTimeout(slow);
      sending -= 1;
      root.removeAttribute("aria-busy");
      drawButtons();
    }
  };
  const open = async (task, said = "") => {
    const mine = ++loading;
    try {
      const extra = (kept.newest(`draft:${task}:`) || {}).extra || [];
      const answer = await call("open", { task, extra });
      if (mine === loading) desk.show(answer, said);
    } catch (trouble) { desk.trouble(trouble); }
  };
  desk.open = open;
  const draftFor = (shown) => {
    const own = kept.get(`draft:${shown.task}:${shown.version}`);
    if (own) return own;
    const older = kept.newest(`draft:${shown.task}:`);
    // The review has changed: what was typed stays, what was chosen has to be chosen again.
    return older ? { ...freshDraft(shown), edits: older.edits, comment: older.comment, forms: older.forms, extra: older.extra, chosen: [] } : freshDraft(shown);
  };
  desk.show = (answer, said = "") => {
    recent = answer.recent || recent;
    standing = answer.standing || standing;
    desk.panels.shut(); desk.arranging.shut();
    if (!answer.case) { nothing(answer); desk.say(said, "good"); return; }
    desk.shown = answer.case;
    desk.draft = draftFor(desk.shown);
    desk.wrong = ""; confirmed = "";
    shownAt = performance.now();
    root.dataset.task = desk.shown.task;
    delete root.dataset.seen;
    setTimeout(tellSeen, 60);
    const address = new URL(location.href);
    address.searchParams.set("task", desk.shown.task);
    history.replaceState(history.state, "", address);
    at(".nothing-left").hidden = true;
    at("main").hidden = false;
    desk.say(said, "good");
    desk.search.clear();
    const view = kept.get(`view:${desk.shown.task}`);
    drawAll({ view });
    desk.claim.start(desk.shown.claim_seconds);
    restore(view);
    fetchAhead();
  };
  const drawAll = (options = {}) => {
    const { shown } = desk;
    root.removeAttribute("aria-busy");
    root.classList.toggle("without-document", !shown.has_document);
    drawTop();
    drawTools();
    const own = shown.documents.find((d) => d.id === shown.document);
    const groups = shown.documents.filter((d) => d.pages.length).map((d) => ({ id: d.id, title: d.title, pages: d.pages,
      note: d.id === shown.document ? "지금 보는 문서" : d.linked.length ? d.linked.join(", ") : d.state ? d.state.text : "" }));
    const placed = new Set(groups.flatMap((g) => g.pages));
    const loose = shown.pages.map((p) => p.number).filter((n) => !placed.has(n));
    if (groups.length && loose.length) groups.push({ id: -1, title: "나뉘지 않은 쪽", pages: loose, note: "" });
    desk.viewer.load(shown.pages, { keep: options.keep, start: own && own.pages[0], groups, own: shown.document, view: options.view });
    desk.table.draw();
    drawWhole();
    drawButtons();
    drawUndo();
  };
  // What there is to say of a delivery that has no document to look at, and that one has looked.
  const drawWhole = () => {
    const { shown } = desk;
    const box = at(".whole");
    const q = desk.questions().find((x) => x.kind === "seen");
    box.hidden = !q && shown.has_document;
    if (box.hidden) return;
    const seen = q ? el("div", { class: "seen" }, el("span", { text: "쪽 그림과 내용을 보았습니까?" }),
      button("보았음", "Y", () => desk.answer(q, "yes"), { class: "small answer" + (q.answer ? " on" : ""), "aria-pressed": String(!!q.answer) })) : null;
    if (seen && shown.shut) seen.querySelector("button").disabled = true;
    box.replaceChildren(...[shown.has_document ? null : el("dl", {}, shown.told.map(([name, text]) => [el("dt", { text: name }), el("dd", { text })])),
      shown.has_document ? null : el("p", { class: "muted", text: shown.does_again
        ? "원인이 없어졌으면 ‘다시 실행’으로 봇이 이어서 하게 하십시오. 할 수 없는 것이면 반려하십시오."
        : "받은 그대로의 파일은 보관되어 있습니다. 다시 보내 달라고 했으면 보류하고, 더 할 일이 없으면 확인 완료하십시오." }), seen].filter(Boolean));
  };
  const restore = (view) => {
    const { draft, shown } = desk;
    at(".work").scrollTop = draft.scroll || 0;
    if (draft.comment) showComment();
    if (draft.panel && desk.panels.allowed(draft.panel)) { const wanted = draft.focus; desk.panels.open(draft.panel); draft.focus = wanted; }
    const place = draft.focus && [...root.querySelectorAll("[data-focus]")].find((n) => n.dataset.focus === draft.focus.name);
    if (place && !place.hidden) {
      place.focus({ preventScroll: true });
      if (draft.focus.start !== null && place.setSelectionRange && ["text", "search"].includes(place.type)) place.setSelectionRange(draft.focus.start, draft.focus.end);
    } else if (!desk.panels.shown()) desk.home();
    const q = currentQuestion(desk.questions());
    const doubt = shown.rows.find((r) => r.name === (q ? q.row : "") && r.id) || shown.rows.find((r) => r.doubtful && r.id);
    if (!view && doubt) desk.viewer.show(doubt.id);
  };
  desk.lookAgain = async () => {
    try {
      const answer = await call("look", { task: desk.shown.task, extra: desk.draft.extra });
      if (!answer.case) return;
      recent = answer.recent; standing = answer.standing;
      const claim = desk.shown.claim_seconds;
      desk.shown = { ...answer.case, claim_seconds: answer.case.claim_seconds || claim };
      drawAll({ keep: true });
    } catch (trouble) { desk.trouble(trouble); }
  };
  // Somebody else was quicker, or the bots have learned more: what it is now is shown, what was typed stays.
  desk.outOfDate = async (text) => {
    const before = desk.shown, draft = desk.draft;
    try {
      const answer = await ask("look", { task: before.task, extra: draft.extra });
      if (!answer.case) return;
      recent = answer.recent; standing = answer.standing;
      desk.shown = answer.case;
      desk.draft = { ...freshDraft(desk.shown), edits: draft.edits, comment: draft.comment, forms: draft.forms, extra: draft.extra, chosen: [] };
      drawAll({ keep: String(before.pages.map((p) => p.image)) === String(desk.shown.pages.map((p) => p.image)) });
      desk.panels.shut();
      desk.claim.start(desk.shown.claim_seconds);
      shownAt = performance.now();
      const news = whatChanged(before, desk.shown);
      desk.say(text + (news ? ` 바뀐 것: ${news}.` : ""), "bad");
      saveNow();
    } catch (trouble) { desk.trouble(trouble); }
  };
  const whatChanged = (a, b) => {
    const words = [];
    if (a.type !== b.type) words.push("문서 종류");
    if (a.question !== b.question) words.push("묻는 것");
    if (String(a.attached) !== String(b.attached)) words.push("연결된 신청");
    const numbers = (x) => x.choices.map((c) => c.receipt_no).sort().join();
    if (numbers(a) !== numbers(b)) words.push("신청 후보");
    const values = (x) => new Map(x.rows.map((r) => [r.name, r.shown]));
    const old = values(a);
    for (const r of b.rows) if (old.get(r.name) !== r.shown) words.push(r.label);
    if (String(a.documents.map((d) => d.pages)) !== String(b.documents.map((d) => d.pages))) words.push("쪽 나눔");
    return words.join(", ");
  };
  const nothing = (answer) => {
    desk.shown = null; desk.draft = null;
    delete root.dataset.task;
    root.removeAttribute("aria-busy");
    at("main").hidden = true;
    at("h2").textContent = answer.missing ? "없는 검토 건입니다" : "검토할 건이 없습니다";
    at(".facts").replaceChildren();
    at(".question").textContent = ""; at(".shut").hidden = true; at(".claim").hidden = true;
    const box = at(".nothing-left");
    box.hidden = false;
    box.replaceChildren(el("b", { text: answer.missing ? "이미 처리되었거나 주소가 잘못되었습니다." : "모두 처리했습니다." }),
      el("span", { text: answer.missing ? "목록에서 다시 골라 주십시오." : "봇이 판단하지 못한 문서가 생기면 여기에 올라옵니다." }),
      el("div", {}, button("다음 건", "S", () => desk.skip()), button("목록", "L", () => desk.toList())));
    drawTop(); drawButtons(); drawUndo();
    at("h2").focus({ preventScroll: true });
  };
  const fetchAhead = later(350, async () => {
    if (!desk.shown) return;
    try {
      const answer = await ask("ahead", { skipped: [...desk.skipped(), desk.shown.task] });
       
      await ahead.fetch([...answer.pages, ...answer.pieces]);
    } catch { /* it is fetched when it is shown */ }
  });

  // ---- the line at the top
  const drawTop = () => {
    const { shown } = desk;
    at(".to-list").replaceChildren(button("← 목록", "L", () => desk.toList()));
    at(".standing").replaceChildren(...(standing ? [el("span", { text: "내 업무 " }), el("b", { text: many(standing.mine) }), el("span", { text: " · 나눠 볼 건 " }), el("b", { text: many(standing.free) })] : []));
    at(".tools-top").replaceChildren(button("다음 건", "S", () => desk.skip(), { title: "결정하지 않고 놓아 둔 채 다음 건을 봅니다" }), button("도움말", "?", () => desk.help.toggle()));
    if (!shown) return;
    at("h2").textContent = shown.reason;
    at(".facts").replaceChildren(...[shown.due ? chip(shown.due) : null, el("span", { text: shown.facts.join(" · ") })].filter(Boolean));
    at(".question").replaceChildren(el("b", { text: shown.question || shown.reason }), ...(shown.put_off ? [el("span", { text: " " + shown.put_off })] : []),
      ...(shown.other_center ? [" ", chip({ text: `${shown.other_center} 관할로 보임`, tone: "warn" })] : []), el("span", { class: "todo" }));
    at(".shut").hidden = !shown.shut;
    at(".shut").textContent = shown.shut;
  };
  const many = (n) => (n >= 1000 ? "1,000건 넘음" : `${n}건`);
  desk.typeSelect = () => {
    const { shown, draft } = desk;
    const select = el("select", { "data-focus": "type" }, desk.fixed.types.map(([code, title]) => el("option", { value: code, text: title })));
    if (!desk.fixed.types.some(([code]) => code === draft.type)) select.append(el("option", { value: draft.type, text: draft.type }));
    select.value = draft.type;
    select.disabled = !!shown.shut;
    select.onchange = () => { draft.type = select.value; select.classList.toggle("changed", draft.type !== shown.type); desk.changed(); };
    select.classList.toggle("changed", draft.type !== shown.type);
    return el("label", { class: "type" }, "문서 종류", keycap("T"), select);
  };
  const drawTools = () => {
    const { shown } = desk;
    const reasons = el("select", { "aria-label": "보는 사유", "data-focus": "reason" }, desk.fixed.reasons.map((r) => el("option", { value: r, text: r })));
    reasons.value = desk.fixed.reasons[shown.confirms ? 1 : 0];
    at(".reveal").replaceChildren(...(shown.revealed ? [el("span", { class: "muted", text: "전부 보는 중 · 접속기록에 남음" })]
      : [reasons, button("전부 보기", "V", () => desk.reveal(), { title: "가려진 개인정보를 봅니다. 사유가 접속기록에 남습니다." })]));
  };
  desk.reveal = async () => {
    if (!desk.shown || desk.shown.revealed) return;
    try {
      saveNow();
      const answer = await call("reveal", { task: desk.shown.task, reason: at(".reveal select").value, extra: desk.draft.extra });
      const claim = desk.shown.claim_seconds;
      desk.shown = { ...answer.case, claim_seconds: claim };
      drawAll({ keep: true });
    } catch (trouble) { desk.trouble(trouble); }
  };

  // ---- choosing and answering
  desk.toggle = (receipt) => {
    const { draft, shown } = desk;
    if (!shown || shown.shut) return;
    draft.chosen = draft.chosen.includes(receipt) ? draft.chosen.filter((r) => r !== receipt)
      : shown.people.length || draft.chosen.length === 0 ? [...draft.chosen, receipt] : [receipt];
    desk.say("");
    desk.changed();
  };
  desk.toggleAt = (i) => { const c = desk.shown && desk.shown.choices[i]; if (c) desk.toggle(c.receipt_no); };
  desk.answer = (q, what) => {
    if (desk.shown.shut) return;
    if (q.kind === "value" && what === "no") {
      delete desk.draft.answers[q.key];
      desk.changed();
      const input = root.querySelector(`.beside input[data-field="${CSS.escape(q.row)}"]`);
      if (input) { input.focus(); input.select(); }
      return;
    }
    if (covered(q)) { desk.say("가려진 값은 확인할 수 없습니다. V를 눌러 전부 본 뒤 그림과 비교하십시오.", "warn"); return; }
    desk.draft.answers[q.key] = desk.draft.answers[q.key] === what ? "" : what;
    desk.say("");
    desk.changed();
    const next = currentQuestion(desk.questions());
    const row = next && desk.shown.rows.find((r) => r.name === next.row);
    if (row && row.id) desk.viewer.show(row.id);
  };
  desk.answerCurrent = (what) => {
    const q = currentQuestion(desk.questions());
    if (q) desk.answer(q, what); else desk.say("답할 것이 남아 있지 않습니다.", "wait");
  };

  // ---- deciding
  const edited = () => Object.keys(desk.draft.edits).length > 0 || desk.draft.type !== desk.shown.type;
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
      return { text, act: "correct", ready: !open.length, why: open.length ? (open.length > 1 ? `${open.length}개 남음 · ` : "") + wordsOf(open[0]) : "" };
    }
    return { text: "연결할 신청 고르기", act: "attach", ready: false,
      why: shown.choices.length ? "연결할 신청을 숫자로 고르십시오. 없으면 F 찾기, B 신규 접수입니다." : "비교할 신청이 없습니다. F 찾기, B 신규 접수, I 이송 가운데 고르십시오." };
  };
  const covered = (q) => q.kind === "value" && !desk.shown.revealed && desk.shown.rows.some((r) => r.name === q.row && !r.clear);
  const wordsOf = (q) => (q.kind === "seen" ? "보았으면 Y, 그다음 Enter" : q.kind === "change" ? `${q.title}: 서류 ${q.paper} / 기록 ${q.file} — Y 받아들임, N 아님`
    : covered(q) ? `${desk.fixed.labels[q.row] || q.row}: V로 전부 본 뒤 그림과 비교 — Y 맞음, N 고치기`
      : `${desk.fixed.labels[q.row] || q.row}: 그림과 비교 — Y 맞음, N 고치기`);
  const drawButtons = () => {
    const box = at(".buttons");
    const { shown } = desk;
    if (!shown) { box.replaceChildren(); at(".foot").classList.add("idle"); return; }
    at(".foot").classList.remove("idle");
    const shut = !!shown.shut || sending > 0;
    const main = primary();
    const made = [];
    const add = (text, key, act, props = {}, usable = true) => {
      const b = button(text, key, act, props);
      b.disabled = shut || !usable;
      made.push(b);
    };
    if (!shown.confirms && edited()) add("고친 값으로 다시 찾기", "A", desk.searchAgain);
    add("의견", "C", desk.focusComment, { class: "quiet" });
    if (shown.pages.length > 1) add("쪽 정리", "G", desk.arranging.open, { class: "quiet" });
    if (shown.has_document) {
      add("신규 접수", "B", () => desk.panels.open("register"), { title: shown.outward ? null : "행정시스템에 연결되어 있지 않습니다" }, shown.outward);
      add("이송", "I", () => desk.panels.open("transfer"), { title: shown.outward ? null : "행정시스템에 연결되어 있지 않습니다" }, shown.outward);
    }
    add("보류", "H", () => desk.panels.open("hold"));
    add("반려", "X", () => desk.panels.open("reject"), { class: "danger" });
    add(main.text, "Enter", () => desk.enter(true), { class: "primary" + (main.ready ? "" : " waiting"), title: main.why || null });
    box.replaceChildren(...made);
    at(".todo").textContent = shown.shut ? "" : main.ready ? `Enter: ${main.text}` : main.why;
  };
  desk.searchAgain = () => {
    if (desk.shown.confirms || !edited()) { desk.say("고친 값이 없습니다.", "wait"); return; }
    desk.decide({ action: "correct", type: desk.draft.type, fields: desk.draft.edits, comment: desk.draft.comment });
  };
  // Enter, or the button. The key counts only once the case has been seen for a moment: whoever presses twice has
  // not looked at the second.
  const seen = () => performance.now() - shownAt >= QUIET && (!shownPages() || desk.viewer.paintedSince() >= QUIET / 2);
  const shownPages = () => desk.shown && desk.shown.pages.length;
  // For those who wait for it: the tests, and style.
  const tellSeen = () => {
    if (ended || !desk.shown) return;
    if (seen()) root.dataset.seen = ""; else setTimeout(tellSeen, 60);
  };
  desk.enter = (clicked = false) => {
    const { shown, draft } = desk;
    if (!shown || sending) return;
    if (shown.shut) { desk.saysWhyShut(); return; }
    if (!clicked && !seen()) return;
    const main = primary();
    if (!main.ready) {
      desk.say(main.why, "warn");
      const q = currentQuestion(desk.questions());
      const row = q && q.needed && shown.rows.find((r) => r.name === q.row);
      if (row && row.id) desk.viewer.show(row.id);
      return;
    }
    const closed = shown.choices.filter((c) => main.act === "attach" && draft.chosen.includes(c.receipt_no) && !c.open);
    if (closed.length && confirmed !== draft.chosen.join()) {
      confirmed = draft.chosen.join();
      shownAt = performance.now();
      desk.say(`${closed.map((c) => c.receipt_no).join(", ")}은(는) 진행 중인 건이 아닙니다. 그래도 연결하려면 한 번 더 누르십시오.`, "warn");
      return;
    }
    desk.decide({ action: main.act, type: draft.type, fields: draft.edits, receipt_nos: main.act === "attach" ? draft.chosen : [],
      accept: accepted(desk.questions()), comment: draft.comment });
  };
  desk.decide = async (answer) => {
    if (sending || !desk.shown || desk.shown.shut) return;
    const { task, version } = desk.shown;
    desk.save.cancel();
    try {
      const next = await call("decide", { task, version, answer, skipped: desk.skipped() });
      desk.dropDraft();
      kept.put("skipped", desk.skipped().filter((t) => t !== task));
      desk.show(next);
    } catch (trouble) {
      if (trouble.stale) { await desk.outOfDate(trouble.message); return; }
      if (desk.panels.refused && desk.panels.shown() && desk.panels.refused(trouble.message, trouble.field)) return;
      desk.wrong = trouble.field || "";
      desk.trouble(trouble);
      desk.table.mark();
      const wrong = trouble.field && root.querySelector(`.beside input[data-field="${CSS.escape(trouble.field)}"]`);
      if (wrong) wrong.focus();
    }
  };

  // ---- taking back
  const drawUndo = () => {
    const last = recent[0];
    const bar = at(".undo-bar");
    if (!last) { bar.replaceChildren(el("span", { class: "muted", text: "결정하면 여기에서 되돌릴 수 있습니다." })); return; }
    const line = (d, key) => {
      const b = button("되돌리기", key, () => desk.undo(d), { class: "small", title: d.why_not || null });
      b.disabled = !!d.why_not;
      return [el("span", { class: "what", text: `${d.what} (${d.at})`, title: d.why_not || null }), b];
    };
    const more = recent.slice(1);
    bar.replaceChildren(el("span", { class: "muted", text: "방금:" }), ...line(last, "Ctrl+Z"),
      more.length ? el("details", { class: "earlier" }, el("summary", { text: "그 앞" }), el("ul", {}, more.map((d) => el("li", {}, line(d, ""))))) : "");
  };
  desk.undo = async (d) => {
    if (sending) return;
    try {
      saveNow();
      const left = desk.shown ? { left: desk.shown.task, until: desk.shown.until } : {};
      desk.show(await call("undo", { task: d.task, version: d.version, ...left }), `검토 ${d.task}: ‘${d.what}’ 결정을 되돌렸습니다.`);
    } catch (trouble) { desk.trouble(trouble); }
  };
  desk.undoLast = () => {
    const d = recent[0];
    if (!d) desk.say("되돌릴 결정이 없습니다.", "wait");
    else if (d.why_not) desk.say(`되돌릴 수 없습니다: ${d.why_not}`, "warn");
    else desk.undo(d);
  };

  // ---- moving about
  desk.home = () => { const h = at("h2"); if (h) h.focus({ preventScroll: true }); };
  desk.escape = () => {
    if (desk.panels.shown()) { desk.panels.close(); return; }
    if (desk.search.open()) desk.search.clear();
    desk.say("");
    desk.home();
  };
  desk.editFirst = () => {
    const q = currentQuestion(desk.questions());
    const all = desk.table.inputs();
    const input = (q && all.find((i) => i.dataset.field === q.row)) || all[0];
    if (input) { input.focus(); input.select(); }
  };
  desk.focusType = () => { const select = at(".type select"); if (select) select.focus(); };
  const showComment = () => { const c = at(".comment"); c.hidden = false; c.value = desk.draft.comment || ""; };
  desk.focusComment = () => { showComment(); at(".comment").focus(); };
  at(".comment").oninput = (e) => { desk.draft.comment = e.target.value; desk.save(); };
  desk.skip = async () => {
    if (sending) return;
    saveNow();
    const task = desk.shown && desk.shown.task;
    const skipped = [...desk.skipped().filter((t) => t !== task), ...(task ? [task] : [])].slice(-100);
    try {
      let answer = await call("next", { task, until: desk.shown && desk.shown.until, skipped });
      if (!answer.case && skipped.length > 1) { // all were passed over once: begin anew
        answer = await call("next", { skipped: task ? [task] : [] });
        kept.put("skipped", task ? [task] : []);
      } else kept.put("skipped", skipped);
      if (answer.case || !task) desk.show(answer);
      else { await open(task); desk.say("다른 건이 없습니다.", "wait"); }
    } catch (trouble) { desk.trouble(trouble); }
  };
  desk.toList = () => { saveNow(); leaveCase(); data.toList(); };
  desk.letGo = () => tellOnLeaving("leave", { task: desk.shown.task, until: desk.shown.until });
  desk.takeAgain = () => open(desk.shown.task);
  const leaveCase = () => { if (desk.shown && !desk.shown.shut && !desk.claim.isLost()) desk.letGo(); };

  // ---- parts
  desk.viewer = pageViewer(at(".viewer"), {
    picture: ahead.of, changed: () => desk.save(), hovered: (field) => desk.table.light(field),
    picked: (field) => desk.table.pick(field),
  });
  desk.table = comparison(desk);
  desk.search = caseSearch(desk);
  desk.panels = panels(desk);
  desk.arranging = arranger(desk);
  desk.help = helpOver(desk);
  desk.claim = keepClaim(desk);
  root.addEventListener("focusin", () => desk.save());
  at(".work").addEventListener("scroll", () => desk.save());
  const stopKeys = listenToKeys(desk);
  const fill = () => { root.style.height = Math.max(420, window.innerHeight - root.getBoundingClientRect().top - window.scrollY - 8) + "px"; };
  const away = () => { saveNow(); leaveCase(); };
  const back = (e) => { if (e.persisted && desk.shown) open(desk.shown.task); };
  window.addEventListener("resize", fill);
  window.addEventListener("pagehide", away);
  window.addEventListener("pageshow", back);
  fill();
  const first = async () => {
    if (data.task) { await open(data.task); return; }
    try { desk.show(await call("next", { skipped: desk.skipped() })); } catch (trouble) { desk.trouble(trouble); }
  };
  first();
  return {
    update(given) {
      Object.assign(data, given);
      fill();
      if (given.task && (!desk.shown || given.task !== desk.shown.task) && given.task !== root.boAsked) open(given.task);
      root.boAsked = given.task;
    },
    end() {
      saveNow();
      leaveCase();
      ended = true;
      stopKeys();
      desk.claim.end();
      desk.viewer.end();
      ahead.end();
      fetchAhead.cancel();
      window.removeEventListener("resize", fill);
      window.removeEventListener("pagehide", away);
      window.removeEventListener("pageshow", back);
    },
  };
};

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".desk");
  const given = { ...data, toList: () => setTriggerValue("left", true) };
  if (root.boDesk) root.boDesk.update(given);
  else {
    root.boAsked = data.task;
    root.boDesk = startDesk(root, given);
  }
  return () => {
    if (!root.boDesk) return;
    root.boDesk.end();
    root.boDesk = null;
  };
}
