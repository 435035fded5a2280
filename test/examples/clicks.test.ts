import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

test("the click stream loses nothing while it is resharded and a worker is killed", { timeout: 90_000 }, async () => {
  const demo = fileURLToPath(new URL("../../examples/clicks/dist/main.js", import.meta.url));
  const { WARRENMQ_BROKER_VERSION: _version, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [demo], {
    env: { ...env, RABBITMQ_URL: inject("brokerUrl") },
  });
  expect(stdout).toMatch(/put +│ +20,000/);
  expect(stdout).toMatch(/lost +│ +0/);
  expect(stdout).toMatch(/out of order +│ +0/);
  expect(stdout).toContain("the stream has 4 shards");
  expect(stdout).toContain("a worker was killed");
});
