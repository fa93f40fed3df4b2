import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { channels } from "./vgg.ts";

/** The slice 0:2 leaves out the last channel. */
export const twoOfThreeChannels: Erratum = {
  claim:
    "$y_1[k,i,j]$ depends on $X[0{:}2,\\, i{-}2{:}i{+}3,\\, j{-}2{:}j{+}3]$, and $y_2$ and $y_3$ on the same slice of channels.",
  correct:
    "$X[0{:}3,\\, i{-}2{:}i{+}3,\\, j{-}2{:}j{+}3]$: a slice leaves its end out, as the same statement does with rows and columns, so $0{:}2$ names two channels. All three matter.",
  number:
    "The gradient of a unit with respect to $X$ is non-zero in 3 of 3 channels; 2 is off by a relative error of 0.333. (The last of the statements also writes $y_2$ where it speaks of $y_3$; its rows and columns are right.)",
  source: source("001", "section 4"),
  evidence: { claimed: channels(2), correct: channels(3) },
};
