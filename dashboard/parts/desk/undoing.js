// The person's own last decisions, each to be taken back until something irreversible has followed.
const undoing = (desk) => {
  const bar = desk.at(".undo-bar");
  let recent = [];
  const line = (d, key) => {
    const b = button("되돌리기", key, () => undo(d), { class: "small", title: d.why_not || null });
    b.disabled = !!d.why_not;
    return [el("span", { class: "what", text: `${d.what} (${d.at})`, title: d.why_not || null }), b];
  };
  const draw = () => {
    const [last, ...earlier] = recent;
    if (!last) { bar.replaceChildren(el("span", { class: "muted", text: "결정하면 여기에서 되돌릴 수 있습니다." })); return; }
    bar.replaceChildren(el("span", { class: "muted", text: "방금:" }), ...line(last, "Ctrl+Z"),
      earlier.length ? el("details", { class: "earlier" }, el("summary", { text: "이전 결정" }), el("ul", {}, earlier.map((d) => el("li", {}, line(d, ""))))) : "");
  };
  const undo = async (d) => {
    if (desk.busy()) return;
    try {
      desk.saveNow();
      const left = desk.shown ? { left: desk.shown.task, until: desk.shown.until } : {};
      const answer = await desk.call("undo", { task: d.task, version: d.version, effect: d.effect, ...left });
      desk.show(answer, answer.said || `검토 ${d.task}의 결정(${d.what})을 되돌렸습니다.`);
    } catch (trouble) { desk.trouble(trouble); }
  };
  return {
    known: (given) => { if (given) recent = given; draw(); },
    last() {
      const d = recent[0];
      if (!d) desk.say("되돌릴 결정이 없습니다.", "wait");
      else if (d.why_not) desk.say(`되돌릴 수 없습니다: ${d.why_not}`, "warn");
      else undo(d);
    },
  };
};
