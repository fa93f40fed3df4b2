// No momentum: the Cell that an optimizer moves along is the one it is given,
// v = d. Stands where momentum.wgsl would, and keeps no state.

fn withMomentum(at: u32, direction: Cell) -> Cell { return direction; }
