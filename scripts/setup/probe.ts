/**
 * Whether there is a WebGPU adapter. On Linux only Vulkan's counts: OpenGL's
 * has too few storage buffers.
 */
export async function hasAdapter(): Promise<boolean> {
  const chosen = Deno.env.get("DENO_WEBGPU_BACKEND");
  // The graphics libraries complain on stderr where this is unset.
  if (!Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
  if (Deno.build.os === "linux" && !chosen) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
  }
  try {
    return await navigator.gpu?.requestAdapter() != null;
  } finally {
    if (!chosen) Deno.env.delete("DENO_WEBGPU_BACKEND");
  }
}

/**
 * The same, asked in a new thread: one that once found no driver goes on
 * finding none after the driver is installed.
 */
export async function hasAdapterNow(): Promise<boolean> {
  const worker = new Worker(import.meta.resolve("./probe_worker.ts"), {
    type: "module",
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    });
  } finally {
    worker.terminate();
  }
}
