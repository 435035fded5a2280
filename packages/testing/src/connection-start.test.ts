import { createServer } from "node:net";
import { expect, test } from "vitest";
import { connectionStart, parseConnectionStart } from "./connection-start.ts";
import { freePort } from "./free-port.ts";

const shortString = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const sized = (bytes: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
};
const field = (name: string, type: string, value: Buffer): Buffer =>
  Buffer.concat([shortString(name), Buffer.from(type), value]);

/** Connection.Start as RabbitMQ frames it. */
function connectionStartFrame(): Buffer {
  const properties = sized(
    Buffer.concat([
      field("capabilities", "F", sized(field("publisher_confirms", "t", Buffer.from([1])))),
      field("cluster_name", "S", sized(Buffer.from("warrenmq-1@host"))),
      field("version", "S", sized(Buffer.from("3.10.8"))),
    ]),
  );
  const mechanisms = sized(Buffer.from("PLAIN AMQPLAIN"));
  const method = Buffer.concat([
    Buffer.from([0, 10, 0, 10, 0, 9]),
    properties,
    mechanisms,
    sized(Buffer.from("en_US")),
  ]);
  return Buffer.concat([Buffer.from([1, 0, 0]), sized(method), Buffer.from([0xce])]);
}

test("the version and the cluster's name are read from Connection.Start", () => {
  expect(parseConnectionStart(connectionStartFrame())).toEqual({ version: "3.10.8", clusterName: "warrenmq-1@host" });
});

test("an incomplete frame is not an answer yet", () => {
  const frame = connectionStartFrame();
  for (let length = 0; length < frame.length - 1; length++) {
    expect(parseConnectionStart(frame.subarray(0, length))).toBeUndefined();
  }
});

test("another protocol is recognised as such", () => {
  expect(() => parseConnectionStart(Buffer.from("HTTP/1.1 400 Bad Request\r\n"))).toThrow("not a method frame");
  expect(() => parseConnectionStart(Buffer.from("AMQP\0\0\x09\x01"))).toThrow("not a method frame");
});

test("a server that accepts and says nothing is an error after the timeout", async () => {
  const server = createServer();
  const port = await freePort();
  const listening = new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listening;
  await expect(connectionStart({ host: "127.0.0.1", port }, 50)).rejects.toThrow("no answer within 50 ms");
  server.close();
});
