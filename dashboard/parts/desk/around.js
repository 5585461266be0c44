// What stands around the paper and the cases: the line at the top, personal data shown in full, a delivery without
// documents, the picture of one field made large.
const around = (desk) => {
  const { at } = desk;
  let standing = null;
  const many = (n) => (n > 1000 ? "1,000건 넘음" : `${n}건`);
  const drawTop = () => {
    const { shown } = desk;
    at(".to-list").replaceChildren(button("← 목록", "L", () => desk.toList()));
    at(".standing").replaceChildren(...(standing ? [el("span", { text: "내 업무 " }), el("b", { text: many(standing.mine) }),
      el("span", { text: " · 공동 처리 " }), el("b", { text: many(standing.free) })] : []));
    at(".tools-top").replaceChildren(button("다음 건", "S", () => desk.skip(), { title: "결정하지 않고 놓아 둔 채 다음 건을 봅니다" }),
      button("도움말", "?", () => desk.help.toggle()));
    if (!shown) return;
    at("h2").textContent = shown.reason;
    at(".facts").replaceChildren(...[shown.due ? chip(shown.due) : null, el("span", { text: shown.facts.join(" · "), title: shown.facts.join(" · ") })].filter(Boolean));
    at(".question").replaceChildren(el("b", { text: shown.question || shown.reason }), ...shown.remarks.map((text) => el("span", { text })),
      ...(shown.other_center ? [chip({ text: `${shown.other_center} 관할로 보임`, tone: "warn" })] : []), el("span", { class: "todo" }));
    at(".shut").hidden = !shown.shut;
    at(".shut").textContent = shown.shut;
  };
  const drawReveal = () => {
    const { shown } = desk;
    const reasons = el("select", { "aria-label": "보는 사유", "data-focus": "reason" }, desk.fixed.reasons.map((r) => el("option", { value: r, text: r })));
    reasons.value = desk.fixed.reasons[shown.confirms ? 1 : 0];
    at(".reveal").replaceChildren(...(shown.revealed ? [el("span", { class: "muted", text: "전부 보는 중 · 접속기록에 남음" })]
      : [reasons, button("전부 보기", "V", () => desk.reveal(), { title: "가려진 개인정보를 봅니다. 사유가 접속기록에 남습니다." })]));
  };
  const typeSelect = () => {
    const { shown, draft } = desk;
    const select = el("select", { "data-focus": "type" }, desk.fixed.types.map(([code, title]) => el("option", { value: code, text: title })));
    if (!desk.fixed.types.some(([code]) => code === draft.type)) select.append(el("option", { value: draft.type, text: draft.type }));
    select.value = draft.type;
    select.disabled = !!shown.shut;
    const mark = () => select.classList.toggle("changed", draft.type !== shown.type);
    select.onchange = () => { draft.type = select.value; mark(); desk.changed(); };
    mark();
    return el("label", { class: "type" }, "문서 종류", keycap("T"), select);
  };
  // What there is to say of a delivery that has no document to look at, and that one has looked.
  const drawWhole = () => {
    const { shown } = desk;
    const box = at(".whole");
    const q = desk.questions().find((x) => x.kind === "seen");
    box.hidden = !q && shown.has_document;
    if (box.hidden) return;
    const seen = q ? el("div", { class: "seen" }, el("span", { text: "쪽 그림과 내용을 보았습니까?" }),
      button("보았음", "Y", () => desk.deciding.answer(q, "yes"), { class: "small answer" + (q.answer ? " on" : ""), "aria-pressed": String(!!q.answer) })) : null;
    if (seen && shown.shut) seen.querySelector("button").disabled = true;
    box.replaceChildren(...(shown.has_document ? [] : [
      el("dl", {}, shown.told.map(([name, text]) => [el("dt", { text: name }), el("dd", { text })])),
      el("p", { class: "muted", text: shown.does_again
        ? "원인이 없어졌으면 ‘다시 실행’으로 봇이 이어서 하게 하십시오. 할 수 없는 것이면 반려하십시오."
        : "받은 그대로의 파일은 보관되어 있습니다. 다시 보내 달라고 했으면 보류하고, 더 할 일이 없으면 확인 완료하십시오." })]), ...(seen ? [seen] : []));
  };
  // The picture of the field that is asked about or worked on, as large as there is room for.
  const lens = (row) => {
    const box = at(".lens");
    box.hidden = !row || !row.crop;
    if (box.hidden) return;
    box.replaceChildren(el("span", { class: "lens-name", text: row.label }), el("img", { src: desk.picture(row.crop), alt: `${row.label} 그림, 크게` }));
  };
  return { drawTop, drawReveal, drawWhole, typeSelect, lens, stands: (given) => { standing = given || standing; } };
};
