// Two channels to two ears, as they were recorded; or mixed for both, or one of them alone. How much of left and right
// goes to the left ear and to the right one:
const EARS = {
  apart: ["나눠서", [1, 0, 0, 1]], mixed: ["섞어서", [0.7, 0.7, 0.7, 0.7]], first: ["채널 1만", [1, 0, 1, 0]], second: ["채널 2만", [0, 1, 0, 1]],
};
const KEPT_EARS = "bo-talk-ears";
const earsOf = (box, audio) => {
  const label = box.querySelector(".ears"), choice = label.querySelector("select");
  let gains = null, context = null;
  choice.append(...Object.entries(EARS).map(([key, [name]]) => el("option", { value: key, text: name })));
  try { const kept = localStorage.getItem(KEPT_EARS); choice.value = kept in EARS ? kept : "apart"; } catch { choice.value = "apart"; }
  // Made only where somebody wants it otherwise than recorded, and once: the sound goes through it from then on.
  const make = () => {
    context = new AudioContext();
    const source = context.createMediaElementSource(audio), split = context.createChannelSplitter(2), both = context.createChannelMerger(2);
    source.connect(split);
    gains = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([from, to]) => {
      const gain = context.createGain();
      split.connect(gain, from);
      gain.connect(both, 0, to);
      return gain;
    });
    both.connect(context.destination);
  };
  const set = () => {
    if (!gains && (label.hidden || choice.value === "apart")) return;
    if (!gains) make();
    const wanted = EARS[label.hidden ? "apart" : choice.value][1];
    gains.forEach((gain, i) => { gain.gain.value = wanted[i]; });
    if (context.state === "suspended") context.resume();
  };
  choice.onchange = () => { try { localStorage.setItem(KEPT_EARS, choice.value); } catch { /* kept for now only */ } set(); choice.blur(); };
  return { set, show(channels) { label.hidden = channels !== 2; }, end() { if (context) context.close(); } };
};
