// Where the old library's storage tells what it does: the console, warnings and errors only, unless its level is set.

import type { Logger, LogLevel } from "./types.js";

const ORDER: readonly LogLevel[] = ["none", "error", "warn", "info", "debug"];

class ConsoleLogger implements Logger {
  level: LogLevel = "warn";

  error(...args: unknown[]): this {
    return this.#log("error", args);
  }

  warn(...args: unknown[]): this {
    return this.#log("warn", args);
  }

  info(...args: unknown[]): this {
    return this.#log("info", args);
  }

  debug(...args: unknown[]): this {
    return this.#log("debug", args);
  }

  #log(level: Exclude<LogLevel, "none">, args: unknown[]): this {
    if (ORDER.indexOf(level) <= ORDER.indexOf(this.level)) console[level](...args);
    return this;
  }
}

let logger: Logger | undefined;

/** The logger that `RemoteSync` takes unless it is given another one. Its `level` can be set. */
export function defaultLogger(): Logger {
  logger ??= new ConsoleLogger();
  return logger;
}
