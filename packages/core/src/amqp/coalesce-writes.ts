/** The part of a socket that this needs. */
interface CorkableStream {
  write(chunk: unknown): boolean;
  cork(): void;
  uncork(): void;
}

/**
 * Sends what is written in one turn of the event loop with one system call. amqplib writes every frame by itself, and a
 * batch of acknowledgements or publishes is many small frames.
 *
 * (measured on 3.10.8, 2 cores: the system calls were 31 % of a receive-and-delete loop's time)
 */
export function coalesceWrites(stream: CorkableStream): void {
  const write = stream.write.bind(stream);
  let corked = false;
  const uncork = (): void => {
    corked = false;
    stream.uncork();
  };
  stream.write = (chunk: unknown): boolean => {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(uncork);
    }
    return write(chunk);
  };
}
