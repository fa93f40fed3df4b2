/** Examples of a kernel case; odd, so that no tile divides them. */
export const BATCH = 13;

/** Features of a kernel case; odd as well. */
export const FEATURES = 29;
