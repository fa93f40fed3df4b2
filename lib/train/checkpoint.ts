/** A checkpoint as bytes: a safetensors file whose metadata holds position and state. */
import { NablaError } from "../core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../core/safetensors.ts";
import type { Checkpoint } from "./experiment.ts";

/** The file of a checkpoint: its tensors, with epoch, step and state as metadata. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { epoch, step, tensors, state } = checkpoint;
  return encodeSafetensors({ ...tensors }, {
    epoch: String(epoch),
    step: String(step),
    state: JSON.stringify(state ?? null),
  });
}

/** @throws {NablaError} If the bytes are no safetensors file, or its metadata is not a checkpoint's */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  return {
    epoch: count(metadata, "epoch"),
    step: count(metadata, "step"),
    tensors,
    state: readState(metadata.state),
  };
}

function count(metadata: Record<string, string>, name: string): number {
  const text = metadata[name];
  const value = /^\d+$/.test(text ?? "") ? Number(text) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw unusable(
    `its ${name} is ${
      JSON.stringify(text) ?? "missing"
    }, need a natural number`,
  );
}

function readState(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch (error) {
    throw unusable(`its state is not JSON: ${(error as Error).message}`);
  }
}

function unusable(reason: string): NablaError {
  return new NablaError(
    `Cannot go on from the checkpoint: ${reason}; start the run again without --resume`,
  );
}
