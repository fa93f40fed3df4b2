// Cells i, i + 1, … of an array that one invocation works on, from EACH · lane on:
// on CPUs it costs as much as a load to start a lane, and neighbours share the
// lines of a cache. A Cell is a vec4f or an f32, see lib/nn/op/cells.ts.

const EACH = 4u;

fn firstCell(id: vec3u, groups: vec3u) -> u32 {
  return EACH * (id.y * groups.x * 64u + id.x);
}
