/** What a file is that is not what was expected, for messages. */

const BEGINNINGS: readonly [bytes: readonly number[], what: string][] = [
  [[0x50, 0x4b, 3, 4], "a zip archive: unpack it first"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG picture"],
  [[0xff, 0xd8, 0xff], "a JPEG picture"],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], "a NumPy array (.npy)"],
  [[0x89, 0x48, 0x44, 0x46], "an HDF5 file"],
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7z archive: unpack it first"],
];

/** In words what `bytes` begin as; `null` where that says nothing. */
export function looksLike(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return "empty";
  const found = BEGINNINGS.find(([begin]) =>
    begin.every((byte, i) => bytes[i] === byte)
  );
  if (found) return found[1];
  if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) {
    return "a Python pickle: of CIFAR-10, download the binary version instead of the Python version";
  }
  const text = new TextDecoder().decode(bytes.subarray(0, 512)).trimStart();
  if (/^<(!doctype html|html|head|\?xml)/i.test(text)) {
    return "a web page, as a download that failed leaves behind: fetch the file again";
  }
  if (text.startsWith("version https://git-lfs")) {
    return "a Git LFS pointer: fetch the file itself with git lfs pull";
  }
  if (text.startsWith("MATLAB 5.0")) return "a MATLAB file (.mat)";
  const isZero = bytes[0] === 0 && bytes[1] === 0;
  if (isZero && bytes[2] === 8 && bytes[3] === 3) {
    return "an IDX file of images";
  }
  if (isZero && bytes[2] === 8 && bytes[3] === 1) {
    return "an IDX file of labels";
  }
  return null;
}

/** The same as the end of a sentence; nothing where there is nothing to say. */
export function asItLooks(bytes: Uint8Array): string {
  const what = looksLike(bytes);
  return what === null ? "" : `; the file is ${what}`;
}
