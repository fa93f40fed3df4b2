import { Builder } from "fresh/dev";
import { SHIPPED_FOLDER } from "../../lib/results/shipped/reader.ts";
import { setShippedFolder } from "../../lib/ui/store/ask.ts";
import { app } from "../../main.ts";

let handler: Promise<ReturnType<typeof app.handler>> | undefined;

/** The site's handler, built once, without the guard around it. */
export function siteHandler(): Promise<ReturnType<typeof app.handler>> {
  handler ??= (async () => {
    const root = new URL("../../", import.meta.url).href;
    (await new Builder({ root }).build())(app);
    return app.handler();
  })();
  return handler;
}

/** Runs `use` with `NABLA_DATA` naming a new folder, which is removed afterwards, and without the shipped runs unless they are asked for. */
export async function withDataFolder(
  use: (folder: string) => Promise<void>,
  { shipped = false } = {},
): Promise<void> {
  const before = Deno.env.get("NABLA_DATA");
  const folder = Deno.makeTempDirSync({ prefix: "nabla-test-" });
  Deno.env.set("NABLA_DATA", folder);
  if (!shipped) setShippedFolder(new URL(`file://${folder}/shipped/`));
  try {
    await use(folder);
  } finally {
    setShippedFolder(SHIPPED_FOLDER);
    if (before === undefined) Deno.env.delete("NABLA_DATA");
    else Deno.env.set("NABLA_DATA", before);
    Deno.removeSync(folder, { recursive: true });
  }
}
