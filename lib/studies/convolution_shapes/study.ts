import { z } from "zod";
import { equivarianceSection } from "./sections/equivariance.ts";
import { choicesSection, parameterSection } from "./sections/parameters.ts";
import { ceiling, sizeSection } from "./sections/size.ts";
import { volumeSection } from "./sections/volume.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** What comes out of a convolution, and what moves along with it? */
export const convolutionShapes = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "convolution-shapes",
  question:
    "How large is what comes out of a convolution, what does it need, and how does it follow a shift of its input?",
  config: z.strictObject({}),
}, {
  title: "Shapes of convolutions",
  source: [source("002", "section 5 (a) to (e)")],
  introduction: [
    "A convolution slides one small kernel over an image. Its output has as many pixels as there are places for the kernel, its parameters are those of the kernel alone, and when the image moves, the output moves along, up to the border and the stride.",
    "Left sides of the lines below come from the definition in float64. The run checks the same on the GPU: the size of the output of random convolutions, shifted images bit by bit, and convolutions of volumes forward and backward.",
  ],
  sections: [
    sizeSection,
    parameterSection,
    equivarianceSection,
    choicesSection,
    volumeSection,
  ],
  errata: [ceiling],
  figures: [
    {
      id: "shift-error",
      title: "Convolving a shifted image",
      caption:
        "Largest difference between the output for an image shifted by $t$ pixels and the shifted output, relative to the largest output, away from the border, on the GPU. Zero means equal in every bit. For shifts that the stride does not divide, the better of both neighbouring shifts of the output is taken.",
      kind: "sizes",
      series: [
        "stride1.difference",
        "stride2.difference",
        "stride3.difference",
      ],
      names: ["stride 1", "stride 2", "stride 3"],
      x: { label: "shift t (pixels)", scale: "linear" },
      y: { label: "relative difference", scale: "log" },
    },
    {
      id: "border-error",
      title: "The same with the border",
      caption:
        "Over all outputs that both have. At stride 1 the last windows read padding where, before the shift, they read pixels that have now left the image; at strides 2 and 3 the last window of this image ends before the padding.",
      kind: "sizes",
      series: ["stride1.border", "stride2.border", "stride3.border"],
      names: ["stride 1", "stride 2", "stride 3"],
      x: { label: "shift t (pixels)", scale: "linear" },
      y: { label: "relative difference", scale: "log" },
    },
  ],
  claims: [
    {
      sentence:
        "The output has the size that the floor gives; the ceiling is wrong wherever the stride does not divide.",
      by: ["sizes", "the ceiling"],
    },
    {
      sentence:
        "Away from the border a convolution follows every shift that its stride divides, to the last bit, and no other.",
      by: ["equivariance", "where stride breaks it"],
    },
    {
      sentence: "Convolution of volumes is right forward and backward.",
      by: ["volumes"],
    },
  ],
});
