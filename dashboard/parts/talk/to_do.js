// What is to be done after the talk: proposed from what was said, taken up or left by the counselor.
const todoPart = (talk) => {
  let adding = false;
  const note = () => talk.shown.note;
  const may = () => talk.shown.talk.may_edit && note().state !== "replaced"; // a signed note leaves what is to be done open
  const field = (type, value, label) => el("input", { type, value, "aria-label": label, class: type });
  const decide = (todo, act, more = {}) => talk.call("follow-up", { do: act, id: todo.id, version: todo.v, ...more });
  const drawOne = (todo) => {
    const head = [el("span", { class: "kind", text: todo.what }), el("span", { class: "muted", text: todo.whose })];
    const cites = todo.cites.length && talk.shown.talk.words ? el("button", { type: "button", class: "cites", "aria-label": `근거 ${todo.cites.join(", ")}번 듣기`, onclick: () => talk.spoken.hearLines(todo.cites) }, "▶ ", todo.cites.join(", ")) : null;
    const flags = todo.flags.map((f) => chip({ text: f, tone: "warn" }));
    if (!todo.open || !may()) {
      return el("li", { class: `todo ${todo.state}` }, head, el("span", { class: "what", text: todo.text }),
        el("span", { class: "when", text: [todo.day, todo.at].filter(Boolean).join(" ") || "날짜 없음" }), cites, chip(todo.label),
        may() && todo.state === "accepted" ? button("끝냄", "", () => decide(todo, "finish"), { class: "small" }) : null,
        may() ? button("되돌리기", "", () => decide(todo, todo.state === "done" ? "again" : "back"), { class: "small" }) : null);
    }
    const text = field("text", todo.text, "할 일"), on = field("date", todo.on, "날짜"), at = field("time", todo.at, "시각");
    const tell = el("input", { type: "checkbox" });
    const mayTell = todo.kind === "appointment" && talk.shown.talk.case;
    const accept = () => decide(todo, "accept", { on: on.value, at: at.value, text: text.value.trim(), announce: tell.checked });
    return el("li", { class: "todo open" + (todo.flags.length ? " doubt" : "") }, head, text, on, at,
      mayTell ? el("label", { class: "tell", title: "구직자에게 약속을 알리는 통지를 보냅니다." }, tell, " 알림 보내기") : null, cites, flags,
      el("span", { class: "tools" }, button("등록", "", accept, { class: "small yes", "aria-label": `${todo.what} 등록: ${todo.text}` }),
        button("등록 안 함", "", () => decide(todo, "decline"), { class: "small" })));
  };
  const addForm = () => {
    const kind = el("select", { "aria-label": "종류" }, Object.entries(talk.data.kinds).map(([k, t]) => el("option", { value: k, text: t })));
    const who = el("select", { "aria-label": "누가" }, Object.entries(talk.data.whose).map(([k, t]) => el("option", { value: k, text: t })));
    const text = field("text", "", "할 일"), on = field("date", "", "날짜"), at = field("time", "", "시각");
    const save = async () => {
      if (await talk.call("add-follow-up", { note: note().id, kind: kind.value, who: who.value, text: text.value.trim(), on: on.value, at: at.value })) { adding = false; talk.written.draw(); }
    };
    return el("li", { class: "todo open" }, kind, who, text, on, at, el("span", { class: "tools" }, button("더하기", "", save, { class: "small yes" }), button("취소", "", () => { adding = false; talk.written.draw(); }, { class: "small" })));
  };
  return {
    draw() {
      const list = note().to_do;
      if (!list.length && !may()) return el("span");
      return el("section", { class: "field todos" },
        el("h3", {}, "할 일·약속", may() ? button("더하기", "", () => { adding = true; talk.written.draw(); }, { class: "small add", "aria-label": "할 일 더하기" }) : null),
        el("ul", {}, list.map(drawOne), adding && may() ? addForm() : null, list.length || adding ? null : el("li", { class: "muted empty", text: "제안된 것이 없습니다." })));
    },
  };
};
