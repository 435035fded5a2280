import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { coalesceWrites } from "./coalesce-writes.ts";

function recorder(): { stream: Writable; calls: string[][] } {
  const calls: string[][] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      calls.push([String(chunk)]);
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  return { stream, calls };
}

it("sends what one turn wrote with one call, and the next turn's with another", async () => {
  const { stream, calls } = recorder();
  coalesceWrites(stream);
  for (const text of ["a", "b", "c"]) stream.write(text);
  await new Promise(setImmediate);
  stream.write("d");
  await new Promise(setImmediate);
  expect(calls).toEqual([["a", "b", "c"], ["d"]]);
});
