// Bytes that a script carries as printable ASCII. `xtask/src/printable.rs` writes them and says how.

/** How many bytes have a code of one character. */
const SINGLES = 88;

/** The bytes behind a text. */
export function decode(text: string): Uint8Array<ArrayBuffer> {
  const index = indices();
  const ranking = Uint8Array.from({ length: 256 }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
  const bytes = new Uint8Array(text.length);
  let length = 0;
  // A loop is twenty times as fast here as what takes a function.
  for (let at = 512; at < text.length; ) {
    let rank = index[text.charCodeAt(at++)] as number;
    if (rank >= SINGLES) rank = SINGLES + 90 * (rank - SINGLES) + (index[text.charCodeAt(at++)] as number);
    bytes[length++] = ranking[rank] as number;
  }
  return bytes.subarray(0, length);
}

/** For each character its place in the alphabet. */
function indices(): Uint8Array {
  const index = new Uint8Array(128);
  let next = 0;
  for (let code = 32; code < 127; code++) {
    if (!"\\\"'`<~!".includes(String.fromCharCode(code))) index[code] = next++;
  }
  index["~".charCodeAt(0)] = next++;
  index["!".charCodeAt(0)] = next;
  return index;
}
