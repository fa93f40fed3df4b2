import { page } from "fresh";
import { Head } from "fresh/runtime";
import { define, isApi } from "../lib/ui/define.ts";

export const handler = define.handlers((ctx) =>
  isApi(ctx.url)
    ? Response.json({ error: notFound(ctx.url) }, { status: 404 })
    : page({}, { status: 404 })
);

/** What an unknown address answers. */
export default define.page<typeof handler>(({ url }) => (
  <>
    <Head>
      <title>Not found · Nabla</title>
    </Head>
    <h1>Not found</h1>
    <p>{notFound(url)}</p>
    <p>
      See the <a href="/">studies</a> or the <a href="/runs">runs</a>.
    </p>
  </>
));

function notFound({ pathname }: URL): string {
  return `There is nothing at ${pathname.slice(0, 200)}.`;
}
