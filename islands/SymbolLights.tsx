import { SymbolLights as View } from "../lib/ui/symbols/lights.tsx";

/** Lights a symbol wherever it stands on the page. */
export function SymbolLights() {
  return <View />;
}
