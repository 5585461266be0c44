// While other screens are looked at, a small sign says that a talk is being recorded.
const floating = (recording) => {
  document.getElementById("bo-recording")?.remove();
  const dot = el("span", { "aria-hidden": "true", text: "●" });
  const words = el("span");
  const pause = el("button", { type: "button" });
  const box = el("div", { id: "bo-recording", role: "status" }, dot, words, pause);
  box.style.cssText = "position:fixed;right:18px;bottom:18px;z-index:99999;background:#fff;border:1px solid #ecb8b2;border-radius:8px;"
    + "padding:.45rem .8rem;display:none;gap:.6rem;align-items:center;font-size:14px;color:#1c2733;box-shadow:0 2px 10px rgba(28,39,51,.18);"
    + "font-variant-numeric:tabular-nums";
  pause.style.cssText = "font:inherit;border:1px solid #b9c4cd;background:#fff;border-radius:5px;padding:.1rem .6rem;cursor:pointer;color:inherit";
  pause.onclick = () => (recording.state === "paused" ? recording.resume() : recording.pause());
  document.body.append(box);
  const draw = () => {
    if (recording.state === "ended") { box.remove(); stop(); return; }
    box.style.display = recording.onScreen ? "none" : "flex";
    dot.style.color = recording.state === "recording" ? "#a8281d" : "#7d8a96";
    const trouble = recording.sending.trouble || (recording.quiet ? "소리가 들어오지 않습니다" : "");
    words.textContent = `${recording.state === "paused" ? "상담 녹음 멈춤" : "상담 녹음 중"} ${clockOf(recording.seconds())}${trouble ? " · " + trouble : ""}`;
    pause.textContent = recording.state === "paused" ? "이어서" : "일시정지";
  };
  const stop = recording.watch(draw);
  draw();
};
