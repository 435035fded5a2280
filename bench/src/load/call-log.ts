import { PartlySentError } from "../targets/target.ts";
import { errorText } from "./error-text.ts";

/** For so long a target may answer nothing but errors. */
const GIVE_UP_MS = 20_000;
const MOST_MESSAGES = 20;

/** Which records of a producer were not confirmed, and why. */
export class CallLog {
  readonly failed: [number, number][] = [];
  readonly errors: Map<string, number> = new Map();
  /** Records. */
  confirmed = 0;
  failedCount = 0;
  lastError: string | null = null;
  #failingSinceMs: number | undefined;

  /** All records of a call are stored. */
  succeeded(records: number): void {
    this.confirmed += records;
    this.#failingSinceMs = undefined;
  }

  /** A call of so many records, from that number on, failed in part or as a whole. @returns how many are stored */
  failedCall(from: number, records: number, error: unknown): number {
    const places = error instanceof PartlySentError ? error.failed : undefined;
    if (places === undefined) this.failed.push([from, from + records]);
    else for (const place of places) this.failed.push([from + place, from + place + 1]);
    const failed = places?.length ?? records;
    this.failedCount += failed;
    this.confirmed += records - failed;
    this.lastError = errorText(error);
    if (this.errors.has(this.lastError) || this.errors.size < MOST_MESSAGES) {
      this.errors.set(this.lastError, (this.errors.get(this.lastError) ?? 0) + 1);
    }
    this.#failingSinceMs ??= performance.now();
    return records - failed;
  }

  /** Whether there were only errors for so long that it makes no sense to go on. */
  get isHopeless(): boolean {
    return this.#failingSinceMs !== undefined && performance.now() - this.#failingSinceMs > GIVE_UP_MS;
  }
}
