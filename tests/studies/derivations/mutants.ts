/**
 * Mutation of derivation lines: the right side of a check is written in an
 * algebra, so a mutant replaces one call of one operation by a plausible
 * mistake (a transpose forgotten, a factor dropped, a sign turned).
 */
import {
  type Algebra,
  exact,
  identity,
  type Matrix,
  ones,
} from "../../../lib/study/derivation/algebra.ts";
import { runCheck } from "../../../lib/study/derivation/check.ts";
import type { Check } from "../../../lib/study/derivation/line.ts";

type Operation = keyof Algebra;

const { product, transpose, outer, kronecker, plus, minus, quotient, scale } =
  exact;

/** Mistakes by operation, each with a name. */
const MISTAKES: {
  [K in Operation]: Record<string, (...args: Parameters<Algebra[K]>) => Matrix>;
} = {
  product: {
    "first factor transposed": (a, b) => product(transpose(a), b),
    "second factor transposed": (a, b) => product(a, transpose(b)),
    "second factor dropped": (a) => a,
    "first factor dropped": (_, b) => b,
  },
  transpose: { "forgotten": (a) => a },
  outer: { "turned round": (a, b) => outer(b, a) },
  kronecker: { "turned round": (a, b) => kronecker(b, a) },
  plus: {
    "second term dropped": (a) => a,
    "first term dropped": (_, b) => b,
    "sign turned": minus,
  },
  minus: {
    "second term dropped": (a) => a,
    "turned round": (a, b) => minus(b, a),
    "sign turned": plus,
  },
  hadamard: {
    "second factor dropped": (a) => a,
    "first factor dropped": (_, b) => b,
  },
  quotient: {
    "divisor dropped": (a) => a,
    "turned round": (a, b) => quotient(b, a),
  },
  scale: {
    "factor dropped": (_, a) => a,
    "sign turned": (c, a) => scale(-c, a),
  },
  diagonal: { "taken as the identity": (a) => identity(a.rows) },
  sigmoid: { "forgotten": (a) => a },
  tanh: { "forgotten": (a) => a },
  relu: { "forgotten": (a) => a },
  step: { "taken as one": (a) => ones(a.rows, a.columns) },
  exp: { "forgotten": (a) => a },
  log: { "forgotten": (a) => a },
  root: { "forgotten": (a) => a },
};

/** One mistake in one call, counted from 0 in the order of evaluation. */
export interface Mutant {
  readonly call: number;
  readonly operation: Operation;
  readonly mistake: string;
}

/** The exact algebra, with `intercept` allowed to answer every call. */
function intercepted(
  intercept: (operation: Operation, args: never[], value: Matrix) => Matrix,
): Algebra {
  return new Proxy(exact, {
    get: (_, operation: Operation) => (...args: never[]) => {
      const compute = exact[operation] as (...args: never[]) => Matrix;
      return intercept(operation, args, compute(...args));
    },
  });
}

function same(a: Matrix, b: Matrix): boolean {
  return a.rows === b.rows && a.columns === b.columns &&
    a.data.every((value, i) => value === b.data[i]);
}

/** Every mutant of a check's right side. */
export function mutantsOf(check: Check, seed = 0): Mutant[] {
  const mutants: Mutant[] = [];
  let call = 0;
  const recorder = intercepted((operation, _, value) => {
    for (const mistake of Object.keys(MISTAKES[operation])) {
      mutants.push({ call, operation, mistake });
    }
    call++;
    return value;
  });
  runCheck(check, { seed, repetitions: 1, algebra: recorder });
  return mutants;
}

/** `killed` if the check fails, `survived` if it holds, `equal` if the mistake changed nothing where it was made. */
export function fate(
  check: Check,
  { call, operation, mistake }: Mutant,
  seed = 0,
): "killed" | "survived" | "equal" {
  let changed = false;
  const mutated: Check = {
    ...check,
    sides(random) {
      let count = 0;
      const algebra = intercepted((name, args, value) => {
        if (count++ !== call || name !== operation) return value;
        const mistaken = MISTAKES[operation][mistake] as (
          ...args: never[]
        ) => Matrix;
        const wrong = mistaken(...args);
        changed ||= !same(wrong, value);
        return wrong;
      });
      return check.sides(random, algebra);
    },
  };
  try {
    const { holds } = runCheck(mutated, { seed, repetitions: 1 });
    return !changed ? "equal" : holds ? "survived" : "killed";
  } catch (error) {
    // Shapes that no longer fit are as good as a wrong number.
    if (error instanceof RangeError) return "killed";
    throw error;
  }
}
