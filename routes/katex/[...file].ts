import { HttpError } from "fresh";
import { define } from "../../lib/ui/define.ts";

const TYPES = { css: "text/css; charset=utf-8", woff2: "font/woff2" };

/** KaTeX's style sheet and fonts, straight from its npm package, so that no request leaves the machine. */
export const handler = define.handlers({
  async GET({ params }) {
    const name =
      /^(?:katex\.min\.(css)|fonts\/KaTeX_[A-Za-z0-9]+-[A-Za-z]+\.(woff2))$/
        .exec(params.file ?? "");
    if (!name) throw new HttpError(404);
    const base = import.meta.resolve("katex/dist/katex.min.css");
    const bytes = await read(new URL(name[0], base));
    return new Response(bytes, {
      headers: {
        "content-type": TYPES[(name[1] ?? name[2]) as keyof typeof TYPES],
        "cache-control": "public, max-age=86400",
      },
    });
  },
});

async function read(file: URL): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new HttpError(404);
    throw error;
  }
}
