import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { coalesceWrites, flushWrites } from "./coalesce-writes.ts";

function recorder(options: { highWaterMark?: number } = {}): { stream: Writable; writes: string[] } {
  const writes: string[] = [];
  const stream = new Writable({
    ...options,
    write(chunk: Buffer, _encoding, done) {
      writes.push(String(chunk));
      setImmediate(done);
    },
  });
  coalesceWrites(stream);
  return { stream, writes };
}

it("sends what one turn wrote with one call, and the next turn's with another", async () => {
  const { stream, writes } = recorder();
  for (const text of ["a", "b", "c"]) stream.write(Buffer.from(text));
  await new Promise(setImmediate);
  stream.write(Buffer.from("d"));
  stream.end();
  await new Promise((resolve) => stream.once("finish", resolve));
  expect(writes).toEqual(["abc", "d"]);
});

it("sends at once what it is asked to, and before what follows", async () => {
  const { stream, writes } = recorder();
  for (const text of ["a", "b"]) stream.write(Buffer.from(text));
  flushWrites(stream);
  expect(writes).toEqual(["ab"]);
  stream.write(Buffer.from("c"));
  stream.end();
  await new Promise((resolve) => stream.once("finish", resolve));
  expect(writes).toEqual(["ab", "c"]);
});

it("keeps the order around a large chunk, which is not copied", async () => {
  const { stream, writes } = recorder();
  const large = Buffer.alloc(20_000, "x");
  for (const chunk of [Buffer.from("a"), large, Buffer.from("b")]) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once("finish", resolve));
  expect(writes).toEqual(["a", String(large), "b"]);
});

it("makes the writer wait while the stream is full", async () => {
  const { stream } = recorder({ highWaterMark: 2 });
  expect(stream.write(Buffer.from("abc"))).toBe(true);
  await new Promise((resolve) => process.nextTick(resolve));
  expect(stream.write(Buffer.from("d"))).toBe(false);
  await new Promise((resolve) => stream.once("drain", resolve));
  expect(stream.write(Buffer.from("e"))).toBe(true);
});
