import { SetupError } from "../../lib/core/errors.ts";
import { type Gpu, openGpu } from "../../lib/gpu/mod.ts";
import { type Needs, testWith } from "./permissions.ts";

/** Whether REQUIRE_GPU=1 says that a missing adapter is a failure. */
function required(): boolean {
  const env = { name: "env", variable: "REQUIRE_GPU" } as const;
  return Deno.permissions.querySync(env).state === "granted" &&
    Deno.env.get("REQUIRE_GPU") === "1";
}

async function open(): Promise<Gpu | null> {
  try {
    return await openGpu();
  } catch (error) {
    if (!(error instanceof SetupError) || required()) throw error;
    return null;
  }
}

/** The GPU of this test process, opened once; `null` where there is no adapter. */
export const gpu: Gpu | null = await open();

/** Registers a test that needs the GPU, and permissions if it reads data; skipped, and named so, where they are missing. */
export function testGpu(
  name: string,
  test: (gpu: Gpu, t: Deno.TestContext) => void | Promise<void>,
  needs: Needs = {},
): void {
  if (gpu) return testWith(needs, name, (t) => test(gpu, t));
  Deno.test({
    name: `${name} (needs a WebGPU adapter: deno task setup)`,
    ignore: true,
    fn() {},
  });
}
