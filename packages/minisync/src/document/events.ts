// Who is told what, and in which order. Knows no document.

/** Takes what was registered off again. */
export type Unsubscribe = () => void;

/**
 * Listeners by the name of an event. `E` maps names to what listeners are handed.
 *
 * A listener may do anything, also what causes further events: those are told when all listeners have been told of
 * this one, so everybody hears of everything in the same order. What a listener throws is reported as uncaught, and
 * keeps nobody else from being told.
 */
export class Events<E extends object> {
  readonly #listeners = new Map<keyof E, Set<(event: never) => void>>();
  readonly #queue: (() => void)[] = [];
  #isTelling = false;

  on<N extends keyof E>(name: N, listener: (event: E[N]) => void): Unsubscribe {
    // Registered twice is told twice: so each registration is a function of its own.
    const own = (event: E[N]): void => listener(event);
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(own));
    return () => {
      all.delete(own);
    };
  }

  has(name: keyof E): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  tell<N extends keyof E>(name: N, event: E[N]): void {
    if (!this.has(name)) return;
    this.#queue.push(() => {
      // Who is registered or taken off meanwhile is told of the next one, or not of this one any more.
      const all = this.#listeners.get(name) as Set<(event: E[N]) => void>;
      for (const listener of [...all]) if (all.has(listener)) attempt(() => listener(event));
    });
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
    this.#isTelling = false;
  }
}

function attempt(task: () => void): void {
  try {
    task();
  } catch (error) {
    if (typeof reportError === "function") reportError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
}
