// The search box. It asks the server by itself (/find), so that no screen runs anew while somebody searches;
// only what is chosen is told to Streamlit, which then opens the screen.
export default function (component) {
  const { parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".finder");
  root.boChoose = (kind, number) => setTriggerValue("chosen", { kind, number });
  if (root.boReady) return root.boEnd;
  root.boReady = true;
  const input = root.querySelector("input"), panel = root.querySelector(".panel");
  const state = (root.boState ||= { line: "", rows: [], at: -1, after: null, asked: 0, answer: null });
  const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const isOpen = () => panel.matches(":popover-open");
  const place = () => {
    const box = input.getBoundingClientRect();
    const wide = Math.min(980, window.innerWidth - 24);
    panel.style.width = wide + "px";
    panel.style.left = Math.max(12, Math.min(box.left, window.innerWidth - wide - 12)) + "px";
    panel.style.top = box.bottom + 4 + "px";
    panel.style.maxHeight = Math.min(640, window.innerHeight - box.bottom - 20) + "px";
  };
  const open = () => { place(); if (!isOpen()) panel.showPopover(); input.setAttribute("aria-expanded", "true"); };
  const close = () => { if (isOpen()) panel.hidePopover(); input.setAttribute("aria-expanded", "false"); };

  const call = async (path, body) => {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (answer.status === 401) { window.location.assign("/signin?say=ended"); throw new Error("signed out"); }
    const said = await answer.json().catch(() => ({ error: "서버가 알아볼 수 없는 답을 보냈습니다." }));
    if (!answer.ok) throw new Error(said.error || "찾지 못했습니다.");
    return said;
  };

  const select = (at) => {
    const rows = [...panel.querySelectorAll(".row")];
    if (!rows.length) return;
    state.at = Math.max(0, Math.min(at, rows.length - 1));
    rows.forEach((r, i) => r.setAttribute("aria-selected", String(i === state.at)));
    rows[state.at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", rows[state.at].id);
  };
  const choose = (row, review) => {
    close(); input.blur();
    root.boChoose(review && row.task ? "review" : "delivery", review && row.task ? row.task : row.id);
  };

  const drawRow = (row, i) => {
    const line = make("div", "row");
    line.id = "found-" + row.id; line.setAttribute("role", "option");
    line.title = `${row.exactly} 수신`;
    const when = make("span", "when");
    when.append(make("b", "", row.at), make("span", "small", `${row.source} · ${row.id}번`));
    const from = make("span", "cut");
    from.append(make("span", "cut", row.names || row.sender || "보낸 곳 모름"));
    if (row.names && row.sender) from.append(make("span", "small cut", row.sender));
    const say = make("span", "");
    say.append(make("span", "say " + row.tone, row.standing));
    const below = [row.documents, row.part_of].filter(Boolean).join(" · ");
    if (below) say.append(make("span", "small cut", below));
    if (row.maybe) say.append(make("span", "maybe", "서류의 이름이 아니라, 이 서류의 주인일 수 있는 신청으로 찾음"));
    line.append(when, from, make("span", "pages", row.pages ? row.pages + "쪽" : "-"), say);
    const doors = make("span");
    if (row.task) {
      const b = make("button", "", "검토");
      b.type = "button"; b.tabIndex = -1; b.title = "검토 화면으로 (Shift+Enter)";
      b.onclick = (e) => { e.stopPropagation(); choose(row, true); };
      doors.append(b);
    }
    line.append(doors);
    line.onclick = () => choose(row, false);
    line.onmouseenter = () => { if (state.moved) select(i); };
    return line;
  };

  const draw = () => {
    const answer = state.answer;
    const head = make("div", "head");
    for (const part of answer.understood) head.append(make("span", "part", part));
    if (answer.ignored.length) head.append(make("span", "muted", `뺀 말: ${answer.ignored.join(" ")}`));
    if (answer.understood.length) head.append(make("span", "count", `${state.rows.length}건${state.after ? "보다 많음" : ""}`));
    const list = make("div", "list");
    state.rows.forEach((row, i) => list.append(drawRow(row, i)));
    for (const note of answer.notes) list.append(make("div", "nothing", note));
    if (!state.rows.length && !answer.notes.length) {
      const none = make("div", "nothing");
      if (answer.understood.length) {
        none.append(make("b", "", "맞는 배달이 없습니다."),
          document.createTextNode("이름을 잘못 읽었을 수 있습니다. 이름을 빼고 쪽수와 시각, 또는 발신번호로 다시 찾아 보십시오. "
            + "아직 받는 중이거나 다른 번호로 보냈을 수도 있습니다."));
      } else {
        none.append(make("b", "", "무엇을 찾을지 알아보지 못했습니다."),
          document.createTextNode("성명, 전화번호(뒷자리 네 자리도 됩니다), 접수번호, 시각(11시쯤, 어제 오후, 11/20), 쪽수(5쪽)를 자유롭게 적어 주십시오."));
      }
      list.append(none);
    }
    if (state.after) {
      const more = make("div", "nothing");
      const b = make("button", "", "더 보기");
      b.type = "button"; b.onclick = () => ask(true);
      more.append(b); list.append(more);
    }
    const foot = make("div", "foot");
    if (state.rows.length && answer.covered && answer.reasons.length) {
      const why = make("select");
      why.setAttribute("aria-label", "보는 사유");
      for (const r of ["민원인 문의 응대", ...answer.reasons.filter((r) => r !== "민원인 문의 응대")]) why.append(make("option", "", r));
      const b = make("button", "", "전부 보기");
      b.type = "button";
      b.onclick = () => uncover(why.value);
      foot.append(make("span", "", "이름과 휴대전화번호를 가리고 있습니다."), why, b);
    }
    const keys = make("span", "keys");
    for (const [key, what] of [["↑↓", "고르기"], ["Enter", "배달 열기"], ["Shift+Enter", "검토"], ["Esc", "닫기"]]) {
      keys.append(make("kbd", "", key), document.createTextNode(" " + what + "  "));
    }
    foot.append(keys);
    const scrolled = panel.querySelector(".list")?.scrollTop || 0;
    panel.replaceChildren(head, list, foot);
    list.scrollTop = scrolled;
    open();
    if (state.rows.length) select(Math.max(0, state.at));
  };
  const tell = (text, bad) => {
    panel.replaceChildren(make("div", "nothing" + (bad ? " bad" : ""), text));
    if (bad) panel.firstChild.setAttribute("role", "alert");
    open();
  };

  const ask = async (more) => {
    const line = more ? state.line : input.value.trim();
    if (!line) { close(); return; }
    const turn = ++state.asked;
    const waiting = setTimeout(() => { if (turn === state.asked && !more) tell("찾는 중입니다…"); }, 250);
    try {
      const answer = await call("/find", { line, after: more ? state.after : null });
      if (turn !== state.asked) return;
      state.line = line;
      state.rows = more ? [...state.rows, ...answer.rows] : answer.rows;
      if (!more) { state.at = 0; state.moved = false; panel.replaceChildren(); }
      state.after = answer.after; state.answer = answer;
      draw();
    } catch (error) { if (turn === state.asked) tell(error.message, true); }
    finally { clearTimeout(waiting); }
  };
  const uncover = async (reason) => {
    try {
      await call("/find/uncover", { ids: state.rows.slice(0, 60).map((r) => r.id), reason });
      await ask(false);
      input.focus();
    } catch (error) { tell(error.message, true); }
  };

  input.onkeydown = (e) => {
    if (e.isComposing) return;
    if (e.key === "Enter") {
      e.preventDefault();
      const row = state.rows[state.at];
      if (isOpen() && row && input.value.trim() === state.line) choose(row, e.shiftKey);
      else ask(false);
    } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (isOpen()) select(state.at + (e.key === "ArrowDown" ? 1 : -1));
      else if (state.answer && input.value.trim() === state.line) draw();
    } else if (e.key === "PageDown" || e.key === "PageUp") {
      if (!isOpen()) return;
      e.preventDefault(); select(state.at + (e.key === "PageDown" ? 8 : -8));
    } else if (e.key === "Escape") {
      e.preventDefault();
      if (isOpen()) close(); else { input.value = ""; input.blur(); }
    }
    e.stopPropagation();
  };
  input.onfocus = () => { if (state.answer && input.value.trim() && input.value.trim() === state.line) draw(); };
  panel.onmousemove = () => { state.moved = true; };
  panel.onmousedown = (e) => { if (!e.target.closest("select")) e.preventDefault(); };

  const typing = (node) => node instanceof Element
    && (node.matches("input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select") || node.isContentEditable);
  const onKey = (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(e.composedPath()[0])) return;
    e.preventDefault(); e.stopPropagation();
    input.focus(); input.select();
  };
  const onPress = (e) => { if (isOpen() && !e.composedPath().includes(root)) close(); };
  const onResize = () => { if (isOpen()) place(); };
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", onPress, true);
  window.addEventListener("resize", onResize);
  root.boEnd = () => {
    root.boReady = false;
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("pointerdown", onPress, true);
    window.removeEventListener("resize", onResize);
    if (isOpen()) panel.hidePopover();
  };
  return root.boEnd;
}
