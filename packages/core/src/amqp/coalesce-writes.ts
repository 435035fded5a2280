/** The part of a socket that this needs. */
interface ByteStream {
  readonly writableNeedDrain: boolean;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
}

/** A chunk as large as this is not worth a copy. */
const LARGE_BYTES = 16 * 1024;

const flushOf = new WeakMap<ByteStream, () => void>();

/** Sends what a stream of {@link coalesceWrites} holds back, without waiting for the end of the turn. */
export function flushWrites(stream: ByteStream): void {
  flushOf.get(stream)?.();
}

/**
 * Sends what is written in one turn of the event loop with one system call. amqplib writes every frame by itself, and a
 * batch of acknowledgements or publishes is many small frames.
 *
 * (measured on 3.10.8, 2 cores: the system calls were 31 % of a receive-and-delete loop's time. Corking the socket instead
 * leaves a third of that, because `writev` costs by the chunk.)
 */
export function coalesceWrites(stream: ByteStream): void {
  const write = stream.write.bind(stream);
  const end = stream.end.bind(stream);
  let pending: Uint8Array[] = [];
  const flush = (): void => {
    const chunks = pending;
    pending = [];
    const [first] = chunks;
    if (first !== undefined) write(chunks.length === 1 ? first : Buffer.concat(chunks));
  };
  flushOf.set(stream, flush);
  stream.write = (chunk: Uint8Array): boolean => {
    if (chunk.length >= LARGE_BYTES) {
      flush();
      return write(chunk);
    }
    pending.push(chunk);
    if (pending.length === 1) process.nextTick(flush);
    // A full socket says so at the flush, and emits `drain` later: until then the writer waits, as without this.
    return !stream.writableNeedDrain;
  };
  stream.end = (): unknown => {
    flush();
    return end();
  };
}
