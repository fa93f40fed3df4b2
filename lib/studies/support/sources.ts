/** The course documents the questions come from. */
import type { Source } from "../../study/page.ts";

const TITLES = {
  "000_7eb72d8e55c04f02.txt":
    "E. Ryu, Mathematical Foundations of Deep Neural Networks, spring 2024, homework 5",
  "001_35102b412228f68e.txt":
    "J. M. Lee, Mathematical Foundation of DNN, homework 5, solutions",
  "002_9fd8dd3d70aec9fc.txt":
    "J. Olson, IE 498, spring 2020, homework 5, solutions",
  "003_1cc81d9b549fbe26.txt": "6.S898 Deep Learning, fall 2023, homework 1",
  "004_9691515a21213583.txt":
    "NNDL2024: Neural network optimization and generalization, session 2",
};

/** A problem of one of the documents, named by its first three digits. */
export function source(document: string, problem: string): Source {
  const file = (Object.keys(TITLES) as (keyof typeof TITLES)[])
    .find((name) => name.startsWith(document));
  if (!file) {
    throw new RangeError(
      `Cannot cite document ${document}: known are ${
        Object.keys(TITLES).map((name) => name.slice(0, 3)).join(", ")
      }`,
    );
  }
  return { document: file, title: TITLES[file], problem };
}
