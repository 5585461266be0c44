// Whose each voice is: heard, told with one click, and all that it says follows.
const voicesPart = (talk) => {
  const box = talk.at(".voices");
  let open = false;
  const unsure = (v) => v.speakers.length !== 1 || v.speakers[0] === "unknown" || v.speakers[0].startsWith("voice");
  const nameOf = (code) => talk.data.speakers[code] || code.replace("voice", "목소리 ");
  const draw = () => {
    const { voices, talk: shown } = talk.shown;
    const ask = voices.some((v) => v.speakers.some((s) => s === "unknown" || s.startsWith("voice")));
    box.hidden = !voices.length;
    box.classList.toggle("asks", ask && shown.may_edit && !talk.signed());
    if (!voices.length) return;
    // One channel, and nobody told the voices apart: they are told utterance by utterance, with one key each.
    const apart = voices.length > 1 || voices[0].voice.startsWith("voice");
    if (!apart && !ask && voices[0].speakers.length > 1) { // who says what came with the transcript, or was told line by line: nothing to be overwritten at once
      const counted = (code) => talk.shown.said.filter((u) => u.speaker === code).length;
      box.replaceChildren(...voices[0].speakers.map((code) => el("span", { class: "voice" }, nameOf(code), el("span", { class: "muted", text: ` ${counted(code)}번` }))));
      return;
    }
    const change = shown.may_edit && !talk.signed() && !ask && !open
      ? button("바꾸기", "", () => { open = true; draw(); }, { class: "small" }) : null;
    if ((!ask && !open) || !shown.may_edit || talk.signed()) {
      box.replaceChildren(...voices.map((v) => el("span", { class: "voice" }, el("span", { class: "muted", text: `${v.name} ` }),
        v.speakers.map(nameOf).join(", "), el("span", { class: "muted", text: ` ${v.count}번` }))), change || "");
      return;
    }
    box.replaceChildren(ask ? el("b", { class: "ask", text: apart ? "목소리가 누구인지 골라 주십시오. 한 번 고르면 그 목소리의 발화가 모두 따라 바뀝니다."
      : "한 채널에 여러 목소리가 있습니다. 발화를 고르고 1(상담사) · 2(구직자) · 3(다른 사람)을 누르면 다음 발화로 넘어갑니다." }) : "",
      ...voices.map((v) => el("div", { class: "voice row" },
        button("듣기", "", () => talk.spoken.hearLines([v.sample]), { class: "small", "aria-label": `${v.name} 듣기` }),
        el("b", { text: v.name }), el("span", { class: "muted", text: `${v.count}번 · ${asClock(v.seconds)}` }),
        (apart || v.speakers.length === 1 ? ["counselor", "person", "other"] : []).map((code) => button(apart ? nameOf(code) : `모두 ${nameOf(code)}`, "", () => name(v, code), {
          class: !unsure(v) && v.speakers[0] === code ? "small primary" : "small", "aria-label": `${v.name}: ${nameOf(code)}` })))),
      ask ? "" : button("닫기", "", () => { open = false; draw(); }, { class: "small" }));
  };
  const name = (v, speaker) => talk.call("voice", { talk: talk.shown.talk.id, version: talk.shown.talk.v, voice: v.voice, speaker });
  // After a change of single utterances: who speaks with each voice, as it is now.
  const again = () => {
    for (const v of talk.shown.voices) v.speakers = [...new Set(talk.shown.said.filter((u) => u.voice === v.voice).map((u) => u.speaker))].sort();
    draw();
  };
  return { draw, again };
};
