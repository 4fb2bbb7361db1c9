// Text to bytes and back. Knows only UTF-8; uses the platform's encoder where there is one (Hermes lacks the decoder).

/** Writes `text` from the beginning of `bytes`, as much as fits, whole characters only. */
export type Encode = (text: string, bytes: Uint8Array) => { read: number; written: number };

export const encodeInto: Encode =
  typeof TextEncoder === "function" && typeof TextEncoder.prototype.encodeInto === "function"
    ? ((encoder) => (text, bytes) => encoder.encodeInto(text, bytes))(new TextEncoder())
    : encodeByHand;

/** All of a text. */
export const encode: (text: string) => Uint8Array =
  typeof TextEncoder === "function" ? ((encoder) => (text) => encoder.encode(text))(new TextEncoder()) : encodeAllByHand;

export const decode: (bytes: Uint8Array) => string =
  typeof TextDecoder === "function"
    ? ((decoder) => (bytes) => decoder.decode(bytes))(new TextDecoder("utf-8", { ignoreBOM: true }))
    : decodeByHand;

/** As `TextEncoder.encodeInto`: a lone surrogate becomes U+FFFD. */
export function encodeByHand(text: string, bytes: Uint8Array): { read: number; written: number } {
  let written = 0;
  let read = 0;
  while (read < text.length) {
    let code = text.codePointAt(read) as number;
    const units = code > 0xffff ? 2 : 1;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (written + size > bytes.length) break;
    if (size === 1) {
      bytes[written] = code;
    } else {
      // The first byte has as many leading ones as there are bytes; each of the others carries six bits.
      bytes[written] = (0xf00 >> size) & 0xff | (code >> (6 * (size - 1)));
      for (let at = 1; at < size; at++) bytes[written + at] = 0x80 | ((code >> (6 * (size - 1 - at))) & 0x3f);
    }
    written += size;
    read += units;
  }
  return { read, written };
}

/** As `TextEncoder.encode`. */
export function encodeAllByHand(text: string): Uint8Array {
  // No UTF-16 unit takes more than three bytes.
  const bytes = new Uint8Array(3 * text.length);
  return bytes.slice(0, encodeByHand(text, bytes).written);
}

/** Decodes what is known to be valid UTF-8, as the module's output is. */
export function decodeByHand(bytes: Uint8Array): string {
  let text = "";
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let code = size === 1 ? first : first & (0x7f >> size);
    for (let next = 1; next < size; next++) code = (code << 6) | ((bytes[at + next] as number) & 0x3f);
    if (code > 0xffff) {
      code -= 0x10000;
      units.push(0xd800 | (code >> 10), 0xdc00 | (code & 0x3ff));
    } else {
      units.push(code);
    }
    at += size;
    // `String.fromCharCode` takes its units as arguments, of which engines allow some 60,000.
    if (units.length > 8000) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}
