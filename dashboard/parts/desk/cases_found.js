// Looking up a case that is not among the candidates, and putting it beside them.
const caseSearch = (desk) => {
  const { at } = desk;
  const form = at(".search"), box = at(".found");
  const draw = (found) => {
    box.hidden = !found;
    box.replaceChildren();
    if (!found) return;
    const known = new Set(desk.shown.choices.map((c) => c.receipt_no));
    box.append(el("p", { class: "muted", role: "status", text: found.hits.length
      ? `‘${found.words}’ 찾은 결과 ${found.hits.length}건${found.more ? "까지만 보입니다. 더 자세히 입력해 주십시오." : ""}`
      : `‘${found.words}’에 맞는 신청이 없습니다.` }));
    for (const c of found.hits) {
      box.append(el("button", { type: "button", class: "hit", disabled: known.has(c.receipt_no), onclick: () => add(c.receipt_no) },
        el("b", { text: c.receipt_no }), el("span", { text: c.name }), el("span", { class: "muted", text: c.program }), chip(c.status),
        el("span", { class: "muted put", text: known.has(c.receipt_no) ? "비교 중" : "비교에 넣기" })));
    }
  };
  const add = async (receipt) => {
    desk.draft.extra = [...new Set([...desk.draft.extra, receipt])];
    clear();
    desk.save();
    await desk.lookAgain();
    desk.home();
  };
  const clear = () => { form.words.value = ""; draw(null); };
  form.onsubmit = async (e) => {
    e.preventDefault();
    const words = form.words.value.trim();
    if (words.length < 2) { desk.say("두 글자 이상 입력해 주십시오.", "warn"); return; }
    desk.say("");
    try {
      draw(await ask("find", { task: desk.shown.task, words }));
      const first = box.querySelector(".hit:not(:disabled)");
      if (first) first.focus();
    } catch (trouble) { desk.trouble(trouble); }
  };
  box.onkeydown = (e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.code];
    if (!by) return;
    e.preventDefault();
    const all = [...box.querySelectorAll(".hit:not(:disabled)")];
    const next = all[all.indexOf(desk.focused()) + by];
    if (next) next.focus();
  };
  return { clear, focus: () => { form.words.focus(); form.words.select(); }, open: () => !box.hidden };
};
