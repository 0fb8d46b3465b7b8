function logFactors(ws, activation) {
  const [f, df] = ACTIVATIONS[activation], found = [];
  let a = 1;
  for (const w of ws) {
    const z = w * a;
    found.unshift(Math.log10(Math.abs(w * df(z))));
    a = f(z);
  }
  return [0, ...found];
}

const cumulate = terms => { let sum = 0; return terms.map(v => sum += v); };

function fate(shift) {
  if (!Number.isFinite(shift)) return "exactly 0";
  if (Math.abs(shift) < .05) return "unchanged";
  return `${shift > 0 ? "+" : "−"}${Math.abs(shift).toFixed(1)} decades`;
}

function compute({ depth, weight, activation, back, odd }) {
  const ws = Array(depth).fill(weight);
  const alike = cumulate(logFactors(ws, activation));
  ws[depth - back] = odd;
  const factors = logFactors(ws, activation), gradients = cumulate(factors);
  const finite = v => Number.isFinite(v) ? v : NaN;
  const alive = gradients.filter(Number.isFinite).length;
  return {
    k: alike.map((_, i) => i), alike, gradients: gradients.map(finite),
    usual: factors.map((v, i) => i === back ? NaN : finite(v)),
    different: factors.map((v, i) => i === back || i === 0 ? finite(v) : NaN),
    edge: back - .5, gone: alive <= depth ? alive - .5 : NaN, end: depth + .5,
    layer: depth - back + 1,
    note: odd ? "" : ": its factor is 0, so it has no bar",
    fate_before: fate(gradients[depth] - alike[depth]),
    fate_after: fate(gradients[back - 1] - alike[back - 1]),
  };
}
