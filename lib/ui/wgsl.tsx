/** Kinds of words in WGSL; the first that matches counts. */
const KINDS = {
  comment: String.raw`\/\/[^\n]*|\/\*[^]*?\*\/`,
  attribute: String.raw`@\w+`,
  keyword: String
    .raw`\b(?:fn|let|var|const|override|struct|return|if|else|for|while|loop|break|continue|switch|case|default|alias|enable)\b`,
  type: String
    .raw`\b(?:f32|f16|i32|u32|bool|array|atomic|ptr|vec[234][fiuh]?|mat[234]x[234][fh]?)\b`,
};

const PATTERN = new RegExp(
  Object.entries(KINDS).map(([kind, text]) => `(?<${kind}>${text})`).join("|"),
  "g",
);

/** The text of a kernel with comments, keywords, types and attributes set apart. */
export function Wgsl({ file, code }: { file: string; code: string }) {
  return (
    <pre class="wgsl" tabIndex={0} aria-label={`Text of ${file}`} role="region">
      <code>{piecesOf(code)}</code>
    </pre>
  );
}

function piecesOf(code: string) {
  const pieces = [];
  let end = 0;
  for (const match of code.matchAll(PATTERN)) {
    const [kind] = Object.entries(match.groups!)
      .find(([, text]) => text !== undefined)!;
    pieces.push(code.slice(end, match.index));
    pieces.push(<span class={`wgsl-${kind}`}>{match[0]}</span>);
    end = match.index + match[0].length;
  }
  return [...pieces, code.slice(end)];
}
