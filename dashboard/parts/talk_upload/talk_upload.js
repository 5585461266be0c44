// A recording as a file: sent as it is, with progress; then said what it is. Nothing is sent before the consent is marked.
const sizeOf = (n) => (n < 1048576 ? Math.max(1, Math.round(n / 1024)) + " KB" : (n / 1048576).toFixed(1) + " MB");
const localTime = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".handing");
  root.boOpen = (id) => setTriggerValue("opened", id);
  if (root.boReady) return undefined;
  root.boReady = true;
  const at = (s) => root.querySelector(s);
  const state = { sound: null, transcript: null, consent: null, way: "phone", sending: false };
  const say = (text) => { at(".say").hidden = !text; at(".say").textContent = text || ""; };
  const endingOf = (name) => (name.split(".").pop() || "").toLowerCase();

  const add = (list) => {
    say("");
    at(".done").hidden = true;
    for (const file of list) {
      const beside = data.transcripts.includes(endingOf(file.name));
      if (!file.size) say(`‘${file.name}’은(는) 빈 파일입니다.`);
      else if (!beside && file.size > data.most) say(`‘${file.name}’이(가) 너무 큽니다(${sizeOf(data.most)}까지).`);
      else state[beside ? "transcript" : "sound"] = file;
    }
    if (state.sound && !at(".held").value) at(".held").value = localTime(new Date(state.sound.lastModified));
    draw();
  };
  const draw = () => {
    at(".files").replaceChildren(...["sound", "transcript"].filter((k) => state[k]).map((k) => el("li", {},
      el("span", { class: "muted", text: k === "sound" ? "녹음" : "녹취" }), el("b", { text: state[k].name }), el("span", { class: "muted", text: sizeOf(state[k].size) }),
      el("button", { type: "button", text: "빼기", disabled: state.sending, onclick: () => { state[k] = null; draw(); } }))));
    const why = !state.sound ? "녹음 파일을 골라 주십시오." : state.consent === null ? "녹음 동의를 표시해 주십시오." : !at(".held").value ? "상담 일시를 적어 주십시오." : "";
    at(".send").disabled = Boolean(why) || state.sending;
    at(".send").textContent = state.sending ? "올리는 중…" : "올리기";
    at(".why").textContent = state.sending ? "" : why || (state.consent === "" ? "동의를 확인할 때까지 아무도 열지 않습니다." : "");
    at("progress").hidden = !state.sending;
  };
  const choices = (where, name, options, chosen, changed) => at(where).replaceChildren(...options.map(([value, text]) => el("label", {},
    el("input", { type: "radio", name, value, checked: value === chosen, onchange: () => { changed(value); draw(); } }), text)));
  choices(".consent", "consent", data.consents, null, (v) => { state.consent = v; });
  choices(".ways", "way", data.ways, state.way, (v) => { state.way = v; });
  const search = caseSearch(at, say, () => draw());
  at(".held").oninput = draw;

  const put = (what, file) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", `/talk/upload/${what}`);
    request.upload.onprogress = (e) => { if (e.lengthComputable && what === "sound") at("progress").value = e.loaded / e.total; };
    request.onerror = () => reject(new Error("연결이 끊겨 올리지 못했습니다. 그대로 다시 눌러 주십시오."));
    request.onload = () => {
      if (request.status === 401) { window.location.assign("/signin?say=ended"); return; }
      let said;
      try { said = JSON.parse(request.responseText); } catch { said = { error: "서버가 알아볼 수 없는 답을 보냈습니다." }; }
      if (request.status === 200) resolve(said); else reject(new Error(said.error));
    };
    request.send(file);
  });
  const enter = async (body) => {
    const answer = await fetch("/talk/call/hand-in", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const said = await answer.json().catch(() => ({ error: "서버가 알아볼 수 없는 답을 보냈습니다." }));
    if (!answer.ok) throw new Error(said.error);
    return said;
  };
  const send = async () => {
    if (state.sending || !state.sound || state.consent === null) return;
    if (search.typed && !search.chosen) { say("적은 신청을 아직 고르지 않았습니다. Enter를 눌러 고르거나 지워 주십시오."); at(".words").focus(); return; }
    state.sending = true; say(""); draw();
    try {
      const beside = state.transcript ? await put("transcript", state.transcript) : null;
      const sound = await put("sound", state.sound);
      const said = await enter({
        sound: sound.sha256, ticket: sound.ticket, name: state.sound.name, held_at: at(".held").value, way: state.way, consent: state.consent,
        receipt_no: search.chosen ? search.chosen.receipt_no : "",
        ...(beside ? { transcript: beside.sha256, transcript_ticket: beside.ticket, transcript_format: endingOf(state.transcript.name) } : {}),
      });
      at(".done").hidden = false;
      at(".done").replaceChildren(said.again ? "이미 들어와 있는 녹음입니다. 다시 올리지 않았습니다." : "올렸습니다. 받아쓰기가 끝나면 상담일지 초안이 나타납니다.",
        el("button", { type: "button", text: "상담 열기", onclick: () => root.boOpen(said.talk) }));
      Object.assign(state, { sound: null, transcript: null });
      at(".held").value = "";
      search.clear();
    } catch (problem) { say(problem.message); }
    state.sending = false;
    draw();
  };
  const drop = at(".drop"), input = at("input[type=file]");
  at(".pick").onclick = () => input.click();
  input.onchange = () => { add([...input.files]); input.value = ""; };
  drop.ondragover = (e) => { e.preventDefault(); drop.classList.add("over"); };
  drop.ondragleave = () => drop.classList.remove("over");
  drop.ondrop = (e) => { e.preventDefault(); drop.classList.remove("over"); add([...e.dataTransfer.files]); };
  at(".send").onclick = send;
  draw();
  return undefined;
}
