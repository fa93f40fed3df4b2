import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { define, isApi } from "../lib/ui/define.ts";
import { StoreUnavailable, UnreadableRecord } from "../lib/ui/store/ask.ts";

interface Fault {
  status: number;
  title: string;
  text: string;
}

export const handler = define.handlers((ctx) => {
  const fault = faultOf(ctx.error);
  const { status, text } = fault;
  return isApi(ctx.url)
    ? Response.json({ error: text }, { status })
    : page(fault, { status });
});

/** What a request answers that ended in an error. */
export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>{`${data.title} · Nabla`}</title>
    </Head>
    <h1>{data.title}</h1>
    <p class="text">{data.text}</p>
    <p>
      Reload to try again, or go to the <a href="/">studies</a>.
    </p>
  </>
));

function faultOf(error: unknown): Fault {
  if (error instanceof StoreUnavailable) {
    return { status: 503, title: "No store to read", text: error.message };
  }
  if (error instanceof UnreadableRecord) {
    return { status: 422, title: "Unreadable record", text: error.message };
  }
  if (error instanceof HttpError && error.status < 500) {
    return {
      status: error.status,
      title: "Cannot answer this",
      text: error.message,
    };
  }
  console.error(error);
  return {
    status: error instanceof HttpError ? error.status : 500,
    title: "Something broke",
    text: "The server could not make this page; its log says why.",
  };
}
