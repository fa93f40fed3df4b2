import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "../../lib/ui/define.ts";
import { Wgsl } from "../../lib/ui/wgsl.tsx";
import { shader, shaderFiles } from "../../shaders/mod.ts";

export const handler = define.handlers({
  GET({ params }) {
    const file = shaderFiles.find((name) => name === params.file);
    if (!file) throw new HttpError(404);
    return page({ file, code: shader(file) });
  },
});

/** The text of a kernel, to read beside its derivation. */
export default define.page<typeof handler>(({ data: { file, code } }) => (
  <article>
    <Head>
      <title>{`${file} · Nabla`}</title>
    </Head>
    <p class="kicker">Kernel</p>
    <h1 class="run-title">shaders/{file}</h1>
    <Wgsl file={file} code={code} />
  </article>
));
