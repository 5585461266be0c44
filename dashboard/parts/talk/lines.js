// The note: each line with what it rests on; kept, put right, struck or added by its counselor.
const linesPart = (talk) => {
  const body = talk.at(".note-body");
  let current = 0, editing = null, adding = null;
  const note = () => talk.shown.note;
  const all = () => note().fields.flatMap((f) => f.lines);
  const find = (id) => all().find((l) => l.id === id);
  const may = () => talk.shown.talk.may_edit && note() && note().state === "draft";

  const citesOf = (line) => line.cites.length && talk.shown.talk.words
    ? el("button", { type: "button", class: "cites", title: "근거가 된 말 듣기", "aria-label": `근거 ${line.cites.join(", ")}번 듣기`,
      onclick: (e) => { e.stopPropagation(); hear(line); } }, "▶ ", line.cites.join(", "))
    : el("span", { class: "muted none", text: line.absent || line.cites.length ? "" : line.origin });
  const decide = (line, act, more = {}) => talk.call("line", { do: act, line: line.id, version: line.v, ...more });
  const toolsOf = (line) => {
    if (!may()) return null;
    const put = (text, key, act, more = {}) => button(text, key, (e) => { e.stopPropagation(); choose(line.id); act(); }, { class: "small " + (more.class || ""), tabindex: -1 });
    const fix = put("고치기", "E", () => edit(line.id));
    if (line.fate !== "proposed") return el("span", { class: "tools" }, line.fate === "struck" ? null : fix, put(line.fate === "added" ? "지우기" : "되돌리기", "", () => decide(line, "back")));
    return el("span", { class: "tools" }, put("그대로", "A", () => accept(line.id), { class: "yes" }), fix, put("빼기", "X", () => strike(line.id), { class: "danger" }));
  };
  const drawLine = (line) => {
    const changed = line.fate === "changed" && line.proposed && line.proposed !== line.text;
    const row = el("li", { class: ["line", line.fate, line.flags.length && line.fate === "proposed" ? "doubt" : "", line.absent ? "absent" : "", line.id === current ? "now" : ""].join(" "), "data-line": line.id, tabindex: 0 },
      el("div", { class: "what" }, el("p", { text: line.text }),
        changed ? el("p", { class: "before", title: "제안된 글" }, el("s", { text: line.proposed })) : null,
        el("span", { class: "about" }, citesOf(line), line.flags.map((f) => chip({ text: f, tone: "warn" })),
          line.fate === "proposed" || !line.label ? null : chip(line.label))),
      toolsOf(line));
    row.onclick = (e) => { if (!e.target.closest("button, textarea") && editing !== line.id && !getSelection().toString()) hear(line); };
    row.onkeydown = (e) => { if (e.target === row && e.key === "Enter" && !e.isComposing) { e.preventDefault(); hear(line); } };
    row.onfocus = () => { if (current !== line.id) choose(line.id, false); };
    return row;
  };
  const drawField = (field) => el("section", { class: "field", "data-field": field.field },
    el("h3", {}, field.title, may() && field.field !== "meeting" ? button("줄 더하기", "", () => { adding = field.field; draw(); }, { class: "small add", "aria-label": `${field.title}에 줄 더하기` }) : null),
    el("ul", {}, field.lines.map(drawLine), field.lines.length ? null : el("li", { class: "muted empty", text: "적힌 것이 없습니다." })),
    adding === field.field ? addForm(field) : null);
  const draw = () => {
    const scrolled = body.scrollTop;
    const held = editing !== null ? body.querySelector(".line textarea") : null;
    const typed = held ? held.value : null;
    if (!note()) { body.replaceChildren(el("div", { class: "no-note" }, el("b", { text: "상담일지가 아직 없습니다." }), talk.shown.talk.waiting ? "받아쓰기가 끝나면 초안이 나타납니다." : talk.shown.talk.hidden_draft ? "상담사가 확인하고 있습니다. 서명하면 나타납니다." : talk.shown.talk.words ? "" : "녹음 동의가 없으면 받아쓰지 않고 일지도 쓰지 않습니다.")); return; }
    body.replaceChildren(note().why ? el("p", { class: "muted why", text: `이 판을 쓴 까닭: ${note().why}` }) : "",
      ...note().fields.map(drawField), talk.todo.draw());
    body.scrollTop = scrolled;
    if (editing !== null) { const id = editing; editing = null; if (find(id)) edit(id, typed); }
  };
  const rowOf = (id) => body.querySelector(`[data-line="${id}"]`);
  const choose = (id, focus = true) => {
    const before = rowOf(current);
    if (before) before.classList.remove("now");
    current = id;
    talk.pane = "written";
    const row = rowOf(id);
    if (!row) return;
    row.classList.add("now");
    if (focus) { row.focus({ preventScroll: true }); talk.bring(body, row); }
    talk.spoken.lookAt(find(id).cites);
  };
  const hear = (line) => { choose(line.id); sounding(line.id); talk.spoken.hearLines(line.cites); };
  const sounding = (id) => { for (const row of body.querySelectorAll(".line")) row.classList.toggle("sounding", id !== null && Number(row.dataset.line) === id); };

  const next = () => {
    const open = all().filter((l) => l.fate === "proposed");
    if (!open.length) { const todo = body.querySelector(".todo.open"); if (todo) talk.bring(body, todo, true); return; }
    const at = all().findIndex((l) => l.id === current);
    const after = open.find((l) => all().indexOf(l) > at) || open[0];
    choose(after.id);
  };
  const accept = async (id) => { const line = find(id); if (line && line.fate === "proposed" && await decide(line, "accept")) next(); };
  const strike = async (id) => { const line = find(id); if (line && line.fate !== "struck" && await decide(line, "strike")) next(); };

  const editor = (value, label, save, shut, extra = null) => {
    const field = el("textarea", { rows: Math.max(2, Math.ceil(value.length / 40)), "aria-label": label, maxlength: 2000 });
    field.value = value;
    field.onkeydown = (e) => {
      if (e.isComposing) return;
      if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); shut(); }
      if (e.key === "Enter" && !e.shiftKey) { e.preventDefault(); save(field.value.trim()); }
    };
    return [field, el("span", { class: "edit-tools" }, button("저장", "Enter", () => save(field.value.trim()), { class: "small primary" }), button("취소", "Esc", shut, { class: "small" }), extra)];
  };
  const edit = (id, typed = null) => {
    const line = find(id), row = rowOf(id);
    if (!may() || !line || !row || editing !== null || line.fate === "struck") return;
    editing = id;
    choose(id);
    const shut = () => { editing = null; draw(); const back = rowOf(id); if (back) back.focus(); };
    const place = el("select", { "aria-label": "칸" }, note().fields.map((f) => el("option", { value: f.field, text: f.title })));
    place.value = line.field;
    const save = async (text) => {
      if (!text) { talk.say("빈 줄로는 바꿀 수 없습니다. 없앨 줄이면 ‘빼기’를 누르십시오."); return; }
      editing = null;
      if (await decide(line, "change", { text, field: place.value === line.field ? null : place.value })) next();
      else { draw(); edit(id, text); }
    };
    const parts = editor(typed ?? line.text, "줄 고치기", save, shut,
      line.proposed && line.proposed !== line.text ? button("제안대로", "", () => { parts[0].value = line.proposed; parts[0].focus(); }, { class: "small" }) : null);
    parts[1].append(el("label", { class: "muted" }, "칸 ", place));
    row.querySelector(".what").replaceChildren(...parts);
    const tools = row.querySelector(".tools");
    if (tools) tools.remove();
    parts[0].focus();
  };
  const addForm = (field) => {
    const from = talk.spoken.current();
    const rests = el("input", { type: "checkbox", checked: Boolean(from) });
    const shut = () => { adding = null; draw(); };
    const save = async (text) => {
      if (!text) { shut(); return; }
      const cites = from && rests.checked ? [from] : [];
      const was = adding; adding = null;
      if (!await talk.call("add-line", { note: note().id, field: field.field, text, cites })) { adding = was; }
    };
    const parts = editor("", `${field.title}에 더할 줄`, save, shut, from ? el("label", { class: "rests" }, rests, ` ${from}번 발화를 근거로`) : null);
    setTimeout(() => parts[0].focus(), 0);
    return el("div", { class: "adding" }, parts);
  };
  return {
    draw, next, accept: () => accept(current), strike: () => strike(current), edit: () => edit(current), sounding, choose,
    hear: () => { const line = current && find(current); if (line) hear(line); },
    editing: () => editing !== null || adding !== null,
    current: () => current,
    step(by) { const lines = all(), at = lines.findIndex((l) => l.id === current); const to = lines[Math.max(0, Math.min(lines.length - 1, at + by))]; if (to) choose(to.id); },
    drawTop() {
      const top = talk.at(".note-top"), n = note();
      if (!n) { top.replaceChildren(el("b", { text: "상담일지" })); return; }
      top.replaceChildren(el("b", { text: `상담일지 ${n.number}판` }), chip(n.label), el("span", { class: "muted", text: n.by }),
        ...n.flags.map((f) => chip({ text: f, tone: "warn" })), el("span", { class: "gap" }),
        n.state === "draft" ? el("span", { class: "left", text: n.left ? `확인할 줄 ${n.left}` : "모두 확인함" }) : "",
        n.state === "draft" && n.doubtful ? chip({ text: `의심 ${n.doubtful}`, tone: "warn" }) : "",
        may() && n.outdated && !n.anew ? button("다시 쓰기", "", talk.signing.askAnew, { class: "small", title: "고친 녹취로 초안을 새로 만듭니다." }) : "",
        n.edited === null ? "" : el("span", { class: "muted", title: "제안된 글자 가운데 상담사가 바꾼 만큼", text: `고친 양 ${(n.edited / 10).toFixed(1)}%` }));
    },
  };
};
