// Who speaks when, over the whole talk: one lane for the counselor, one for everybody else; doubtful places stand out.
const COLOURS = { counselor: "#1f5f8b", person: "#3a8f68", other: "#7a5ea8", doubt: "#c98a1b", lit: "#1c2733" };
const timelineOf = (talk) => {
  const box = talk.at(".track"), canvas = box.querySelector("canvas");
  let lit = new Set();
  const draw = () => {
    const wide = box.clientWidth, high = box.clientHeight, ratio = window.devicePixelRatio || 1;
    if (!wide || !talk.shown) return;
    canvas.width = wide * ratio; canvas.height = high * ratio;
    const pen = canvas.getContext("2d"), whole = talk.player.length() || Math.max(1, ...talk.shown.said.map((u) => u.end));
    pen.scale(ratio, ratio);
    pen.clearRect(0, 0, wide, high);
    const lane = high / 2;
    for (const u of talk.shown.said) {
      const left = (wide * u.start) / whole, width = Math.max(1.5, (wide * (u.end - u.start)) / whole);
      const top = u.speaker === "counselor" ? 0 : lane;
      pen.fillStyle = COLOURS[u.speaker] || "#8a97a3";
      pen.fillRect(left, top + 3, width, lane - 6);
      if (u.low || u.flags.length) { pen.fillStyle = COLOURS.doubt; pen.fillRect(left, top + lane - 4, width, 3); }
      if (lit.has(u.n)) { pen.strokeStyle = COLOURS.lit; pen.lineWidth = 2; pen.strokeRect(left, top + 2, width, lane - 4); }
    }
  };
  const watch = new ResizeObserver(draw);
  watch.observe(box);
  return { draw, light(numbers) { lit = new Set(numbers); draw(); }, end: () => watch.disconnect() };
};
