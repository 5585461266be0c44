// The paper and the cases beside each other, one row for a field: its picture, the value to correct, what each case
// says. The same rows in the same order whatever the review asks.
const comparison = (desk) => {
  const { root, at } = desk;
  const inputs = () => [...root.querySelectorAll(".beside input[data-field]")];

  const paperCell = (r) => {
    const { shown, draft } = desk;
    const started = r.clear ? r.shown : "";
    const cell = el("div", { class: "pair" });
    if (r.crop) {
      cell.append(el("button", { type: "button", class: "crop", tabindex: "-1", title: "쪽에서 보기", onmousedown: (e) => e.preventDefault(),
        onclick: () => { desk.viewer.show(r.id); desk.around.lens(r); } }, el("img", { src: desk.picture(r.crop), alt: `${r.label} 그림`, loading: "lazy" })));
    } else if (r.fillable) cell.append(el("span", { class: "crop none", text: r.covered ? "그림 가림" : "" }));
    const side = el("div", { class: "said" });
    if (!r.fillable) {
      side.append(el("span", { text: r.elsewhere || "—" }));
      if (r.elsewhere) side.append(el("small", { text: "다른 문서에서", title: "이 문서가 아니라 같은 배달의 다른 문서에 적힌 값" }));
    } else {
      const input = el("input", {
        type: "text", "data-field": r.name, "data-focus": "field:" + r.name, "aria-label": r.label, autocomplete: "off", spellcheck: "false",
        placeholder: r.clear ? (r.missing ? (r.elsewhere ? `다른 문서 ${r.elsewhere}` : "읽지 못함") : "") : r.shown,
        title: !r.clear && !r.missing ? "가려진 값입니다. 고치려면 전체 값을 새로 입력하십시오." : null,
      });
      input.value = draft.edits[r.name] ?? started;
      input.readOnly = !!shown.shut;
      input.oninput = () => {
        if (input.value.trim() === started.trim()) delete draft.edits[r.name];
        else draft.edits[r.name] = input.value;
        desk.changed();
      };
      input.onfocus = () => { if (r.id) desk.viewer.show(r.id); desk.around.lens(r); };
      const undo = button("되돌리기", "", () => { input.value = started; delete draft.edits[r.name]; desk.changed(); input.focus(); }, { class: "small undo" });
      const state = el("span", { class: "state" });
      side.append(input, state, undo);
    }
    cell.append(side);
    return el("td", { class: "paper" }, cell);
  };

  // The record's value with the characters underlined in which the paper is another.
  const unlike = (line, r) => {
    const paper = r.shown || r.elsewhere;
    if (!paper || line.tone !== "warn") return line.shown; // what is wholly another needs no underlining
    return differences(paper, line.shown).map(([text, same]) => (same ? text : el("u", { text })));
  };
  const caseCell = (r, c) => {
    const line = c.lines[r.name];
    const cell = el("td", { class: "cell " + (line ? line.tone : "unknown"), "data-receipt": c.receipt_no, "data-row": r.name, title: line && line.title });
    if (!line) { cell.append(el("span", { class: "muted", text: "—" })); return cell; }
    cell.append(el("span", { class: "mark", text: line.mark }), el("span", { class: "on-file" }, line.shown ? unlike(line, r) : "기록 없음"));
    const change = c.changes.find((x) => x.key === r.name);
    if (change) cell.append(el("div", { class: "change", "data-change": change.key, "data-of": c.receipt_no }));
    else if (c.changes.some((x) => x.fields.includes(r.name))) cell.append(el("small", { class: "muted", text: "위의 변경과 함께" }));
    return cell;
  };

  const headCell = (c, i) => {
    const { shown } = desk;
    const box = el("input", { type: "checkbox", value: c.receipt_no, "aria-label": `${c.receipt_no} 고르기`, "data-focus": "case:" + c.receipt_no,
      onchange: () => desk.deciding.toggle(c.receipt_no) });
    box.disabled = !!shown.shut;
    const linked = shown.attached.includes(c.receipt_no);
    return el("th", { scope: "col", class: "case", "data-receipt": c.receipt_no },
      el("label", {}, box, el("b", { text: c.receipt_no }), i < 9 ? keycap(String(i + 1)) : null),
      el("div", { class: "sub" }, el("span", { text: c.program }), chip(c.status), linked ? chip({ text: "지금 연결됨", tone: "busy" }) : null),
      c.likely ? el("div", { class: "sub muted", text: c.likely }) : null,
      c.speaks_for.length ? el("div", { class: "why for" }, c.speaks_for.map((w) => el("div", { text: "＋ " + w }))) : null,
      c.against.length ? el("div", { class: "why against" }, c.against.map((w) => el("div", { text: "－ " + w }))) : null,
      shown.suggested === c.receipt_no ? el("div", { class: "why tip", text: shown.why }) : null);
  };

  const draw = () => {
    const { shown } = desk;
    const choices = shown.choices;
    const head = el("tr", {}, el("th", { class: "corner", scope: "col", text: "항목" }), el("th", { class: "paper", scope: "col" },
      el("b", { text: "서류에 적힌 값" }), desk.around.typeSelect()),
      choices.map(headCell));
    if (!choices.length) head.append(el("th", { class: "no-case muted", text: "비교할 신청이 없습니다. 위에서 접수번호나 성명으로 찾거나, 처음 온 신청이면 신규 접수를 하십시오." }));
    const body = shown.rows.map((r) => el("tr", { "data-field": r.name, "data-id": r.id, onmouseenter: () => r.id && desk.viewer.hover(r.id),
      onmouseleave: () => desk.viewer.hover(null) },
      el("th", { scope: "row", text: r.label }), paperCell(r), choices.map((c) => caseCell(r, c)),
      choices.length ? null : el("td", {})));
    if (!shown.rows.length) body.push(el("tr", {}, el("td", { class: "muted", colspan: String(2 + Math.max(1, choices.length)), text: "읽은 항목이 없습니다." })));
    at(".beside").replaceChildren(el("table", { "aria-label": "서류와 신청 비교", class: choices.length < 2 ? "few" : null }, el("thead", {}, head), el("tbody", {}, body)));
    at(".beside").hidden = !shown.has_document;
    drawPeople();
    mark();
  };

  const drawPeople = () => {
    const { shown } = desk;
    const box = at(".people");
    box.hidden = !shown.people.length;
    box.querySelector("summary").textContent = `함께 적힌 사람 ${shown.people.length}명`;
    box.querySelector("tbody").replaceChildren(...shown.people.map((p, i) =>
      el("tr", {}, el("th", { scope: "row", text: String(i + 1) }), p.map((v) => el("td", {}, personInput(v))))));
    if (Object.keys(desk.draft.people).length) box.open = true;
  };
  const personInput = (v) => {
    const { shown, draft } = desk;
    const started = v.clear ? v.shown : "";
    const input = el("input", { type: "text", "aria-label": `${v.person}번째 사람 ${v.label}`, "data-focus": `person:${v.person}:${v.name}`, title: v.label,
      placeholder: v.clear ? "" : v.shown, autocomplete: "off", spellcheck: "false" });
    const own = () => (draft.people[v.person] || {})[v.name];
    const mark = () => input.classList.toggle("changed", own() !== undefined);
    input.value = own() ?? started;
    input.readOnly = !!shown.shut;
    input.oninput = () => {
      const values = { ...(draft.people[v.person] || {}) };
      if (input.value.trim() === started.trim()) delete values[v.name]; else values[v.name] = input.value;
      if (Object.keys(values).length) draft.people[v.person] = values; else delete draft.people[v.person];
      mark();
      desk.changed();
    };
    input.onfocus = () => { if (v.id) desk.viewer.show(v.id); };
    mark();
    return input;
  };

  const answerButtons = (q, yes, no) => {
    const pair = [[yes, "Y", "yes"], [no, "N", "no"]].map(([text, key, what]) =>
      button(text, key, () => desk.deciding.answer(q, what), { class: "small answer" + (q.answer === what ? " on" : ""), "aria-pressed": String(q.answer === what) }));
    for (const b of pair) b.disabled = !!desk.shown.shut;
    return pair;
  };

  // Everything that what was typed, chosen or answered changes.
  const mark = () => {
    const { shown, draft } = desk;
    const questions = desk.questions();
    const current = shown.shut ? null : currentQuestion(questions);
    for (const tr of root.querySelectorAll(".beside tr[data-field]")) {
      const r = shown.rows.find((x) => x.name === tr.dataset.field);
      const edited = r.name in draft.edits;
      tr.classList.toggle("changed", edited);
      tr.classList.toggle("asking", !!current && current.row === r.name);
      const state = tr.querySelector(".state");
      if (!state) continue;
      const q = questions.find((x) => x.kind === "value" && x.row === r.name);
      const wrong = desk.wrong === r.name;
      tr.classList.toggle("wrong", wrong);
      state.replaceChildren(...(edited ? [chip({ text: "고침", tone: "busy" })]
        : r.doubtful || q || r.mark.tone === "busy" ? [chip(r.mark)] : []),
        ...(q && !edited ? [el("span", { class: "ask" }, answerButtons(q, "읽은 값이 맞음", "고치기"))] : []),
        ...(r.notes && (r.doubtful || q) ? [el("small", { class: "muted", text: r.notes })] : []));
    }
    for (const n of root.querySelectorAll(".beside [data-receipt]")) n.classList.toggle("chosen", draft.chosen.includes(n.dataset.receipt));
    for (const b of root.querySelectorAll(".beside input[type=checkbox]")) b.checked = draft.chosen.includes(b.value);
    for (const box of root.querySelectorAll(".beside [data-change]")) {
      const q = questions.find((x) => x.kind === "change" && x.row === box.dataset.change && (x.receipt === box.dataset.of));
      if (!q) { box.replaceChildren(el("small", { class: "muted", text: desk.draft.chosen.includes(box.dataset.of) || shown.attached.includes(box.dataset.of) ? "읽은 값부터 확인" : "바뀐 것일 수 있음" })); continue; }
      box.replaceChildren(el("small", { text: `${q.title}?` }), ...answerButtons(q, "변경으로 받아들임", "아님"));
    }
  };
  const light = (field) => {
    for (const tr of root.querySelectorAll(".beside tr[data-id]")) tr.classList.toggle("near", !!field && tr.dataset.id === field);
  };
  const pick = (field) => {
    const input = root.querySelector(`.beside tr[data-id="${CSS.escape(field)}"] input[data-field]`);
    if (input) { input.focus(); input.select(); }
  };
  const step = (from, by) => {
    const all = inputs();
    const next = all[all.indexOf(from) + by];
    if (next) { next.focus(); next.select(); next.scrollIntoView({ block: "nearest" }); }
    return !!next;
  };
  return { draw, mark, light, pick, step, inputs };
};
