const largest = ([a, b, c, d]) => (Math.hypot(a + d, c - b) + Math.hypot(a - d, b + c)) / 2;
const times = ([a, b, c, d], [p, q, r, s]) =>
  [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s];
const apply = ([a, b, c, d], x, y) => [a * x + b * y, c * x + d * y];

// The direction that M stretches most, as an angle.
function principal(M) {
  const [a, b, c, d] = M, across = 2 * (a * b + c * d), along = a * a + c * c - b * b - d * d;
  const alike = Math.hypot(across, along) < 1e-9 * M.reduce((sum, v) => sum + v * v, 0);
  return alike ? 0 : Math.atan2(across, along) / 2;
}

function eigenvalueSizes(W, det) {
  const half = Math.abs(W[0] + W[3]) / 2, inside = half ** 2 - det;
  const size = inside > 1e-9 ? half + Math.sqrt(inside) : Math.sqrt(det);
  return [size, det / size];
}

function compute({ s1, s2, angle, layers }) {
  const turn = angle * Math.PI / 180, u = Math.cos(turn), v = Math.sin(turn);
  const W = [s1 * u, -s2 * v, s1 * v, s2 * u], powers = [[1, 0, 0, 1]];
  for (let i = 1; i <= 12; i++) powers.push(times(W, powers[i - 1]));
  const k = powers.map((_, i) => i), large = powers.map(P => Math.log10(largest(P)));
  const product = k.map(i => i * Math.log10(s1 * s2)), M = powers[layers];
  const long = 10 ** large[layers], short = 10 ** (product[layers] - large[layers]);
  const way = principal(M), tip = apply(M, Math.cos(way), Math.sin(way));
  const side = [-tip[1] * short / long, tip[0] * short / long];
  const angles = Array.from({ length: 121 }, (_, i) => i * 2 * Math.PI / 120);
  const x = angles.map(Math.cos), y = angles.map(Math.sin);
  const image = angles.map((_, i) => apply(M, x[i], y[i]));
  const sizes = eigenvalueSizes(W, s1 * s2), rates = sizes.map(Math.log10);
  return {
    w11: W[0], w12: W[1], w21: W[2], w22: W[3],
    circle_x: x, circle_y: y, image_x: image.map(p => p[0]), image_y: image.map(p => p[1]),
    long_x: [-tip[0], tip[0]], long_y: [-tip[1], tip[1]],
    short_x: [-side[0], side[0]], short_y: [-side[1], side[1]],
    k, large, small: large.map((v, i) => product[i] - v),
    first: k.map(i => i * rates[0]), second: k.map(i => i * rates[1]),
    low: k.map(i => i * Math.log10(Math.min(s1, s2))),
    high: k.map(i => i * Math.log10(Math.max(s1, s2))),
    most: Math.max(s1, s2), growth: sizes[0], long, short,
    verdict: Math.abs(rates[0]) < 1e-9 ? "it holds" : rates[0] < 0 ? "it vanishes" : "it explodes",
  };
}
