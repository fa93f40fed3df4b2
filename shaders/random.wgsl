// Philox4x32-10: four random words for every counter and key, with nothing kept
// between them, so that any invocation of any step draws its own; lanes with
// different counters or keys draw independent numbers. Source: Salmon et al.
// 2011, Parallel random numbers: as easy as 1, 2, 3, SC'11. `multiplyHigh` comes
// from multiply_high.wgsl or multiply_high_64.wgsl.

fn randomWords(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    c = vec4u(
      multiplyHigh(0xCD9E8D57u, c.z) ^ c.y ^ k.x, 0xCD9E8D57u * c.z,
      multiplyHigh(0xD2511F53u, c.x) ^ c.w ^ k.y, 0xD2511F53u * c.x,
    );
    k += vec2u(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}
