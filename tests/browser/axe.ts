import type { Page } from "playwright-core";

/** Rules that the page breaks, with the elements. */
export async function violations(page: Page): Promise<string[]> {
  // Imported here, as it reads the environment, which a bare test run may not.
  const { default: axe } = await import("axe-core");
  await page.evaluate(axe.source);
  // deno-lint-ignore no-explicit-any
  const result = await page.evaluate(() => (globalThis as any).axe.run());
  return result.violations.flatMap((
    { id, nodes }: { id: string; nodes: { html: string }[] },
  ) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
