// Controls: native inputs with a name. `move` hands a new value on; `hold` says that a drag runs.
let count = 0;

function makeControl(control, model, { move, hold, awake }) {
  const row = document.createElement("div"), id = `vg-${++count}-${Math.random().toString(36).slice(2)}`;
  row.className = "vg-control";
  row.innerHTML = `<label for="${id}">${escaped(control.label)}</label>`;
  const parts = INPUTS[control.kind](control, move, hold, awake);
  parts.input.id = id;
  for (const part of parts.all) part.dataset.lmSuppressShortcuts = "true";
  row.append(...parts.all);
  if (parts.output) row.append(parts.output);
  const show = () => parts.show(model.get(control.name));
  model.on(`change:${control.name}`, show);
  show();
  return { row, stop() { model.off(`change:${control.name}`, show); parts.stop?.(); } };
}

const element = (tag, fields) => Object.assign(document.createElement(tag), fields);

// A slider counts its positions 0, 1, 2, …; a log slider multiplies by the same factor each time.
const toValue = (c, i) => Math.min(c.max, c.log ? c.min * 10 ** (i * c.step)
  : +(c.min + i * c.step).toFixed(8 + decimals(c)));
const toIndex = (c, v) => c.log ? Math.log10(v / c.min) / c.step : (v - c.min) / c.step;
const last = c => Math.floor(toIndex(c, c.max) + 1e-9);
// As many decimals as the step and the first stop have, up to one past the first digit of the step.
const decimals = c => Math.ceil(Math.max(1, 1 - Math.log10(c.step)));
const shown = (c, v) => number(v, c.log ? ".3g" : `.${Math.max(...[c.min, c.step].map(v =>
  /(\d*?)0*$/.exec(v.toFixed(decimals(c)))[1].length))}f`);

const INPUTS = {
  Slider(c, move, hold) {
    const input = element("input", { type: "range", min: 0, max: last(c), step: 1 });
    const output = element("output", {});
    input.oninput = () => move(c.name, toValue(c, +input.value));
    input.onpointerdown = () => hold(true);
    input.onpointerup = input.onpointercancel = () => hold(false);
    const show = v => {
      if (Math.round(toIndex(c, v)) !== +input.value) input.value = Math.round(toIndex(c, v));
      output.textContent = shown(c, v);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    return { input, output, all: [input], show };
  },
  Play(c, move, hold, awake) {
    const slider = INPUTS.Slider(c, move, hold), button = element("button", { type: "button" });
    let timer = null;
    const run = on => {
      clearInterval(timer);
      timer = on ? setInterval(step, c.interval) : null;
      button.textContent = on ? "❚❚" : "▶";
      button.setAttribute("aria-label", `${on ? "Pause" : "Play"} ${c.label}`);
      hold(on);
    };
    const step = () => {
      if (!awake()) return;
      if (+slider.input.value >= last(c)) return run(false);
      move(c.name, toValue(c, +slider.input.value + 1));
    };
    button.onclick = () => {
      if (timer === null && +slider.input.value >= last(c)) move(c.name, c.min);
      run(timer === null);
    };
    run(false);
    return { ...slider, all: [button, slider.input], stop: () => clearInterval(timer) };
  },
  Choice(c, move) {
    const input = element("select", {});
    input.append(...c.options.map(value => element("option", { value, textContent: value })));
    input.onchange = () => move(c.name, input.value);
    return { input, all: [input], show: v => { input.value = v; } };
  },
  Toggle(c, move) {
    const input = element("input", { type: "checkbox" });
    input.onchange = () => move(c.name, input.checked);
    return { input, all: [input], show: v => { input.checked = v; } };
  },
};
