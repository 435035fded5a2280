/**
 * Keeps the process alive while somebody holds it. Sockets and timers are unreferenced, so that an outstanding call, and
 * nothing else, keeps a process from ending.
 */
export class KeepAlive {
  readonly #timer: NodeJS.Timeout = setInterval(() => undefined, 2 ** 30).unref();
  #holds = 0;

  /** Keeps the process alive until {@link KeepAlive.release} is called as often. */
  hold(): void {
    if (this.#holds++ === 0) this.#timer.ref();
  }

  /** Undoes one {@link KeepAlive.hold}. */
  release(): void {
    if (--this.#holds === 0) this.#timer.unref();
  }

  /** Never keeps the process alive again. */
  end(): void {
    clearInterval(this.#timer);
  }
}
