// The documents of a delivery as the strip of pages groups them.
const groupsOf = (shown) => {
  const groups = shown.documents.filter((d) => d.pages.length).map((d) => ({ id: d.id, title: d.title, pages: d.pages,
    note: d.id === shown.document ? "지금 보는 문서" : d.linked.length ? d.linked.join(", ") : d.state ? d.state.text : "" }));
  const placed = new Set(groups.flatMap((g) => g.pages));
  const loose = shown.pages.map((p) => p.number).filter((n) => !placed.has(n));
  if (groups.length && loose.length) groups.push({ id: -1, title: "나뉘지 않은 쪽", pages: loose, note: "" });
  return groups;
};

// In words, what of a review is another than it was.
const whatChanged = (a, b) => {
  const words = [];
  const numbers = (x) => x.choices.map((c) => c.receipt_no).sort().join();
  if (a.type !== b.type) words.push("문서 종류");
  if (a.question !== b.question) words.push("묻는 것");
  if (String(a.attached) !== String(b.attached)) words.push("연결된 신청");
  if (numbers(a) !== numbers(b)) words.push("신청 후보");
  const old = new Map(a.rows.map((r) => [r.name, r.shown]));
  for (const r of b.rows) if (old.get(r.name) !== r.shown) words.push(r.label);
  if (String(a.documents.map((d) => d.pages)) !== String(b.documents.map((d) => d.pages))) words.push("쪽 나눔");
  return words.join(", ");
};
