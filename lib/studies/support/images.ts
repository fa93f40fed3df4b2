/** The image sets of the studies. */
import { cifar10 } from "../../data/cifar10.ts";
import type { ImageSets } from "../../data/labelled.ts";
import { mnist } from "../../data/mnist.ts";
import type { ExperimentContext } from "../../train/experiment.ts";

/**
 * Loads a data set; the first use of CIFAR-10 fetches it.
 *
 * @throws {NablaError} If a file is missing or damaged
 */
export async function loadImages(
  ctx: Pick<ExperimentContext, "dataFolder" | "alive" | "log">,
  data: "mnist" | "cifar10",
): Promise<ImageSets> {
  const directory = ctx.dataFolder;
  let said = "";
  return data === "mnist" ? await mnist({ directory }) : await cifar10({
    directory,
    progress({ text }) {
      ctx.alive();
      const [what] = text.split(":");
      if (what !== said) ctx.log(said = what!);
    },
  });
}
