/**
 * Symbols in what KaTeX drew: a letter with its accent, subscript and primes.
 * KaTeX marks letters as `mord` and sets scripts as a `vlist` behind them, the
 * subscript first; a list with a part below the line has the class `vlist-t2`.
 */

/** One place where a symbol stands. */
export interface Place {
  /** Equal for equal symbols, as in `v1`, `δi` or `W′`. */
  readonly symbol: string;
  /** The letter first, then the signs of its accent and subscript. */
  readonly elements: readonly Element[];
}

/** Every symbol in the formulas below `root`, in the order of the page. */
export function placesIn(root: ParentNode): Place[] {
  return [...root.querySelectorAll(".katex-html .mord")]
    .flatMap((element) => placeOf(element) ?? []);
}

/** The place of a letter; undefined for what is none, or is part of a subscript. */
function placeOf(letter: Element): Place | undefined {
  const isLetter = letter.children.length === 0 &&
    /^\p{L}$/u.test(textOf(letter));
  if (!isLetter || letter.closest(".text, .mop") || inSubscript(letter)) return;
  const accent = letter.closest(".katex-accent");
  const holder = accent ?? letter;
  const { sub, sup } = scriptsOf(holder);
  const primes = sup && /^′+$/.test(textOf(sup)) ? textOf(sup) : "";
  const hat = accent?.querySelector(".accent-body");
  return {
    symbol: textOf(letter) + (hat ? textOf(hat) : "") +
      (sub ? textOf(sub) : "") + primes,
    elements: [letter, ...signsOf(hat), ...signsOf(sub)],
  };
}

/** What stands below and above the line behind an element. */
function scriptsOf(holder: Element): { sub?: Element; sup?: Element } {
  const next = holder.nextElementSibling;
  const table = next?.classList.contains("msupsub")
    ? next.querySelector(".vlist-t")
    : null;
  if (!table) return {};
  const [first, second] = table.querySelector(".vlist")!.children;
  return table.classList.contains("vlist-t2")
    ? { sub: first, sup: second }
    : { sup: first };
}

/** What is written below an element; KaTeX's boxes around it have sizes of their own. */
function signsOf(element: Element | null | undefined): Element[] {
  return [...element?.querySelectorAll("*") ?? []]
    .filter((sign) => sign.children.length === 0 && textOf(sign) !== "");
}

function inSubscript(element: Element): boolean {
  const scripts = element.closest(".msupsub");
  if (!scripts?.previousElementSibling) return false;
  const { sub } = scriptsOf(scripts.previousElementSibling);
  return sub?.contains(element) ?? false;
}

function textOf(element: Element): string {
  return element.textContent.replaceAll(/[\s\u200b]/g, "");
}
