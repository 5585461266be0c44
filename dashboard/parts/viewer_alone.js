// The pages alone, with the keys of the desk while the pointer or the focus is on them.
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".viewer");
  const viewer = (root.boViewer ||= pageViewer(root));
  if (root.boSubject !== data.subject) {
    root.boSubject = data.subject;
    viewer.load(data.pages, { start: data.start });
    if (data.startField) viewer.show(data.startField);
  } else {
    viewer.load(data.pages, { keep: true });
  }
  const keys = { PageUp: "prev", PageDown: "next", Equal: "in", NumpadAdd: "in", Minus: "out", NumpadSubtract: "out",
    Digit0: "fit", Numpad0: "fit", KeyR: "turn", KeyM: "marks" };
  root.querySelector(".stage").onkeydown = (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || !keys[e.code]) return;
    e.preventDefault();
    viewer.act(keys[e.code]);
  };
}
