// Versions as saving needs them: for each client, the stamp up to which its writes are in files. Knows no document.

export type VersionVector = Readonly<Record<string, number>>;

/** What is in either. */
export function joined(one: VersionVector, other: VersionVector): VersionVector {
  const result: Record<string, number> = { ...one };
  for (const [client, stamp] of Object.entries(other)) {
    if (!(Object.hasOwn(result, client) && (result[client] as number) >= stamp)) define(result, client, stamp);
  }
  return result;
}

/** Whether `one` has everything that `other` has. */
export function covers(one: VersionVector, other: VersionVector): boolean {
  return Object.entries(other).every(([client, stamp]) => Object.hasOwn(one, client) && (one[client] as number) >= stamp);
}

// A client may be called `__proto__`.
function define(target: Record<string, number>, key: string, value: number): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

// In JSON text, quotes within strings are escaped, so this is found nowhere but in the envelope.
const FROM_VERSION = /"fromVersion":(\{(?:"(?:[^"\\]|\\.)*":\d+,?)*\})/;

/** The version of a change set, from its canonical text: without reading all of it, which may be large. */
export function versionOf(changes: string): VersionVector {
  const match = FROM_VERSION.exec(changes);
  return match === null ? {} : (JSON.parse(match[1] as string) as VersionVector);
}
