// Mean of every window of an image, channel by channel; the padding counts as
// zeros, as torch.nn.functional.avg_pool2d does:
//
//   forward   y[n, r, c, k]  = (1/K) Σ over window (r, c) of x[n, ·, ·, k]
//   backward  dX[n, h, w, k] = (1/K) Σ dY of the windows over (h, w)
//
// K = kernelHeight · kernelWidth; x, dX [replicas, batch, height, width, channels];
// y, dY [replicas, batch, rows, columns, channels]. A Cell is a vec4f or an f32;
// windows.wgsl has the entry points.

@group(0) @binding(0) var<storage, read> x: array<Packed>;        // forward: the image
@group(0) @binding(1) var<storage, read_write> y: array<Packed>;  // forward: the means
@group(0) @binding(2) var<storage, read> dY: array<Packed>;       // backward: gradient of y
@group(0) @binding(3) var<storage, read_write> dX: array<Packed>; // backward: gradient of x
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn begin(value: Cell, first: u32) -> Cell { return Cell(0.0); }

fn take(sum: Cell, value: Cell, pixel: u32, inside: bool) -> Cell {
  return sum + select(Cell(0.0), value, inside);
}

fn finish(place: u32, sum: Cell) { y[place] = pack(scaled(sum)); }

fn given(window: u32, there: bool) -> Cell { return unpack(dY[window]); }

fn handedBack(gradient: Cell, pixel: u32, covers: bool) -> Cell {
  return select(Cell(0.0), gradient, covers);
}

fn scaled(sum: Cell) -> Cell { return sum * (1.0 / f32(kernelHeight * kernelWidth)); }
