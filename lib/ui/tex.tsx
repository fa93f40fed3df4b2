import katex from "katex";

/** Longest formula that is rendered, in characters. */
const LONGEST = 10_000;
const REMEMBERED = 2_000;

const rendered = new Map<string, { html?: string; fault?: string }>();

/** A formula: HTML to look at and MathML to listen to, or the reason in red where it cannot be rendered. */
export function Tex(
  { tex, display = false }: { tex: string; display?: boolean },
) {
  const { html, fault } = render(String(tex), display);
  if (html === undefined) return <TexFault tex={String(tex)} fault={fault!} />;
  return (
    <span
      class={display ? "tex tex-display" : "tex"}
      // KaTeX escapes all text and, with trust off, makes no link or style of the reader's.
      // deno-lint-ignore react-no-danger
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

function TexFault({ tex, fault }: { tex: string; fault: string }) {
  const short = tex.length > 60 ? tex.slice(0, 60) + "…" : tex;
  return (
    <span class="tex-fault" role="note">
      Formula not shown: {fault}. <code>{short}</code>
    </span>
  );
}

function render(tex: string, display: boolean) {
  const key = (display ? "d" : "i") + tex;
  let result = rendered.get(key);
  if (!result) {
    result = attempt(tex, display);
    if (rendered.size >= REMEMBERED) rendered.clear();
    if (tex.length < LONGEST) rendered.set(key, result);
  }
  return result;
}

function attempt(tex: string, display: boolean) {
  if (tex.length > LONGEST) {
    return {
      fault: `it has ${tex.length} characters, at most ${LONGEST} are rendered`,
    };
  }
  try {
    return {
      html: katex.renderToString(tex, {
        displayMode: display,
        output: "htmlAndMathml",
        throwOnError: true,
        strict: "ignore",
        trust: false,
        maxExpand: 1000,
        maxSize: 50,
      }),
    };
  } catch (error) {
    // Besides ParseError: a RangeError where the parser's recursion ends.
    if (error instanceof RangeError) {
      return { fault: "it is nested too deeply" };
    }
    const message = error instanceof Error ? error.message : String(error);
    return {
      fault: message.replace(/^KaTeX parse error: /, "").slice(0, 200),
    };
  }
}
