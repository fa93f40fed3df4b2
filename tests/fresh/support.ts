import { Builder } from "fresh/dev";
import { app } from "./fixture/app.ts";

/** Builds the fixture site and returns its handler. */
export async function buildFixture(): Promise<ReturnType<typeof app.handler>> {
  const root = new URL("./fixture", import.meta.url).href;
  (await new Builder({ root }).build())(app);
  return app.handler();
}

/** Runs `use` with what is logged as an error kept off the console. */
export async function withErrors(
  use: (logged: unknown[]) => Promise<void>,
): Promise<void> {
  const { error } = console;
  const logged: unknown[] = [];
  console.error = (...args) => logged.push(args[0]);
  try {
    await use(logged);
  } finally {
    console.error = error;
  }
}
