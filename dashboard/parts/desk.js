// Where a person answers: corrects what was read, compares candidates, decides. What is typed stays
// here until a decision is sent; the server checks everything again.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".desk");
  const at = (s) => root.querySelector(s);
  const el = (tag, props = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [k, v] of Object.entries(props)) {
      if (v === null || v === undefined || v === false) continue;
      if (k === "text") node.textContent = v;
      else if (k.startsWith("on")) node[k] = v;
      else node.setAttribute(k, v === true ? "" : v);
    }
    node.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
    return node;
  };
  const chip = (c) => el("span", { class: "chip " + c.tone, text: c.text, title: c.title });

  const subject = `${data.task}:${data.version}`;
  if (root.boSubject !== subject) {
    root.boSubject = subject;
    root.boWork = { edits: {}, type: data.type, chosen: [], sent: false, confirm: "" };
    at(".comment").value = "";
    at(".search input").value = "";
  }
  const work = root.boWork;
  work.sent = false;
  const known = new Set(data.choices.map((c) => c.receipt_no));
  work.chosen = work.chosen.filter((r) => known.has(r));
  if (root.boSearched && !data.searched) at(".search input").value = "";
  root.boSearched = data.searched;
  const shut = data.readonly;

  const say = (text, tone) => {
    const p = at(".say");
    p.hidden = !text; p.textContent = text || ""; p.className = "say " + (tone || "warn");
  };
  const send = (message) => {
    if (work.sent) return;
    work.sent = true; busy(true);
    setTriggerValue("act", message);
  };
  const busy = (on) => { for (const b of root.querySelectorAll(".decide button")) b.disabled = on || shut; };
  const point = (id) => window.dispatchEvent(new CustomEvent("backoffice-show-field", { detail: id }));

  // ---- fields
  const select = at(".type select");
  select.replaceChildren(...data.types.map(([code, title]) => el("option", { value: code, text: title })));
  if (!data.types.some(([c]) => c === work.type)) select.append(el("option", { value: work.type, text: work.type }));
  select.value = work.type;
  select.disabled = shut;
  select.onchange = () => { work.type = select.value; mark(); };

  const rowOf = (f) => {
    const started = f.clear ? f.shown : "";
    const input = el("input", {
      type: "text", value: work.edits[f.key] ?? started, "aria-label": f.label, autocomplete: "off", spellcheck: "false",
      placeholder: f.clear ? (f.missing ? "읽지 못함" : "") : f.shown, "data-key": f.key,
    });
    input.readOnly = shut;
    if (!f.clear && !f.missing) input.title = "가려진 값입니다. 고치려면 전체 값을 새로 입력하십시오.";
    input.oninput = () => {
      if (input.value.trim() === started.trim()) delete work.edits[f.key]; else work.edits[f.key] = input.value;
      mark();
    };
    input.onfocus = () => { if (f.id) point(f.id); tr.classList.add("on"); };
    input.onblur = () => tr.classList.remove("on");
    input.onkeydown = (e) => {
      if (e.key !== "Enter" || e.ctrlKey || e.isComposing) return;
      e.preventDefault();
      const all = [...root.querySelectorAll(".fields input")];
      (all[all.indexOf(input) + 1] || input).focus();
    };
    const undo = el("button", { type: "button", class: "undo", text: "되돌리기", onclick: () => {
      input.value = started; delete work.edits[f.key]; mark(); input.focus();
    } });
    const picture = el("td", { class: "crop" });
    if (f.crop) {
      picture.append(el("button", { type: "button", title: "쪽에서 보기", tabindex: "-1", onclick: () => point(f.id) },
        el("img", { src: f.crop, alt: `${f.label} 그림`, loading: "lazy" })));
    } else if (f.covered) picture.append(el("span", { class: "muted", text: "가려짐" }));
    const tr = el("tr", { "data-key": f.key, "data-id": f.id },
      el("th", { scope: "row", text: f.label }), picture,
      el("td", { class: "value" }, input, undo),
      el("td", { class: "sure" }, chip(f.mark), ...(f.notes ? [el("span", { class: "muted", text: f.notes })] : [])));
    return tr;
  };
  const active = root.getRootNode().activeElement;
  const focusedKey = active && active.dataset ? active.dataset.key : null;
  at(".fields > table tbody").replaceChildren(...data.fields.map(rowOf));
  if (!data.fields.length) at(".fields > table tbody").append(el("tr", {}, el("td", { class: "muted", text: "읽은 항목이 없습니다." })));
  at(".type").hidden = !data.has_document;
  if (focusedKey) { const again = root.querySelector(`input[data-key="${CSS.escape(focusedKey)}"]`); if (again) again.focus(); }

  const people = at(".people");
  people.hidden = !data.people.length;
  people.querySelector("summary").textContent = `함께 적힌 사람 ${data.people.length}명`;
  people.querySelector("tbody").replaceChildren(...data.people.map((p, i) =>
    el("tr", {}, el("th", { text: String(i + 1) }), ...p.map((v) => el("td", { text: v.shown, title: v.label })))));

  // ---- cases
  const form = at(".search");
  form.onsubmit = (e) => {
    e.preventDefault();
    const words = form.words.value.trim();
    if (words.length < 2) { say("두 글자 이상 입력해 주십시오."); return; }
    say("");
    setTriggerValue("act", { do: "search", words });
  };
  const found = at(".found");
  found.hidden = !data.searched;
  found.replaceChildren();
  if (data.searched) {
    found.append(el("p", { class: "muted", text: data.found.length
      ? `‘${data.searched}’ 찾은 결과 ${data.found.length}건${data.more ? "까지만 보입니다. 더 자세히 입력해 주십시오." : ""}` : `‘${data.searched}’에 맞는 신청이 없습니다.` }));
    for (const c of data.found) {
      found.append(el("button", { type: "button", class: "hit", disabled: known.has(c.receipt_no),
        onclick: () => setTriggerValue("act", { do: "add", receipt_no: c.receipt_no }) },
        el("b", { text: c.receipt_no }), el("span", { text: c.name }), el("span", { class: "muted", text: c.program }), chip(c.status),
        el("span", { class: "muted", text: known.has(c.receipt_no) ? "비교 중" : "비교에 넣기" })));
    }
  }
  const toggle = (receipt) => {
    work.chosen = work.chosen.includes(receipt) ? work.chosen.filter((r) => r !== receipt) : [...work.chosen, receipt];
    mark();
  };
  const choices = at(".choices");
  choices.replaceChildren();
  if (!data.choices.length) {
    choices.append(el("p", { class: "none", text: "비교할 신청이 없습니다. 위에서 접수번호나 성명으로 찾아 주십시오." }));
  } else {
    const head = el("tr", {}, el("th", { class: "corner", text: "" }), el("th", { class: "paper", scope: "col", text: "서류에 적힌 값" }));
    data.choices.forEach((c, i) => {
      const box = el("input", { type: "checkbox", value: c.receipt_no, "aria-label": `${c.receipt_no} 고르기`,
        onchange: () => toggle(c.receipt_no) });
      box.disabled = shut;
      head.append(el("th", { scope: "col", class: "case", "data-receipt": c.receipt_no },
        el("label", {}, box, el("b", { text: c.receipt_no }), el("kbd", { text: String(i + 1), title: `Alt+${i + 1}` })),
        el("div", { class: "sub" }, el("span", { text: c.program }), chip(c.status)),
        el("div", { class: "sub" }, el("span", { class: "muted", text: c.likely })),
        ...(c.around ? [el("div", { class: "sub" }, el("span", { class: "muted", text: c.around, title: "서류 밖의 근거와 그 무게" }))] : [])));
    });
    const body = data.compared.map((f) => el("tr", {},
      el("th", { scope: "row", text: f.label }),
      el("td", { class: "paper" }, el("span", { text: f.shown || "—" }), ...(f.elsewhere ? [el("span", { class: "muted below", text: "같은 배달의 다른 문서" })] : [])),
      ...data.choices.map((c) => {
        const line = c.lines[f.name];
        if (!line) return el("td", { class: "cell unknown", "data-receipt": c.receipt_no }, el("span", { class: "muted", text: "—" }));
        return el("td", { class: "cell " + line.tone, "data-receipt": c.receipt_no, title: line.title },
          el("span", { class: "mark", text: line.mark }), el("span", { text: line.shown || "기록 없음" }),
          ...(line.change ? [el("span", { class: "change", text: line.change })] : []));
      })));
    choices.append(el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)));
  }

  // ---- decision
  const mark = () => {
    for (const tr of root.querySelectorAll(".fields tr[data-key]")) {
      const input = tr.querySelector("input");
      tr.classList.toggle("changed", tr.dataset.key in work.edits && !!input);
    }
    select.classList.toggle("changed", work.type !== data.type);
    for (const n of root.querySelectorAll("[data-receipt]")) n.classList.toggle("chosen", work.chosen.includes(n.dataset.receipt));
    for (const b of root.querySelectorAll(".choices input")) b.checked = work.chosen.includes(b.value);
    const n = work.chosen.length;
    const button = at('[data-do="attach"]');
    button.textContent = n === 0 ? "연결" : n === 1 ? `${work.chosen[0]}에 연결` : `${n}건에 연결`;
    button.disabled = shut || work.sent || n === 0;
    const changed = Object.keys(work.edits).length > 0 || work.type !== data.type;
    const correct = at('[data-do="correct"]');
    correct.textContent = data.confirms ? (changed ? "고친 값으로 확인" : data.done) : "고친 값으로 다시 찾기";
    correct.classList.toggle("primary", data.confirms);
    correct.disabled = shut || work.sent || !(changed || data.confirms);
    button.classList.toggle("primary", !data.confirms);
    button.hidden = !data.has_document || (data.confirms && n === 0);
    at(".cases").hidden = !data.has_document;
    at(".fields").hidden = !data.has_document;
  };
  const decide = (action) => {
    const comment = at(".comment").value.trim();
    if ((action === "reject" || action === "hold") && !comment) {
      say(action === "reject" ? "반려하는 까닭을 처리 의견에 적어 주십시오." : "보류하는 까닭을 처리 의견에 적어 주십시오.");
      at(".comment").focus(); return;
    }
    const closed = data.choices.filter((c) => work.chosen.includes(c.receipt_no) && !c.open);
    const doubt = action === "reject" ? "반려하면 되돌릴 수 없습니다. 한 번 더 누르면 반려합니다."
      : action === "attach" && closed.length ? `${closed.map((c) => c.receipt_no).join(", ")}은(는) 진행 중인 건이 아닙니다. 그래도 연결하려면 한 번 더 누르십시오.` : "";
    const asked = action + work.chosen.join();
    if (doubt && work.confirm !== asked) { work.confirm = asked; say(doubt, "warn"); return; }
    send({ do: action, version: data.version, type: work.type, fields: work.edits, receipt_nos: work.chosen, comment });
  };
  for (const b of root.querySelectorAll(".decide [data-do]")) { b.disabled = shut; b.onclick = () => decide(b.dataset.do); }
  at(".comment").readOnly = shut;
  root.onkeydown = (e) => {
    if (shut) return;
    if (e.ctrlKey && e.key === "Enter") {
      if (work.chosen.length) { e.preventDefault(); decide("attach"); }
      else if (data.confirms) { e.preventDefault(); decide("correct"); }
    }
    const i = e.altKey && !e.ctrlKey ? "123456789".indexOf(e.key) : -1;
    if (i >= 0 && data.choices[i]) { e.preventDefault(); toggle(data.choices[i].receipt_no); }
  };
  const picked = (e) => {
    const input = root.querySelector(`tr[data-id="${CSS.escape(e.detail)}"] input`);
    if (input) input.focus();
  };
  if (root.boPicked) window.removeEventListener("backoffice-field-picked", root.boPicked);
  root.boPicked = picked;
  window.addEventListener("backoffice-field-picked", picked);
  say(data.message ? data.message.text : "", data.message ? data.message.tone : "");
  mark();
  return () => window.removeEventListener("backoffice-field-picked", picked);
}
