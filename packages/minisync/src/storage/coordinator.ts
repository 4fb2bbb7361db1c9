// How tabs, or documents in one process, that use the same store find each other: locks that go with their holder, and a
// channel. Knows no document and no store.

/** A lock that is held. */
export interface Lock {
  release(): void | Promise<void>;
  /** Whether it still is: a page that the browser put aside may have lost it. */
  isHeld(): Promise<boolean>;
}

/** A way to tell all others something. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** Locks and channels, by name. */
export interface Coordinator {
  /** Whether locks mean anything here. Where not, everybody has to act as if others were there. */
  readonly canLock: boolean;
  /** Takes a lock, unless somebody has it: then undefined. It goes with the tab or process that holds it. */
  tryLock(name: string): Promise<Lock | undefined>;
  /** Calls back with what others post, from now on. */
  channel(name: string, listener: (message: unknown) => void): Channel;
  /** Where only one may open a document at a time: the error for the next one. */
  readonly busy?: (document: string) => Promise<string>;
  /** Where this is, if it can be copied to another place: what is found elsewhere is then a copy. */
  readonly location?: string;
}

/** The one for tabs of one origin: Web Locks, where there are any (not on pages without https), and BroadcastChannel. */
export function tabCoordinator(place: string): Coordinator {
  const locks = typeof navigator === "object" ? navigator.locks : undefined;
  // Frames without an origin may not lock. Nobody shares anything with them, so those of this process are all.
  const own = processCoordinator();
  return {
    canLock: locks !== undefined,
    async tryLock(name) {
      if (locks === undefined) return own.tryLock(name);
      try {
        return await tryWebLock(locks, `${place}/${name}`);
      } catch (error) {
        if ((error as Error).name === "SecurityError") return own.tryLock(name);
        throw error;
      }
    },
    channel(name, listener) {
      if (typeof BroadcastChannel !== "function") return { post() {}, close() {} };
      const channel = new BroadcastChannel(`${place}/${name}`);
      channel.onmessage = (event) => listener(event.data);
      return { post: (message) => channel.postMessage(message), close: () => channel.close() };
    },
  };
}

function tryWebLock(locks: LockManager, name: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    let isLost = false;
    // A Web Lock is held until the promise of its callback is settled.
    const held = locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((release) => {
        const isHeld = async (): Promise<boolean> =>
          !isLost && ((await locks.query()).held ?? []).some((other) => other.name === name);
        resolve({ release, isHeld });
      });
    });
    held.catch((error) => {
      isLost = true;
      reject(error);
    });
  });
}

/** The one for documents in one process. */
export function processCoordinator(): Coordinator {
  const held = new Set<string>();
  const channels = new Map<string, Set<(message: unknown) => void>>();
  return {
    canLock: true,
    async tryLock(name) {
      if (held.has(name)) return undefined;
      held.add(name);
      return { release: () => void held.delete(name), isHeld: async () => held.has(name) };
    },
    channel(name, listener) {
      const all = channels.get(name) ?? new Set();
      channels.set(name, all.add(listener));
      return {
        post(message) {
          const others = [...all].filter((other) => other !== listener);
          queueMicrotask(() => others.forEach((other) => all.has(other) && other(copy(message))));
        },
        close: () => void all.delete(listener),
      };
    },
  };
}

/** Hermes has no `structuredClone`; what is posted is JSON. */
const copy: (message: unknown) => unknown =
  typeof structuredClone === "function" ? (message) => structuredClone(message) : (message) => JSON.parse(JSON.stringify(message));

const coordinators = new WeakMap<object, Coordinator>();

/** The one that a store brings, or else one for the tabs of this origin, or else one for this process. */
export function coordinatorOf(store: { readonly coordinator?: Coordinator }): Coordinator {
  let coordinator = store.coordinator ?? coordinators.get(store);
  if (coordinator === undefined) {
    const isPage = typeof navigator === "object" && navigator.locks !== undefined && typeof document === "object";
    coordinator = isPage ? tabCoordinator("minisync") : processCoordinator();
    coordinators.set(store, coordinator);
  }
  return coordinator;
}
