function compute({ depth, weight, activation }) {
  const [f, df] = ACTIVATIONS[activation], factors = [];
  let a = 1;
  for (let l = 1; l <= depth; l++) {
    const z = weight * a;
    factors.push(weight * df(z));
    a = f(z);
  }
  const decades = factors.map(v => Math.log10(Math.abs(v)));
  const rate = decades.reduce((sum, v) => sum + v, 0) / depth;
  const k = Array.from({ length: depth + 1 }, (_, i) => i);
  let product = 1;
  const measured = k.map(i => {
    if (i > 0) product = Math.fround(product * Math.fround(factors[depth - i]));
    const log = Math.log10(Math.abs(product));
    return Number.isFinite(log) ? log : NaN;
  });
  const last = measured.filter(v => !Number.isNaN(v)).length - 1;
  return {
    k, measured, rate, predicted: k.map(i => i * decades[depth - 1]), total: rate * depth,
    verdict: last < depth ? `float32 loses it after ${last} layers`
      : Math.abs(rate * depth) < 1 ? "it arrives" : rate < 0 ? "it vanishes" : "it explodes",
  };
}
