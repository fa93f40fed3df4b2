import { z } from "zod";
import { twoOfThreeChannels } from "./sections/erratum.ts";
import { recursionSection } from "./sections/recursion.ts";
import { vggSection } from "./sections/vgg.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Which pixels does a unit see? */
export const receptiveField = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "receptive-field",
  question: "Which pixels of the image does a unit of VGG16 depend on?",
  config: z.strictObject({}),
}, {
  title: "What a unit sees",
  source: [source("000", "problem 4"), source("001", "section 4")],
  introduction: [
    "The receptive field of a unit is the set of input pixels that its value depends on. It follows from kernel, stride and padding of the layers before it, and from nothing else: neither weights nor the number of channels matter.",
    "The experiment measures it. It takes units at the corners, in the middle and at random places, and asks the GPU for the gradient of each with respect to the image; the pixels where it is not zero are what the unit sees.",
  ],
  sections: [recursionSection, vggSection],
  errata: [twoOfThreeChannels],
  figures: [
    {
      id: "receptive-field-profile",
      title: "How strongly it sees them",
      caption:
        "Size of the gradient of the unit at the middle of $y_1$, $y_2$ and $y_3$ along the row of pixels through the middle of what it sees, summed over the three channels and over four images; positive weights. Outside of 5, 6 and 16 pixels it is exactly zero, and within them the middle counts most.",
      kind: "sizes",
      series: ["profile.y1", "profile.y2", "profile.y3"],
      names: ["y₁", "y₂", "y₃"],
      x: { label: "column of the image", scale: "linear" },
      y: { label: "size of the gradient", scale: "log" },
    },
    {
      id: "receptive-field-pixels",
      title: "Pixels seen, measured and derived",
      caption:
        "Each unit's number of pixels with a gradient in any of the four images and three channels, against the number that the formula gives, cut off at the border. On the diagonal they agree.",
      kind: "scatter",
      series: [
        "derived.y1",
        "measured.y1",
        "derived.y2",
        "measured.y2",
        "derived.y3",
        "measured.y3",
      ],
      names: ["y₁", "y₂", "y₃"],
      x: { label: "pixels by the formula", scale: "linear" },
      y: { label: "pixels measured", scale: "linear" },
    },
  ],
  claims: [{
    sentence:
      "Every unit that was tried sees exactly the pixels that the formula names, in all three channels, corners included.",
    by: ["support of the gradient"],
  }],
});
