import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the range from which the system takes the ports of outgoing connections (32768 on Linux, 49152 elsewhere): so a
 * broker that was killed finds its port free again, and a client that keeps trying cannot connect to itself.
 */
const FIRST_PORT = 18_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 100;

/**
 * A loopback TCP port that nothing listens on. Another process may take it before the caller does: the choice is
 * random to make that rare, and who starts a server on it must be ready to try again.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free TCP port found between ${FIRST_PORT} and ${LAST_PORT}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
