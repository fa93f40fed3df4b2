/**
 * WGSL of convolutions: the tiles of the matrix product with loops over the taps
 * of a window around them. The fixed part stands in `conv.wgsl`.
 */
import {
  entryPoint,
  type GemmVariant,
  lastQuad,
  loadFour,
  tilePlace,
  tileText,
} from "./gemm.ts";

/** NT: where the window of an output pixel begins in the input; NN: where an input pixel lies over the output. */
const PLACES = {
  NT: `fn placeOf(p: u32) -> vec4i {
  let pixel = pixelOf(p, sizes.output);
  return vec4i(pixel.xyz * vec3i(sizes.stride.xyz) - vec3i(sizes.padding.xyz), pixel.w);
}

fn gather(place: vec4i, offset: vec3i) -> i32 {
  let source = place.xyz + offset;
  return select(-1, pixelAt(source, place.w, sizes.input), isInside(source, sizes.input));
}`,
  NN: `fn placeOf(p: u32) -> vec4i {
  let pixel = pixelOf(p, sizes.input);
  return vec4i(pixel.xyz + vec3i(sizes.padding.xyz), pixel.w);
}

fn gather(place: vec4i, offset: vec3i) -> i32 {
  let stride = vec3i(sizes.stride.xyz);
  let reached = place.xyz - offset;
  let source = reached / stride;
  let hit = all(source * stride == reached) && isInside(source, sizes.output)
    && all(reached >= vec3i(0));
  return select(-1, pixelAt(source, place.w, sizes.output), hit);
}`,
};

/** Four channels of a gathered pixel; zero outside and at or beyond k. */
const GATHERED = `fn aGathered(pixel: i32, k: u32) -> vec4f {
  let from_ = min(k, sizes.k - 1u);
  let at = baseA + u32(max(pixel, 0)) * sizes.k + from_;
  let terms = vec4u(k, k + 1u, k + 2u, k + 3u);
  let v = aFour(at, sizes.k - from_);
  return select(vec4f(0), v, (terms < vec4u(sizes.k)) & vec4<bool>(pixel >= 0));
}`;

/** The same where k is a multiple of four. */
const GATHERED_EXACT = `fn aGathered(pixel: i32, k: u32) -> vec4f {
  let v = aFour(baseA + u32(max(pixel, 0)) * sizes.k + k, 4u);
  return select(vec4f(0), v, pixel >= 0);
}`;

/** NT: four input channels of a weight's tap; NN: four neighbours in its channels. */
const WEIGHTS = {
  NT: `fn bAlongK(row: u32, k: u32) -> vec4f {
  let from_ = min(k, sizes.k - 1u);
  let terms = vec4u(k, k + 1u, k + 2u, k + 3u);
  return select(vec4f(0), bFour(row + tapB + from_, sizes.k - from_), terms < vec4u(sizes.k));
}`,
  NN: `fn bPlace(column: u32, term: u32) -> u32 { return column; }

fn bAcrossK(column: u32, term: u32, k: u32) -> vec4f {
  let at = baseB + min(k + term, sizes.k - 1u) * rowB + tapB + column;
  return select(vec4f(0), bFour(at, sizes.n - column), k + term < sizes.k);
}`,
};

/** The same where k, and for NN the input channels, are multiples of four. */
const WEIGHTS_EXACT = {
  NT:
    `fn bAlongK(row: u32, k: u32) -> vec4f { return bFour(row + tapB + k, 4u); }`,
  NN:
    `fn bPlace(column: u32, term: u32) -> u32 { return baseB + term * rowB + column; }

fn bAcrossK(place: u32, term: u32, k: u32) -> vec4f {
  return bFour(place + k * rowB + tapB, 4u);
}`,
};

/**
 * TN: four channels of dY and of x at the `term`-th pixel from k on of a plane;
 * zero beyond its end, where other pixels are read and not used.
 */
const PLANES =
  `// Where the pixels that a tap reaches begin in dY and x; how many are in a row of theirs, and in all.
var<private> planeA: u32;
var<private> planeB: u32;
var<private> across: u32;
var<private> perRow: f32; // 1 / across
var<private> count: u32;

// Row and column of a pixel; exact for fewer than 2^20 of them.
fn inPlane(pixel: u32) -> vec2u {
  let row = u32((f32(pixel) + 0.5) * perRow);
  return vec2u(row, pixel - row * across);
}

fn aPlace(column: u32, term: u32) -> u32 { return baseA + column; }

fn aAcrossK(place: u32, term: u32, k: u32) -> vec4f {
  let p = inPlane(k + term);
  let at = (planeA + p.x * sizes.output.z + p.y) * sizes.m + place;
  return select(vec4f(0), aFour(at, baseA + sizes.m - place), k + term < count);
}

fn bPlace(column: u32, term: u32) -> u32 { return baseB + column; }

fn bAcrossK(place: u32, term: u32, k: u32) -> vec4f {
  let p = inPlane(k + term) * sizes.stride.yz;
  let at = (planeB + p.x * sizes.input.z + p.y) * sizes.n + place;
  return select(vec4f(0), bFour(at, baseB + sizes.n - place), k + term < count);
}`;

const BASES = `prepare();
baseA = replica * sizes.replicaA;
baseB = replica * sizes.replicaB;`;

function gatheredMain(layout: "NT" | "NN", variant: GemmVariant): string {
  const { tile, loadB } = variant;
  const text = tileText({ ...variant, gathered: true });
  return entryPoint(
    tile,
    `replica = group.z;
${BASES}
baseC = replica * sizes.m * sizes.n;
let taps = tapCount();
rowB = ${layout === "NT" ? "sizes.k" : "sizes.n"} * taps;
${tilePlace(tile)}
${layout === "NN" ? lastQuad("n", loadB) : ""}
${text.setup}
for (var tap = 0u; tap < taps; tap++) {
let offset = offsetOf(tap);
tapB = tap * ${layout === "NT" ? "sizes.k" : "sizes.n"};
${text.perTap}
${text.loop("0u", "sizes.k")}
}
${text.finish}`,
  );
}

/** The box of the output whose window reaches into the input, for one tap: from `low` to before `high`. */
function planeMain(variant: GemmVariant): string {
  const { tile, loadA, loadB } = variant;
  const text = tileText({ ...variant, gathered: false });
  // All invocations must see that they meet at a barrier: a private variable does not tell.
  const pixels = tile.engine === "workgroup"
    ? "u32(high.y - low.y) * u32(high.z - low.z)"
    : "count";
  return entryPoint(
    tile,
    `let taps = tapCount();
let tap = group.z % taps;
let part = group.z / taps;
replica = part / sizes.splits;
${BASES}
baseC = part * sizes.m * sizes.n * taps;
tapB = tap * sizes.n;
let stride = vec3i(sizes.stride.xyz);
let shift = offsetOf(tap) - vec3i(sizes.padding.xyz);
let low = max(vec3i(0), (stride - 1 - shift) / stride);
let high = clamp((vec3i(sizes.input.xyz) - 1 - shift + stride) / stride, low, max(low, vec3i(sizes.output.xyz)));
across = u32(high.z - low.z);
perRow = 1.0 / f32(across);
count = u32(high.y - low.y) * across;
let firstImage = i32((part % sizes.splits) * sizes.chunk);
let endImage = min(firstImage + i32(sizes.chunk), i32(sizes.images));
${tilePlace(tile)}
${lastQuad("m", loadA)}
${lastQuad("n", loadB)}
${text.setup}
for (var image = firstImage; image < endImage; image++) {
for (var z = low.x; z < high.x; z++) {
let corner = vec3i(z, low.yz);
planeA = u32(pixelAt(corner, image, sizes.output));
planeB = u32(pixelAt(corner * stride + shift, image, sizes.input));
${text.loop("0u", pixels)}
}
}
${text.finish}`,
  );
}

/** WGSL of the loads and the entry point of a variant; what must stand beside it is listed at `gemmMain`. */
export function convMain(variant: GemmVariant): string {
  const { layout, loadA, loadB, exactK } = variant;
  const loads = [loadFour("a", loadA), loadFour("b", loadB)];
  const parts = layout === "TN" ? [PLANES, planeMain(variant)] : [
    PLACES[layout],
    exactK ? GATHERED_EXACT : GATHERED,
    (exactK && loadB !== "f32" ? WEIGHTS_EXACT : WEIGHTS)[layout],
    gatheredMain(layout, variant),
  ];
  return [...loads, ...parts].join("\n\n") + "\n";
}
