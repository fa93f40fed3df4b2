/** Keeps the driver of the GPU in memory. */

/**
 * Loads the driver in this thread, for as long as the process lives. A process
 * that ends while a worker that used the GPU is being torn down otherwise runs
 * exit handlers of a driver that has just been unloaded, and crashes: seen with
 * Mesa 22.3.6 and Deno 2.9.6 in one of ten runs.
 */
export async function keepDriverLoaded(): Promise<void> {
  await navigator.gpu?.requestAdapter();
}
