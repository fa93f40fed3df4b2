import { useEffect, useState } from "preact/hooks";
import { type Place, placesIn } from "./find.ts";

/**
 * Lights a symbol wherever it stands on the page, in formulas and in figures
 * (elements with `data-symbol`), while the pointer is on one of its places,
 * or the arrow keys reach it in a focused formula. Absent without a script.
 */
export function SymbolLights() {
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    setTold("");
    return watch(document.querySelector("main")!, setTold);
  }, []);
  if (told === null) return null;
  return (
    <p class="meta">
      <span>
        Point at a symbol to see where else it stands; in a focused formula, ←
        and → do the same.
      </span>
      <span class="unseen" role="status">{told}</span>
    </p>
  );
}

/** Listens until the function it returns is called. */
function watch(main: Element, tell: (words: string) => void): () => void {
  const places = placesIn(main);
  const byElement = new Map(
    places.flatMap((place) =>
      place.elements.map((element) => [element, place] as const)
    ),
  );
  const light = (symbol: string | undefined) => {
    for (const element of main.querySelectorAll("[data-lit]")) {
      element.removeAttribute("data-lit");
    }
    if (symbol === undefined) return;
    const lit = places.filter((place) => place.symbol === symbol)
      .flatMap(({ elements }) => elements);
    const drawn = [...main.querySelectorAll<HTMLElement>("[data-symbol]")]
      .filter(({ dataset }) => dataset.symbol === symbol);
    for (const element of [...lit, ...drawn]) {
      element.setAttribute("data-lit", "");
    }
  };
  const symbolAt = (target: EventTarget | null) => {
    for (let at = target as Element | null; at; at = at.parentElement) {
      const symbol = at.getAttribute("data-symbol") ??
        byElement.get(at)?.symbol;
      if (symbol !== undefined) return symbol;
    }
  };
  const point = ({ target }: Event) => light(symbolAt(target));
  const walk = (event: KeyboardEvent) => {
    const formula = event.target as Element;
    if (!formula.matches(".formula")) return;
    if (event.key === "Escape") return light(undefined);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const inside = places.filter(({ elements: [letter] }) =>
      formula.contains(letter!)
    );
    if (step === undefined || inside.length === 0) return;
    event.preventDefault();
    const at = inside.findIndex(({ elements: [letter] }) =>
      letter!.hasAttribute("data-here")
    );
    const next = at < 0 && step < 0 ? inside.length - 1 : at + step;
    const place = inside[(next + inside.length) % inside.length]!;
    mark(main, place);
    light(place.symbol);
    const count = places.filter(({ symbol }) => symbol === place.symbol).length;
    tell(`${place.symbol}: ${count} ${count === 1 ? "place" : "places"}`);
  };
  const leave = () => {
    mark(main, undefined);
    light(undefined);
  };
  main.addEventListener("pointerover", point);
  main.addEventListener("pointerleave", leave);
  main.addEventListener("focusin", point);
  main.addEventListener("focusout", leave);
  main.addEventListener("keydown", walk as EventListener);
  return () => {
    main.removeEventListener("pointerover", point);
    main.removeEventListener("pointerleave", leave);
    main.removeEventListener("focusin", point);
    main.removeEventListener("focusout", leave);
    main.removeEventListener("keydown", walk as EventListener);
  };
}

/** Keeps in the page where the arrow keys are, and scrolls a wide formula there. */
function mark(main: Element, place: Place | undefined): void {
  main.querySelector("[data-here]")?.removeAttribute("data-here");
  const letter = place?.elements[0];
  letter?.setAttribute("data-here", "");
  letter?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
