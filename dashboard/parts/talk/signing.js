// What stands under the note: keeping all plain lines at once, signing, and what may be done with a signed one.
const signingPart = (talk) => {
  const bar = talk.at(".sign");
  const note = () => talk.shown.note;
  const tally = () => {
    const lines = note().fields.flatMap((f) => f.lines), of = (fate) => lines.filter((l) => l.fate === fate).length;
    return `그대로 ${of("accepted")} · 고침 ${of("changed")} · 뺌 ${of("struck")} · 더함 ${of("added")}`;
  };
  const askSign = () => talk.panel("서명합니다", [
    el("p", { text: `${talk.shown.talk.person || "구직자"} 님의 상담일지 ${note().number}판에 서명합니다.` }),
    el("dl", { class: "facts-of" }, el("dt", { text: "줄" }), el("dd", { text: tally() }),
      el("dt", { text: "고친 양" }), el("dd", { text: note().edited === null ? "-" : `제안의 ${(note().edited / 10).toFixed(1)}%` }),
      el("dt", { text: "할 일" }), el("dd", { text: `등록 ${note().to_do.filter((t) => t.state === "accepted").length}건` })),
    el("p", { class: "muted", text: "서명한 일지는 고칠 수 없습니다. 고칠 것이 생기면 까닭을 적고 새 판을 씁니다. 일지는 신청에 붙고 기록 시스템에 보내집니다." }),
    el("div", { class: "choices" }, button("서명", "", async () => { if (await talk.call("sign", { note: note().id, version: note().v })) talk.shutPanel(); }, { class: "primary", "data-first": "" }), button("취소", "Esc", talk.shutPanel)),
  ]);
  const withReason = (title, explain, name, act, danger = false) => {
    const reason = el("input", { type: "text", maxlength: 200, "aria-label": "사유", placeholder: "사유를 적어 주십시오", "data-first": "" });
    const go = async () => { if (reason.value.trim().length < 2) { talk.say("사유를 두 글자 넘게 적어 주십시오."); reason.focus(); return; } if (await act(reason.value.trim())) talk.shutPanel(); };
    reason.onkeydown = (e) => { if (e.key === "Enter" && !e.isComposing) { e.preventDefault(); go(); } };
    talk.panel(title, [el("p", { class: "muted", text: explain }), reason, el("div", { class: "choices" }, button(name, "", go, { class: danger ? "danger strong" : "primary" }), button("취소", "Esc", talk.shutPanel))]);
  };
  const askReopen = () => withReason("새 판 쓰기", "서명한 일지는 그대로 남고, 같은 내용의 초안이 새 판으로 열립니다. 새 판에 서명하면 그것이 지금 판이 됩니다.", "새 판 쓰기",
    (reason) => talk.call("reopen", { talk: talk.shown.talk.id, reason }));
  const askPaper = () => {
    const reason = el("select", { "aria-label": "내려받는 사유" }, talk.data.reasons.map((r) => el("option", { value: r, text: r })));
    const n = note();
    const get = (kind) => talk.busyWith(async () => { await keepPaper({ note: n.id, kind, reason: reason.value }); talk.shutPanel(); });
    talk.panel("일지 내려받기", [el("label", {}, "사유 ", reason), el("div", { class: "choices" },
      button("PDF", "", () => get("pdf"), { class: "primary", disabled: !n.papers.pdf, "data-first": "" }), button("DOCX", "", () => get("docx"), { disabled: !n.papers.docx }), button("취소", "Esc", talk.shutPanel)),
      n.papers.pdf ? el("p", { class: "muted", text: "내려받은 사람과 사유가 접속기록에 남습니다." }) : el("p", { class: "muted", text: "일지 파일을 만드는 중입니다. 잠시 뒤에 다시 열어 주십시오." })]);
  };
  const askDiscard = () => talk.panel("새 판 버리기", [el("p", { text: "쓰던 새 판을 버리고 서명한 판으로 돌아갑니다." }),
    el("div", { class: "choices" }, button("버리기", "", async () => { if (await talk.call("discard", { note: note().id, version: note().v })) talk.shutPanel(); }, { class: "danger strong", "data-first": "" }), button("취소", "Esc", talk.shutPanel))]);
  const askAnew = () => talk.panel("고친 녹취로 다시 쓰기", [el("p", { text: "고친 말과 정한 목소리로 초안을 새로 만듭니다. 지금까지 일지의 줄에 한 결정은 없어집니다." }),
    el("div", { class: "choices" }, button("다시 쓰기", "", async () => { if (await talk.call("anew", { note: note().id, version: note().v })) talk.shutPanel(); }, { class: "primary", "data-first": "" }), button("취소", "Esc", talk.shutPanel))]);
  return {
    askAnew, askPaper, askReopen, askSign: () => { if (note() && note().state === "draft" && !note().hinders.length && talk.shown.talk.may_edit) askSign(); },
    askWithdraw: () => withReason("녹음 동의 철회", "구직자가 녹음 동의를 거두었으면 적습니다. 그때부터 녹음과 녹취를 아무도 열 수 없고, 서명하지 않은 일지는 쓰지 않습니다. 되돌릴 수 없습니다.", "동의 철회 기록",
      (reason) => talk.call("withdraw", { talk: talk.shown.talk.id, reason }), true),
    draw() {
      const n = note(), shown = talk.shown.talk;
      bar.hidden = !n;
      if (!n) return;
      if (n.state !== "draft") {
        bar.replaceChildren(el("span", { class: "signed", text: `서명 ${n.signed}` }), n.sink ? el("span", { class: "muted", text: "기록 시스템" }) : "", n.sink ? chip(n.sink) : "", n.sink_ref ? el("span", { class: "muted", text: n.sink_ref }) : "", el("span", { class: "gap" }),
          n.may_report && shown.may_edit ? button("다시 보내기", "", () => talk.call("report", { note: n.id }), { class: "small" }) : "", button("내려받기", "", askPaper), shown.may_edit && n.state === "signed" ? button("새 판 쓰기", "", askReopen) : "");
        return;
      }
      if (!shown.may_edit) { bar.replaceChildren(el("span", { class: "muted", text: `${shown.counselor} 상담사가 서명하기 전의 초안입니다.` })); return; }
      bar.replaceChildren(n.number > 1 ? button("새 판 버리기", "", askDiscard, { class: "small" }) : "",
        n.plain ? button(`의심 없는 ${n.plain}줄 그대로`, "", () => talk.call("plain", { note: n.id, version: n.v }), { title: "의심 표시가 없는 줄을 한꺼번에 그대로 둡니다. 의심 표시가 있는 줄은 하나씩 확인합니다." }) : "",
        el("span", { class: "hinders muted", text: n.hinders[0] || "", title: n.hinders.join("\n") }), el("span", { class: "gap" }),
        button("서명하기", "", askSign, { class: "primary", disabled: n.hinders.length > 0 }));
    },
  };
};
