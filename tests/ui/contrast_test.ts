import assert from "node:assert/strict";
import style from "../../static/style.css" with { type: "text" };

/** Custom properties of the style sheet's colours, in light and in dark. */
function palettes(): Record<"light" | "dark", Record<string, string>> {
  const blocks = [...style.matchAll(/:root \{(.*?)\}/gs)].slice(0, 2);
  const [light, dark] = blocks.map(([, body]) =>
    Object.fromEntries(
      [...body!.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)]
        .map(([, name, value]) => [name!, value!]),
    )
  );
  return { light: light!, dark: dark! };
}

/** Relative luminance, WCAG 2.2. */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

for (const [scheme, colors] of Object.entries(palettes())) {
  Deno.test(`the ${scheme} palette is legible: text 4.5:1, curves 3:1`, () => {
    const names = Object.keys(colors);
    assert.ok(names.filter((name) => name.startsWith("series-")).length === 8);
    for (const back of ["page", "panel"]) {
      for (const name of ["ink", "quiet", "link", "good", "bad", "fault"]) {
        const ratio = contrast(colors[name]!, colors[back]!);
        assert.ok(ratio >= 4.5, `${name} on ${back}: ${ratio.toFixed(2)}`);
      }
    }
    for (const name of names.filter((name) => name.startsWith("series-"))) {
      const ratio = contrast(colors[name]!, colors.page!);
      assert.ok(ratio >= 3, `${name}: ${ratio.toFixed(2)}`);
    }
  });
}
