// Nothing but the folder that is meant: there may be other lock files above it.
export default { turbopack: { root: import.meta.dirname }, outputFileTracingRoot: import.meta.dirname };
