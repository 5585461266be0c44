// The small forms over the decision bar: new case, another center, reject, put off. What is typed in them stays
// until the review is decided.
const panels = (desk) => {
  const { at } = desk;
  const box = at(".panel");
  const labels = desk.fixed.labels;
  const value = (form, name) => (desk.draft.forms[form] || {})[name] ?? "";
  const keep = (form, name, text) => {
    (desk.draft.forms[form] ||= {})[name] = text;
    desk.save();
  };
  const input = (form, name, props = {}) => {
    const made = el(props.tag || "input", { type: "text", autocomplete: "off", spellcheck: "false", "data-focus": `${form}:${name}`, "data-name": name, ...props, tag: null });
    made.value = value(form, name) || props.value || "";
    made.oninput = () => keep(form, name, made.value);
    return made;
  };
  const line = (label, ...inside) => el("label", { class: "line" }, el("span", { text: label }), ...inside);
  const select = (form, name, options, start) => {
    const made = el("select", { "data-focus": `${form}:${name}`, "data-name": name },
      options.map(([code, title]) => el("option", { value: code, text: title })));
    made.value = value(form, name) || start || "";
    made.onchange = () => keep(form, name, made.value);
    return made;
  };
  const scope = (form) => {
    const others = desk.shown.documents.filter((d) => d.id !== desk.shown.document && !["blank", "fax_cover"].includes(d.type));
    if (!desk.shown.has_document || !others.length) return null;
    const tick = el("input", { type: "checkbox", "data-focus": form + ":scope" });
    tick.checked = value(form, "scope") === "delivery";
    tick.onchange = () => keep(form, "scope", tick.checked ? "delivery" : "document");
    return el("label", { class: "tick" }, tick, el("span", { text: `같은 배달의 다른 문서 ${others.length}건에도 똑같이` }));
  };

  const REGISTERED = ["name", "rrn", "birth_date", "phone", "address", "bank", "account", "company", "business_no"];
  const makers = {
    register: () => {
      const { shown } = desk;
      const fields = REGISTERED.filter((n) => ["name", "rrn", "birth_date", "phone"].includes(n) || shown.form.includes(n));
      return {
        title: "신규 접수", done: "접수하고 연결",
        say: "행정시스템에 새 신청을 만들고 접수번호를 받아 이 서류를 연결합니다. 같은 사람의 서류가 함께 왔으면 함께 연결합니다.",
        lines: [
          line("제도", select("register", "program", [["", "골라 주십시오"], ...desk.fixed.programs], shown.program)),
          ...fields.map((name) => {
            const row = shown.rows.find((r) => r.name === name && !r.missing);
            const typed = desk.draft.edits[name];
            return line(labels[name] || name, input("register", name, {
              placeholder: row ? `서류대로 ${row.shown}` : "서류에 없음", value: typed || "", "aria-label": labels[name] || name,
            }));
          }),
        ],
        answer: () => {
          const form = { ...(desk.draft.forms.register || {}) };
          const fields = Object.fromEntries(REGISTERED.map((n) => [n, form[n] ?? desk.draft.edits[n] ?? ""]).filter(([, v]) => v.trim()));
          return { action: "register", program: form.program || shown.program, fields, type: desk.draft.type };
        },
      };
    },
    transfer: () => ({
      title: "이송", done: "이송",
      say: "다른 센터의 서류이면 그 센터로 넘깁니다. 원본은 여기에도 보관됩니다.",
      lines: [
        line("보낼 센터", input("transfer", "center", { list: "desk-centers", placeholder: "센터 이름을 입력해 고르십시오", value: desk.shown.other_center, "aria-label": "보낼 센터" }),
          el("datalist", { id: "desk-centers" }, desk.fixed.centers.map((c) => el("option", { value: c })))),
        line("의견", input("transfer", "comment", { maxlength: "500", placeholder: "적지 않아도 됩니다", "aria-label": "이송 의견" })),
        scope("transfer"),
      ],
      answer: () => {
        const form = desk.draft.forms.transfer || {};
        return { action: "transfer", center: (form.center ?? desk.shown.other_center ?? "").trim(), comment: form.comment || "", scope: form.scope || "document" };
      },
    }),
    reject: () => ({
      title: "반려", done: "반려", danger: true,
      say: "이 서류를 처리하지 않기로 합니다. 연결된 것이 있으면 해제합니다.",
      lines: [line("사유", input("reject", "comment", { maxlength: "500", placeholder: "예: 업무와 관계없는 광고", "aria-label": "반려 사유" })), scope("reject")],
      answer: () => {
        const form = desk.draft.forms.reject || {};
        return { action: "reject", comment: form.comment || "", scope: form.scope || "document" };
      },
    }),
    hold: () => ({
      title: "보류", done: "보류",
      say: "지금 정하지 않고 둡니다. 날짜를 고르면 그날 다시 앞으로 나옵니다.",
      lines: [
        line("사유", input("hold", "comment", { maxlength: "500", placeholder: "예: 신청인에게 전화로 확인 중", "aria-label": "보류 사유" })),
        line("언제까지", input("hold", "until", { type: "date", "aria-label": "언제까지" })),
      ],
      answer: () => {
        const form = desk.draft.forms.hold || {};
        return { action: "hold", comment: form.comment || "", until: form.until || "" };
      },
    }),
  };

  const allowed = (name) => !desk.shown.shut && (!["register", "transfer"].includes(name) || (desk.shown.has_document && desk.shown.outward));
  const open = (name) => {
    if (!allowed(name)) return;
    const made = makers[name]();
    desk.draft.panel = name;
    const form = el("form", { "aria-label": made.title, novalidate: true },
      el("header", {}, el("h3", { text: made.title }), button("닫기", "Esc", close, { class: "small" })),
      el("p", { class: "muted", text: made.say }), made.lines,
      el("p", { class: "problem", role: "alert" }),
      el("div", { class: "line end" }, el("button", { type: "submit", class: made.danger ? "danger strong" : "primary" }, el("span", { text: made.done }), keycap("Enter"))));
    form.onsubmit = (e) => { e.preventDefault(); desk.deciding.send(made.answer()); };
    // A syllable that is still being put together is ended by Enter; the form is not sent by it.
    form.onkeydown = (e) => { if (e.key === "Enter" && (e.isComposing || e.repeat || e.keyCode === 229)) e.preventDefault(); };
    box.replaceChildren(form);
    box.hidden = false;
    const first = box.querySelector("input:not([type=checkbox]), select");
    const empty = [...box.querySelectorAll("input, select")].find((i) => i.type !== "checkbox" && !i.value && !i.placeholder.startsWith("서류대로"));
    (name === "register" ? first : empty || first).focus();
    desk.save();
  };
  const close = () => {
    box.hidden = true;
    box.replaceChildren();
    if (desk.draft) { desk.draft.panel = ""; desk.save(); }
    desk.home();
  };
  const refused = (text, field) => {
    const place = box.querySelector(".problem");
    if (!place) return false;
    place.textContent = text;
    const wrong = field && box.querySelector(`[data-name="${CSS.escape(field)}"]`);
    if (wrong) { wrong.setAttribute("aria-invalid", "true"); wrong.focus(); }
    return true;
  };
  return { open, close, refused, allowed, shown: () => !box.hidden, shut: () => { box.hidden = true; box.replaceChildren(); } };
};
