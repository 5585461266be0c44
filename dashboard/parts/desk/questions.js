// What a person has to say of a review before it can be decided, in the order of the rows.
//
// A value that was read with doubt: is it right? A difference to the record: has it changed? Where the review asks
// just that, each needs an answer; where a paper is only being attached, an unanswered difference leaves the record
// as it is. A misreading is no change: what was read with doubt is confirmed first.
const questionsOf = (shown, draft) => {
  const rows = shown.rows.map((r) => r.name);
  const taken = shown.confirms ? (draft.chosen.length ? draft.chosen : shown.attached) : draft.chosen;
  const found = [];
  const value = (name, needed) => {
    if (!rows.includes(name) || found.some((q) => q.key === "value:" + name)) return;
    found.push({ kind: "value", key: "value:" + name, row: name, fields: [name], needed });
  };
  for (const c of shown.choices) {
    if (!taken.includes(c.receipt_no)) continue;
    for (const change of c.changes) {
      if (found.some((q) => q.key === "change:" + change.key)) continue;
      const asked = shown.confirms && change.fields.some((f) => shown.asked.includes(f));
      const unsure = change.doubtful.filter((f) => !(f in draft.edits) && draft.answers["value:" + f] !== "yes");
      for (const f of change.doubtful) value(f, shown.confirms && shown.asked.includes(f));
      if (unsure.length) continue;
      found.push({ kind: "change", key: "change:" + change.key, row: change.key, fields: change.fields, needed: asked,
        receipt: c.receipt_no, title: change.title, paper: change.paper, file: change.file });
    }
  }
  const covered = new Set(found.flatMap((q) => q.fields));
  for (const name of shown.confirms ? shown.asked : []) {
    if (!covered.has(name)) value(name, true);
  }
  // Where nothing else is asked, it has to be said that one has looked: no single key settles what was not seen.
  if (shown.confirms && !found.some((q) => q.needed)) found.push({ kind: "seen", key: "seen", row: "", fields: [], needed: true });
  for (const q of found) q.answer = q.kind === "value" && q.row in draft.edits ? "edited" : draft.answers[q.key] || "";
  return found.sort((a, b) => rows.indexOf(a.row) - rows.indexOf(b.row));
};
// The second text in pieces: [piece, whether it stands in the first as well], by their longest common part.
const differences = (a, b) => {
  const size = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) size[i][j] = a[i] === b[j] ? size[i + 1][j + 1] + 1 : Math.max(size[i + 1][j], size[i][j + 1]);
  }
  const pieces = [];
  let i = 0;
  for (let j = 0; j < b.length; j++) {
    while (i < a.length && a[i] !== b[j] && size[i + 1][j] >= size[i][j + 1]) i++;
    const same = i < a.length && a[i] === b[j];
    if (same) i++;
    const last = pieces[pieces.length - 1];
    if (last && last[1] === same) last[0] += b[j]; else pieces.push([b[j], same]);
  }
  return pieces;
};
const currentQuestion = (questions) => questions.find((q) => q.needed && !q.answer) || questions.find((q) => !q.answer) || null;
const accepted = (questions) => questions.filter((q) => q.kind === "change" && q.answer === "yes").flatMap((q) => q.fields);
