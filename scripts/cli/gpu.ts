/** The GPU of a command that does with and without one. */
import { SetupError } from "../../lib/core/errors.ts";
import { type Gpu, openGpu } from "../../lib/gpu/mod.ts";

/** The GPU, opened as `openGpu()` does; `null` where there is no adapter. */
export async function openIfThere(
  ...options: Parameters<typeof openGpu>
): Promise<Gpu | null> {
  try {
    return await openGpu(...options);
  } catch (error) {
    if (error instanceof SetupError) return null;
    throw error;
  }
}
