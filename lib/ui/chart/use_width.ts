import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Reports the width of an element in whole pixels, first and whenever it changes; true once it did. */
export function useWidth(
  element: RefObject<HTMLElement>,
  report: (width: number) => void,
): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let last = 0;
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry!.contentRect.width);
      if (width === last || width < 50) return;
      last = width;
      report(width);
      setReady(true);
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return ready;
}
