/**
 * Formulas as one types them: `log(b) / (1 + exp(a^2 + b^2))`. Acorn reads
 * them, with `^` as the power: right to left, and before a minus sign.
 */
import {
  type CallExpression,
  type Expression,
  type Literal,
  Parser,
  tokTypes,
} from "acorn";
import { NablaError } from "../../core/errors.ts";
import { CONSTANTS, FUNCTIONS, OPERATORS } from "./functions.ts";

/** A parsed formula; `start` and `end` are where it stands in the text. */
export type Formula =
  & { readonly start: number; readonly end: number }
  & (
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "variable"; readonly name: string }
    | {
      readonly kind: "apply";
      /** A key of `FUNCTIONS` or `OPERATORS`. */
      readonly operation: string;
      readonly operands: readonly Formula[];
    }
  );

/** A text that is no formula, and where. */
export class FormulaError extends NablaError {
  override name = "FormulaError";
  /** Index of the first character that does not fit; the text's length at its end. */
  readonly position: number;

  constructor(reason: string, position: number) {
    super(reason);
    this.position = position;
  }
}

/** Longest text that is read, in characters. */
const LONGEST_FORMULA = 200;

/** Longest name of a variable, in characters. */
const LONGEST_NAME = 8;

// Acorn documents these two methods for plugins, but its types leave them out.
// deno-lint-ignore no-explicit-any
const FormulaParser = Parser.extend((Base: any) =>
  class extends Base {
    readToken_caret() {
      return this.finishOp(tokTypes.starstar, 1);
    }
    /** JavaScript refuses −a², as people read it in two ways; mathematics does not. */
    parseMaybeUnary(...[problems, , ...rest]: unknown[]) {
      return super.parseMaybeUnary(problems, false, ...rest);
    }
    // deno-lint-ignore no-explicit-any
  } as any
);

/**
 * Reads a formula.
 *
 * @throws {FormulaError} If the text is none, or longer than 200 characters
 */
export function parseFormula(text: string): Formula {
  if (text.length > LONGEST_FORMULA) {
    throw new FormulaError(
      `it has ${text.length} characters, at most ${LONGEST_FORMULA} are read`,
      LONGEST_FORMULA,
    );
  }
  return formulaOf(parseText(text), text);
}

/** The one expression that is the whole text. */
function parseText(text: string): Expression {
  try {
    const { body } = FormulaParser.parse(text, {
      ecmaVersion: 2020,
      onComment: (_block, _content, start) => {
        throw unexpected(text, start);
      },
    });
    const [statement, second] = body;
    if (statement?.type !== "ExpressionStatement") {
      throw unexpected(text, statement?.start ?? text.length);
    }
    if (second) throw unexpected(text, second.start);
    if (text[statement.end - 1] === ";") {
      throw unexpected(text, statement.end - 1);
    }
    return statement.expression;
  } catch (error) {
    // Of Acorn's errors, those about the text have a place.
    const { pos } = error as { pos?: number };
    if (pos === undefined) throw error;
    throw unexpected(text, pos);
  }
}

function unexpected(text: string, position: number): FormulaError {
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0);
  return new FormulaError(
    position >= text.length
      ? "it ends too early"
      : `"${character}" does not fit at character ${position + 1}${
        /[\p{L}(]/u.test(character) ? ": write products with *" : ""
      }`,
    position,
  );
}

function formulaOf(node: Expression, text: string): Formula {
  const place = { start: node.start, end: node.end };
  const apply = (operation: string, operands: Expression[]): Formula => ({
    ...place,
    kind: "apply",
    operation,
    operands: operands.map((operand) => formulaOf(operand, text)),
  });
  switch (node.type) {
    case "Literal":
      return { ...place, kind: "number", value: numberOf(node) };
    case "Identifier":
      return { ...place, ...named(node.name, node.start) };
    case "UnaryExpression":
      if (node.operator === "-") return apply("neg", [node.argument]);
      if (node.operator === "+") return formulaOf(node.argument, text);
      break;
    case "BinaryExpression": {
      const { left, operator, right } = node;
      const sign = operator === "**" ? "^" : operator;
      if (Object.hasOwn(OPERATORS, sign) && left.type !== "PrivateIdentifier") {
        return apply(sign, [left, right]);
      }
      throw unexpected(text, text.indexOf(operator, left.end));
    }
    case "CallExpression": {
      const { callee, arguments: operands } = node;
      const name = callee.type === "Identifier" ? callee.name : "";
      if (!Object.hasOwn(FUNCTIONS, name)) throw unknownFunction(node, text);
      const [operand, second] = operands;
      if (!operand || second || operand.type === "SpreadElement") {
        throw new FormulaError(
          `${name} takes one argument, has ${operands.length} at character ${
            callee.end + 1
          }`,
          second?.start ?? callee.end,
        );
      }
      return apply(name, [operand]);
    }
  }
  throw unexpected(text, foreignPart(node, text));
}

/** Where what makes a node foreign stands: behind its first part, if it has one, as in `a ? b : c`. */
function foreignPart(node: Expression, text: string): number {
  const parts = node as Partial<
    Record<"test" | "left" | "object" | "tag", Expression>
  >;
  const first = node.type === "SequenceExpression"
    ? node.expressions[0]
    : parts.test ?? parts.left ?? parts.object ?? parts.tag;
  if (!first) return node.start;
  return first.end + /^[\s)]*/.exec(text.slice(first.end))![0].length;
}

function numberOf({ raw, start }: Literal): number {
  const written = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw ?? "");
  const value = Number(raw);
  if (written && Number.isFinite(value)) return value;
  throw new FormulaError(
    `${raw} at character ${start + 1} is no finite decimal number`,
    start,
  );
}

function named(
  name: string,
  start: number,
): { kind: "number"; value: number } | { kind: "variable"; name: string } {
  if (Object.hasOwn(CONSTANTS, name)) {
    return { kind: "number", value: CONSTANTS[name]! };
  }
  if (Object.hasOwn(FUNCTIONS, name)) {
    throw new FormulaError(
      `${name} at character ${start + 1} needs an argument, as ${name}(a)`,
      start,
    );
  }
  if (name.length > LONGEST_NAME || !/^\p{L}[\p{L}\d_]*$/u.test(name)) {
    throw new FormulaError(
      `the name ${name} at character ${
        start + 1
      } must be at most ${LONGEST_NAME} letters and digits`,
      start,
    );
  }
  return { kind: "variable", name };
}

function unknownFunction({ callee }: CallExpression, text: string) {
  const { start, end } = callee;
  const names = Object.keys(FUNCTIONS).join(", ");
  return new FormulaError(
    `there is no function ${text.slice(start, end)} (character ${
      start + 1
    }); known are ${names}, and products need *`,
    start,
  );
}
