import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resetSocket } from "./reset-socket.ts";

let errors: (string | undefined)[];
const server = createServer();
let client: Socket;
let accepted: Socket;

beforeEach(async () => {
  errors = [];
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it listens on TCP
  client = connect(port, "127.0.0.1");
  const [socket] = await once(server, "connection");
  accepted = socket;
  for (const each of [client, accepted]) {
    each.on("error", ({ code }: NodeJS.ErrnoException) => errors.push(code));
  }
  if (client.connecting) await once(client, "connect");
});

afterEach(() => {
  accepted.destroy();
  server.close();
});

/** `once` would reject at an error, which comes first. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on("close", () => resolve());
  });
}

test("the other side gets a reset", async () => {
  accepted.resume();
  resetSocket(client);
  await closed(accepted);
  expect(errors).toEqual(["ECONNRESET"]);
});

test("a connection whose end was just sent is closed, and none of its resources stays", async () => {
  accepted.resume();
  client.end();
  resetSocket(client);
  await Promise.all([closed(client), closed(accepted)]);
  expect(errors).toEqual([]);
});
