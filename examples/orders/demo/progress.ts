import cliProgress from "cli-progress";
import type { Books } from "./books.ts";

const LINE_INTERVAL_MS = 2_000;

/** Shows how far the orders are: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #books: Books;
  readonly #total: number;
  // Without `gracefulExit: false` the bar would swallow the first Ctrl-C.
  readonly #bars = new cliProgress.MultiBar({ format: "{bar} {counts}", hideCursor: true, gracefulExit: false });
  readonly #bar: cliProgress.SingleBar;
  #lastLineAt = performance.now();

  constructor(total: number, books: Books) {
    this.#books = books;
    this.#total = total;
    this.#bar = this.#bars.create(total, 0, { counts: "" });
  }

  /** Shows the present state of the books. */
  update(): void {
    this.#bar.update(this.#books.deleted, { counts: this.#counts() });
    if (process.stderr.isTTY || performance.now() < this.#lastLineAt + LINE_INTERVAL_MS) return;
    this.log(this.#counts());
  }

  /** Writes a line above the bar. */
  log(line: string): void {
    this.#lastLineAt = performance.now();
    if (process.stderr.isTTY) this.#bars.log(`${line}\n`);
    else console.error(line);
  }

  /** Shows the last state and lets go of the terminal. */
  stop(): void {
    this.update();
    this.#bars.stop();
  }

  #counts(): string {
    const { sent, redelivered, deleted } = this.#books;
    return `${deleted} of ${this.#total} orders deleted, ${sent} sent, ${redelivered} redelivered`;
  }
}
