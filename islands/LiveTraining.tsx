import { LiveTraining as Figure } from "../lib/ui/interactive/live_training.tsx";

const load = () => import("../lib/live/trainer.ts");

/** Training in the reader's browser. */
export function LiveTraining({ search }: { search: string }) {
  return <Figure search={search} load={load} />;
}
