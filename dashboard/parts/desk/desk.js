// The review desk: one case at a time. Everything of a case is asked of the server at once and stays in the browser
// until it is decided; nothing here runs the screen anew.
const startDesk = (root, data) => {
  const at = (s) => root.querySelector(s);
  const kept = keptFor(data.account);
  const ahead = picturesAhead();
  const desk = { root, at, fixed: data.fixed, shown: null, draft: null, wrong: "", shownAt: 0, picture: ahead.of };
  let sending = 0, ended = false, loading = 0;
  desk.busy = () => sending > 0;
  desk.focused = () => root.getRootNode().activeElement;
  desk.questions = () => questionsOf(desk.shown, desk.draft);
  desk.skipped = () => kept.get("skipped") || [];
  const rowOf = (name) => desk.shown.rows.find((r) => r.name === name);

  // ---- what is kept over a reload
  desk.saveNow = () => {
    const { shown, draft } = desk;
    if (!shown || !draft || ended) return;
    const node = desk.focused(), name = node && node.dataset ? node.dataset.focus : "";
    draft.focus = name ? { name, start: node.selectionStart ?? null, end: node.selectionEnd ?? null } : null;
    draft.scroll = at(".work").scrollTop;
    kept.put(`draft:${shown.task}:${shown.version}`, draft);
    kept.put(`view:${shown.task}`, desk.viewer.view());
  };
  desk.save = later(150, desk.saveNow);
  desk.dropDraft = () => {
    desk.save.cancel();
    kept.drop(`draft:${desk.shown.task}:`);
    kept.drop(`view:${desk.shown.task}`);
    desk.draft = null;
  };
  desk.changed = () => { desk.wrong = ""; desk.table.mark(); desk.around.drawWhole(); desk.deciding.changed(); desk.save(); };
  const carried = (draft) => ({ edits: draft.edits, people: draft.people, comment: draft.comment, forms: draft.forms, extra: draft.extra, chosen: [] });
  const draftFor = (shown) => {
    const own = kept.get(`draft:${shown.task}:${shown.version}`), older = kept.newest(`draft:${shown.task}:`);
    // The review has changed: what was typed stays, what was chosen has to be chosen again.
    return own || { ...freshDraft(shown), ...(older ? carried(older) : {}) };
  };

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
    if (!desk.shown) at("h2").textContent = "열지 못했습니다";
    if (!desk.shown) at(".say").append(" ", button("다시 시도", "", () => first(), { class: "small" }));
  };
  desk.saysWhyShut = () => desk.say(desk.shown ? desk.shown.shut : "", "wait");

  // ---- the case on the screen
  desk.call = async (name, body) => {
    sending += 1;
    const slow = setTimeout(() => root.setAttribute("aria-busy", "true"), 150);
    desk.deciding.draw();
    try { return await ask(name, body); } finally {
      clearTimeout(slow);
      sending -= 1;
      root.removeAttribute("aria-busy");
      if (!ended) desk.deciding.draw();
    }
  };
  const open = async (task, said = "") => {
    const mine = ++loading;
    try {
      const extra = (kept.newest(`draft:${task}:`) || {}).extra || [];
      const answer = await desk.call("open", { task, extra });
      if (mine === loading && !ended) desk.show(answer, said);
    } catch (trouble) { desk.trouble(trouble); }
  };
  const learn = (answer) => { desk.around.stands(answer.standing); desk.undoing.known(answer.recent); };
  desk.show = (answer, said = "") => {
    learn(answer);
    desk.panels.shut(); desk.arranging.shut();
    if (answer.elsewhere) { nothing(answer); at(".nothing-left").hidden = true; at("h2").textContent = "통지 화면으로 옮깁니다"; data.elsewhere(answer.elsewhere); return; }
    if (!answer.case) { nothing(answer); desk.say(said, "good"); return; }
    desk.shown = answer.case;
    desk.draft = draftFor(desk.shown);
    desk.wrong = "";
    const address = new URL(location.href);
    address.searchParams.set("task", desk.shown.task);
    history.replaceState(history.state, "", address);
    at(".nothing-left").hidden = true;
    at("main").hidden = false;
    at(".comment").hidden = true;
    desk.say(said, "good");
    desk.search.clear();
    const view = kept.get(`view:${desk.shown.task}`);
    desk.around.lens(null);
    drawAll({ view });
    desk.deciding.begin();
    desk.claim.start(desk.shown.claim_seconds);
    restore(view);
    fetchAhead();
  };
  const drawAll = (options = {}) => {
    const { shown } = desk;
    root.removeAttribute("aria-busy");
    root.classList.toggle("without-document", !shown.has_document);
    desk.around.drawTop();
    desk.around.drawReveal();
    const own = shown.documents.find((d) => d.id === shown.document);
    desk.viewer.load(shown.pages, { keep: options.keep, start: own && own.pages[0], groups: groupsOf(shown), own: shown.document, view: options.view });
    desk.table.draw();
    desk.around.drawWhole();
    desk.deciding.draw();
  };
  const restore = (view) => {
    const { draft } = desk;
    at(".work").scrollTop = draft.scroll || 0;
    const wanted = draft.focus;
    if (draft.comment) showComment();
    if (draft.panel && desk.panels.allowed(draft.panel)) desk.panels.open(draft.panel);
    const place = wanted && [...root.querySelectorAll("[data-focus]")].find((n) => n.dataset.focus === wanted.name);
    if (place && !place.hidden) {
      place.focus({ preventScroll: true });
      if (wanted.start !== null && ["text", "search"].includes(place.type)) place.setSelectionRange(wanted.start, wanted.end);
    } else if (!desk.panels.shown()) desk.home();
    if (!view) desk.lookAtQuestion(true);
  };
  // The page shows what is asked about next; at first, else what was read with doubt.
  desk.lookAtQuestion = (orDoubt = false) => {
    const q = currentQuestion(desk.questions());
    const asked = at(".beside tr.asking");
    if (asked) asked.scrollIntoView({ block: "nearest" });
    const row = (q && rowOf(q.row)) || (orDoubt && desk.shown.rows.find((r) => r.doubtful && r.id));
    if (!row || !row.id) return;
    desk.viewer.show(row.id);
    desk.around.lens(row);
  };
  const nowIs = (answer, draft) => {
    learn(answer);
    desk.shown = answer.case;
    desk.draft = draft;
  };
  desk.lookAgain = async () => {
    try {
      const answer = await desk.call("look", { task: desk.shown.task, extra: desk.draft.extra });
      if (!answer.case) return;
      nowIs(answer, desk.draft);
      drawAll({ keep: true });
    } catch (trouble) { desk.trouble(trouble); }
  };
  desk.reveal = async () => {
    if (!desk.shown || desk.shown.revealed) return;
    try {
      desk.saveNow();
      const answer = await desk.call("reveal", { task: desk.shown.task, reason: at(".reveal select").value, extra: desk.draft.extra });
      nowIs(answer, desk.draft);
      drawAll({ keep: true });
      desk.lookAtQuestion(true);
    } catch (trouble) { desk.trouble(trouble); }
  };
  // Somebody else was quicker, or the bots have learned more: what it is now is shown, what was typed stays.
  desk.outOfDate = async (text) => {
    const before = desk.shown, draft = desk.draft;
    try {
      const answer = await ask("look", { task: before.task, extra: draft.extra });
      if (!answer.case) return;
      nowIs(answer, { ...freshDraft(answer.case), ...carried(draft) });
      drawAll({ keep: String(before.pages.map((p) => p.image)) === String(desk.shown.pages.map((p) => p.image)) });
      desk.panels.shut();
      desk.claim.start(desk.shown.claim_seconds);
      desk.deciding.begin();
      const news = whatChanged(before, desk.shown);
      desk.say(text + (news ? ` 바뀐 것: ${news}.` : ""), "bad");
      desk.saveNow();
    } catch (trouble) { desk.trouble(trouble); }
  };
  const nothing = (answer) => {
    desk.shown = null; desk.draft = null;
    delete root.dataset.task;
    root.removeAttribute("aria-busy");
    at("main").hidden = true;
    at("h2").textContent = answer.missing ? "없는 검토 건입니다" : "검토할 건이 없습니다";
    for (const name of [".facts", ".question"]) at(name).replaceChildren();
    for (const name of [".shut", ".claim", ".comment"]) at(name).hidden = true;
    const box = at(".nothing-left");
    box.hidden = false;
    box.replaceChildren(el("b", { text: answer.missing ? "이미 처리되었거나 주소가 잘못되었습니다." : "모두 처리했습니다." }),
      el("span", { text: answer.missing ? "목록에서 다시 골라 주십시오." : "봇이 판단하지 못한 문서가 생기면 여기에 올라옵니다." }),
      el("div", {}, button("다음 건", "S", () => desk.skip()), button("목록", "L", () => desk.toList())));
    desk.around.drawTop();
    desk.deciding.draw();
    desk.home();
  };
  const fetchAhead = later(350, async () => {
    if (!desk.shown) return;
    try {
      const answer = await ask("ahead", { skipped: [...desk.skipped(), desk.shown.task] });
      await ahead.fetch([...answer.pages, ...answer.pieces]);
    } catch { /* it is fetched when it is shown */ }
  });

  // ---- moving about
  desk.home = () => at("h2").focus({ preventScroll: true });
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
    if (desk.busy()) return;
    desk.saveNow();
    const task = desk.shown && desk.shown.task;
    const skipped = [...desk.skipped().filter((t) => t !== task), ...(task ? [task] : [])].slice(-100);
    try {
      let answer = await desk.call("next", { task, until: desk.shown && desk.shown.until, skipped });
      kept.put("skipped", skipped);
      if (!answer.case && skipped.length > 1) { // all were passed over once: begin anew
        kept.put("skipped", task ? [task] : []);
        answer = await desk.call("next", { skipped: desk.skipped() });
      }
      if (answer.case || !task) desk.show(answer);
      else await open(task, "다른 건이 없습니다.");
    } catch (trouble) { desk.trouble(trouble); }
  };
  desk.letGo = () => tellOnLeaving("leave", { task: desk.shown.task, until: desk.shown.until });
  desk.takeAgain = () => open(desk.shown.task);
  const leaveCase = () => { if (desk.shown && !desk.shown.shut && !desk.claim.isLost()) desk.letGo(); };
  desk.toList = () => { desk.saveNow(); data.toList(); };

  // ---- parts
  desk.viewer = pageViewer(at(".viewer"), {
    picture: ahead.of, changed: () => desk.save(), hovered: (field) => desk.table.light(field),
    picked: (field) => desk.table.pick(field),
  });
  desk.around = around(desk);
  desk.table = comparison(desk);
  desk.search = caseSearch(desk);
  desk.deciding = deciding(desk);
  desk.undoing = undoing(desk);
  desk.panels = panels(desk);
  desk.arranging = arranger(desk);
  desk.help = helpOver(desk);
  desk.claim = keepClaim(desk);
  const stopFocus = keepFocus(root, () => desk.save());
  at(".work").addEventListener("scroll", () => desk.save());
  const stopKeys = listenToKeys(desk);
  const fill = () => { root.style.height = Math.max(420, window.innerHeight - root.getBoundingClientRect().top - window.scrollY - 8) + "px"; };
  const away = () => { desk.saveNow(); leaveCase(); };
  const back = (e) => { if (e.persisted && desk.shown) open(desk.shown.task); };
  const above = new ResizeObserver(fill); // the bar over the desk may grow
  above.observe(document.body);
  window.addEventListener("resize", fill);
  window.addEventListener("pagehide", away);
  window.addEventListener("pageshow", back);
  fill();
  const first = async () => {
    if (data.task) { await open(data.task); return; }
    try { desk.show(await desk.call("next", { skipped: desk.skipped() })); } catch (trouble) { desk.trouble(trouble); }
  };
  first();
  return {
    // The screen was run anew: another case is shown only where another was asked for.
    update(given) {
      const asked = data.task;
      Object.assign(data, given);
      fill();
      if (given.task && given.task !== asked && !(desk.shown && desk.shown.task === given.task)) open(given.task);
    },
    end() {
      desk.saveNow();
      leaveCase();
      ended = true;
      stopKeys();
      stopFocus();
      desk.claim.end();
      desk.viewer.end();
      ahead.end();
      above.disconnect();
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
  const given = { ...data, toList: () => setTriggerValue("left", true), elsewhere: (task) => setTriggerValue("elsewhere", task) };
  if (root.boDesk) root.boDesk.update(given);
  else root.boDesk = startDesk(root, given);
  return () => {
    if (!root.boDesk) return;
    root.boDesk.end();
    root.boDesk = null;
  };
}
