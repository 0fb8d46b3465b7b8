// The powers of [[a, c], [0, b]] stay triangular: [[p, q], [0, r]].
function compute({ a, b, c }) {
  const norms = [], radius = Math.max(a, b);
  let p = 1, q = 0, r = 1;
  for (let i = 0; i <= 60; i++) {
    norms.push((Math.hypot(p + r, q) + Math.hypot(p - r, q)) / 2);
    [p, q, r] = [a * p, a * q + c * r, b * r];
  }
  const most = Math.max(...norms), top = norms.findIndex(v => v >= most * (1 - 1e-9));
  const large = norms.findLastIndex(v => v >= 1 - 1e-9);
  return {
    k: norms.map((_, i) => i), norms, powers: norms.map((_, i) => radius ** i), radius,
    top, peak: norms[top], top_at: [top], peak_at: [norms[top]],
    below: top > 0 && large < 60 ? large + 1 : NaN,
    story: top === 0 ? (norms[60] < 1 - 1e-9 ? "falls from the start" : "stays")
      : radius < 1 ? "first grows" : "grows and never fades",
  };
}
