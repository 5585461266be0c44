// Finding the case that a talk is about. `changed` is told what was chosen.
const caseSearch = (at, say, changed) => {
  const state = { chosen: null, hits: [], hit: 0, searched: "" };
  const draw = () => {
    const c = state.chosen, list = at(".hits"), box = at(".chosen");
    box.hidden = !c; at(".case-row").hidden = Boolean(c);
    if (c) {
      box.replaceChildren(el("span", {}, el("b", { text: c.receipt_no }), ` ${c.who} · ${c.program}`),
        el("button", { type: "button", text: "바꾸기", onclick: () => { pick(null); at(".words").focus(); } }));
    }
    list.hidden = Boolean(c) || !state.hits.length;
    list.replaceChildren(...state.hits.map((h, i) => el("li", {
      role: "option", "aria-selected": String(i === state.hit), onclick: () => pick(h),
    }, el("b", { text: h.receipt_no }), ` ${h.who}`, el("br"), el("span", { class: h.open ? "muted" : "off", text: h.open ? h.program : `${h.program} · 끝난 신청` }))));
  };
  const pick = (h) => { state.chosen = h; state.hits = []; at(".words").value = ""; draw(); changed(h); };
  const search = async () => {
    const words = at(".words").value.trim();
    if (words.length < 2) { say("두 글자 넘게 적어 주십시오."); return; }
    try {
      const found = await call("cases", { words });
      say(found.cases.length ? "" : "맞는 신청이 없습니다. 비워 두고 녹음하면 나중에 연결할 수 있습니다.");
      Object.assign(state, { hits: found.cases, hit: 0, searched: words });
      draw();
    } catch (error) { say(error.message); }
  };
  at(".words").onkeydown = (e) => {
    if (e.isComposing) return;
    if (e.key === "Enter") {
      e.preventDefault();
      if (state.hits.length && state.searched === at(".words").value.trim()) pick(state.hits[state.hit]); else search();
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && state.hits.length) {
      e.preventDefault();
      state.hit = (state.hit + (e.key === "ArrowDown" ? 1 : state.hits.length - 1)) % state.hits.length;
      draw();
    }
  };
  draw();
  return { get chosen() { return state.chosen; }, get typed() { return at(".words").value.trim(); }, clear: () => pick(null) };
};
