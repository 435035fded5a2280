import type { Socket } from "node:net";

/** One direction through a proxy. */
export type Direction = "toBroker" | "toClient";

/** What a proxy does to passing bytes now. One object for all of its connections. */
export interface Faults {
  delayMs: Record<Direction, number>;
  swallow: Record<Direction, boolean>;
  /** How many more bytes pass before the others are swallowed; `undefined` for no limit. */
  untilSwallow: Record<Direction, number | undefined>;
  /** How many more bytes pass before all connections are reset; `undefined` for no limit. */
  remaining: Record<Direction, number | undefined>;
  halfOpen: boolean;
}

/** No fault: bytes pass as they come. */
export function noFaults(): Faults {
  return {
    delayMs: { toBroker: 0, toClient: 0 },
    swallow: { toBroker: false, toClient: false },
    untilSwallow: { toBroker: undefined, toClient: undefined },
    remaining: { toBroker: undefined, toClient: undefined },
    halfOpen: false,
  };
}

/** What a pump tells its proxy. */
export interface PumpEvents {
  /** Bytes were passed on. */
  passed(direction: Direction, bytes: number): void;
  /** Bytes were thrown away by `swallow`. */
  swallowed(bytes: number): void;
  /** The last byte before a cut was handed to the system. */
  exhausted(): void;
}

interface Piece {
  /** `undefined` is the end of the stream. */
  readonly chunk: Buffer | undefined;
  readonly dueMs: number;
}

/** Carries bytes from one socket to another, in order, under the faults of the moment. */
export class Pump {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #direction: Direction;
  readonly #faults: () => Faults;
  readonly #events: PumpEvents;
  readonly #pieces: Piece[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, target: Socket, direction: Direction, faults: () => Faults, events: PumpEvents) {
    this.#source = source;
    this.#target = target;
    this.#direction = direction;
    this.#faults = faults;
    this.#events = events;
    source.on("data", (chunk: Buffer) => this.#add(chunk));
    source.on("end", () => this.#add(undefined));
    source.on("close", () => clearTimeout(this.#timer));
    target.on("drain", () => this.update());
    this.update();
  }

  /** To be called when the faults have changed. */
  update(): void {
    if (this.#faults().halfOpen || this.#target.writableNeedDrain) this.#source.pause();
    else this.#source.resume();
    this.#flush();
  }

  #add(chunk: Buffer | undefined): void {
    this.#pieces.push({ chunk, dueMs: performance.now() + this.#faults().delayMs[this.#direction] });
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    if (this.#faults().halfOpen) return;
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const waitMs = piece.dueMs - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#flush(), Math.ceil(waitMs));
        return;
      }
      this.#pieces.shift();
      if (piece.chunk === undefined) this.#target.end();
      else this.#pass(piece.chunk);
    }
  }

  #pass(arrived: Buffer): void {
    const chunk = this.#withoutSwallowed(arrived);
    const faults = this.#faults();
    if (chunk.length === 0 || this.#target.destroyed) return;
    const remaining = faults.remaining[this.#direction] ?? Number.POSITIVE_INFINITY;
    if (remaining <= 0) return;
    const allowed = chunk.subarray(0, Math.min(chunk.length, remaining));
    this.#events.passed(this.#direction, allowed.length);
    if (allowed.length < remaining) {
      if (remaining !== Number.POSITIVE_INFINITY) faults.remaining[this.#direction] = remaining - allowed.length;
      if (!this.#target.write(allowed)) this.#source.pause();
      return;
    }
    faults.remaining[this.#direction] = 0;
    // Reset only after the system has the last bytes: a reset throws away what is still queued here.
    this.#target.write(allowed, () => this.#events.exhausted());
  }

  #withoutSwallowed(chunk: Buffer): Buffer {
    const { swallow, untilSwallow } = this.#faults();
    const left = untilSwallow[this.#direction] ?? Number.POSITIVE_INFINITY;
    const passing = swallow[this.#direction] ? 0 : Math.min(left, chunk.length);
    if (left !== Number.POSITIVE_INFINITY) untilSwallow[this.#direction] = left - passing;
    if (passing < chunk.length) this.#events.swallowed(chunk.length - passing);
    return chunk.subarray(0, passing);
  }
}
