// Largest number of every window of an image, channel by channel:
//
//   forward   y[n, r, c, k]  = max over window (r, c) of x[n, ·, ·, k]
//   backward  dX[n, h, w, k] = Σ dY of the windows that chose (h, w)
//
// x, dX [replicas, batch, height, width, channels]; y, dY, winner
// [replicas, batch, rows, columns, channels]. Of equal numbers the first in
// memory order wins, a NaN wins over all, as torch.nn.functional.max_pool2d. A
// Cell is a vec4f or an f32; windows.wgsl has the entry points.

@group(0) @binding(0) var<storage, read> x: array<Packed>;             // forward: the image
@group(0) @binding(1) var<storage, read_write> y: array<Packed>;       // forward: the largest numbers
@group(0) @binding(2) var<storage, read_write> winner: array<PackedU>; // forward: row · width + column of the chosen pixel
@group(0) @binding(3) var<storage, read> chosen: array<PackedU>;       // backward: the same
@group(0) @binding(4) var<storage, read> dY: array<Packed>;            // backward: gradient of y
@group(0) @binding(5) var<storage, read_write> dX: array<Packed>;      // backward: gradient of x
@group(0) @binding(6) var<uniform> sizes: Sizes;

struct Taken { largest: Cell, pixel: CellU }

// Not −∞, which WGSL lets no constant be; where no number is larger, the first pixel stays chosen.
fn begin(value: Cell, first: u32) -> Taken { return Taken(value, CellU(first)); }

// Of the bits, as compilers may take x != x for false.
fn isNan(value: Cell) -> CellB { return (bitcast<CellU>(value) & CellU(0x7fffffffu)) > CellU(0x7f800000u); }

// A pixel that is not inside stands for one that was taken before, with all after it: no change.
fn take(taken: Taken, value: Cell, pixel: u32, inside: bool) -> Taken {
  let wins = (value > taken.largest) | isNan(value);
  return Taken(select(taken.largest, value, wins), select(taken.pixel, CellU(pixel), wins));
}

fn finish(place: u32, taken: Taken) {
  y[place] = pack(taken.largest);
  winner[place] = packU(taken.pixel);
}

struct Given { gradient: Cell, pixel: CellU }

fn given(window: u32, there: bool) -> Given {
  return Given(select(Cell(0.0), unpack(dY[window]), there), unpackU(chosen[window]));
}

// The chosen pixel lies in its window, so that nothing else need be asked.
fn handedBack(gift: Given, pixel: u32, covers: bool) -> Cell {
  return select(Cell(0.0), gift.gradient, gift.pixel == CellU(pixel));
}

fn scaled(sum: Cell) -> Cell { return sum; }
