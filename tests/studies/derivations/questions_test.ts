import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { studies } from "../../../lib/studies/mod.ts";
import { testWith } from "../../support/permissions.ts";
import { siteHandler, withDataFolder } from "../../support/site.ts";

/** Where each question of the course documents is answered: `study#section`, one or more. */
const ANSWERS: Record<string, string[]> = {
  "000, problem 1": ["backprop-mlp#recursion", "backprop-mlp#sweep"],
  "000, problem 2": [
    "vanishing-gradients#jacobians",
    "vanishing-gradients#small",
  ],
  "000, problem 3": ["momentum-forms#induction"],
  "000, problem 4": ["receptive-field#vgg16"],
  "000, problem 5": ["inception-cost#saving"],
  "000, problem 5 (i)": ["inception-cost#parameters"],
  "000, problem 5 (ii)": ["inception-cost#operations"],
  "000, problem 6": [
    "label-memorization#capacity",
    "label-memorization#test-error",
  ],
  "002, section 1 (a)": ["backprop-mlp#regression"],
  "002, section 1 (b)": ["backprop-mlp#descent"],
  "002, section 2 (a)": ["local-minima#symmetry"],
  "002, section 2 (b)": ["universal-approximation#existence"],
  "002, section 2 (c)": ["vanishing-gradients#jacobians"],
  "002, section 2 (e)": ["learning-rate-schedules#conditions"],
  "002, section 2 (f) (i)": ["regularization#dropout"],
  "002, section 2 (f) (ii)": ["regularization#penalty"],
  "002, section 3 (a)": ["rmsprop#update"],
  "002, section 3 (b)": ["rmsprop#grounds"],
  "002, section 4 (a)": [
    "normalization#forward",
    "normalization#backward",
    "normalization#running",
  ],
  "002, section 4 (b)": ["normalization#layer", "normalization#company"],
  "002, section 4 (c)": ["initialization#layers"],
  "002, section 4 (d)": ["initialization#zero"],
  "002, section 4 (e)": ["local-minima#averaging"],
  "002, section 5 (a)": ["convolution-shapes#size"],
  "002, section 5 (b)": [
    "convolution-shapes#sharing",
    "convolution-shapes#equivariance",
  ],
  "002, section 5 (c)": ["convolution-shapes#choices"],
  "002, section 5 (d)": ["convolution-shapes#size"],
  "002, section 5 (e)": ["convolution-shapes#volume"],
  "002, section 6 (b)": ["backprop-cost#batch", "backprop-cost#formula"],
  "003, question 1": ["relu-networks#shapes"],
  "003, question 2": ["relu-networks#shapes"],
  "003, question 3": ["relu-networks#convexity"],
  "003, question 4 (a)": ["relu-networks#kinks"],
  "003, question 4 (b)": ["relu-networks#kinks"],
  "003, question 4 (c) i": ["relu-networks#kinks"],
  "003, question 4 (c) ii": ["relu-networks#kinks"],
  "003, question 4 (c) iii": ["relu-networks#depth"],
  "003, question 4 (c) iv": ["relu-networks#depth"],
  "003, question 4 (d)": ["relu-networks#tanh"],
  "003, question 5": ["relu-networks#no-bias"],
  "003, question 6": ["parameter-landscape#neither"],
  "003, question 7 (a)": ["logic-gates#or"],
  "003, question 7 (b)": ["logic-gates#xor"],
  "003, question 7 (c)": ["logic-gates#nand"],
  "003, question 8 (a)": ["shared-weight-gradient#indices"],
  "003, question 8 (b)": ["shared-weight-gradient#matrices"],
  "003, question 10 (a)": ["cifar10-classification#linear"],
  "003, question 10 (b)": ["cifar10-classification#linear"],
  "003, question 10 (c)": ["cifar10-classification#relu"],
  "003, question 10 (d)": ["cifar10-classification#loss"],
  "003, question 11": ["cifar10-classification#training"],
  "003, question 12": ["cifar10-classification#curves"],
  "003, question 13": [
    "cifar10-classification#fitting",
    "universal-approximation#training-accuracy",
  ],
  "003, question 14": ["cifar10-classification#crops"],
  "003, question 15": ["cifar10-classification#curves"],
  "004, exercise 1 (a)": ["computational-graph#forward"],
  "004, exercise 1 (b)": ["computational-graph#forward"],
  "004, exercise 1 (c)": ["computational-graph#backward"],
  "004, exercise 1 (d)": ["computational-graph#closed"],
  "004, exercise 2 (a)": ["backprop-cost#passes"],
  "004, exercise 2 (b)": ["backprop-cost#passes"],
  "004, exercise 2 (c)": ["backprop-cost#operations"],
  "004, exercise 3 (a)": ["initialization#neuron"],
  "004, exercise 3 (b)": ["initialization#neuron"],
  "004, exercise 3 (c)": ["initialization#layers"],
  "004, exercise 3 (d)": ["initialization#layers"],
  "004, exercise 3 (e)": ["initialization#smoothness"],
  "004, computer assignment 1 (b)": ["double-descent#optimum"],
  "004, computer assignment 1 (c)": ["double-descent#threshold"],
  "004, computer assignment 1 (d)": ["double-descent#peak"],
  "004, computer assignment 2 (c)": [
    "implicit-regularization#norms",
    "implicit-regularization#modified-loss",
  ],
  "004, computer assignment 2 (d)": ["implicit-regularization#weight-decay"],
};

/** Words and letters of a question, as in 003, question, 4, c, iv. */
const parts = (text: string) => text.match(/[a-z0-9]+/g)!;

for (const [question, places] of Object.entries(ANSWERS)) {
  Deno.test(`${question} is answered where the table says`, () => {
    for (const place of places) {
      const [id, sectionId] = place.split("#");
      const study = studies.find((one) => one.id === id);
      const section = study?.sections.find((one) => one.id === sectionId);
      assert.ok(section?.answers, `${place} says that it answers nothing`);
      const said = parts(section.answers.replace(/questions\b/, "question"));
      assert.deepEqual(
        parts(question).filter((part) => !said.includes(part)),
        [],
        `${place} answers ${section.answers}`,
      );
    }
  });
}

Deno.test("every section that answers a question is in the table", () => {
  const known = new Set(Object.values(ANSWERS).flat());
  for (const { id, sections } of studies) {
    for (const section of sections) {
      // 001 holds solutions to the questions of 000.
      if (!section.answers || /^001/.test(section.answers)) continue;
      assert.ok(known.has(`${id}#${section.id}`), `${id}#${section.id}`);
    }
  }
});

testWith(
  { read: true, write: true, env: true, run: true },
  "every answer has its anchor on its page",
  () =>
    withDataFolder(async () => {
      const handler = await siteHandler();
      const places = [...new Set(Object.values(ANSWERS).flat())].sort();
      const pages = Map.groupBy(places, (place) => place.split("#")[0]!);
      for (const [id, own] of pages) {
        const url = `http://127.0.0.1/studies/${id}`;
        const response = await handler(new Request(url));
        const { document } = parseHTML(await response.text());
        for (const place of own) {
          const anchor = `section-${place.split("#")[1]}`;
          assert.ok(document.getElementById(anchor), `${place}: ${anchor}`);
        }
      }
    }),
);
