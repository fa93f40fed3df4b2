// ⌊a · b / 2³²⌋, the upper half of a product, where lanes have 64-bit integers;
// elsewhere multiply_high.wgsl stands in its place.

fn multiplyHigh(a: u32, b: u32) -> u32 { return u32(u64(a) * u64(b) >> 32u); }
