import { until } from "@warrenmq/testing";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { startHttpEndpoint } from "../support/http-endpoint.ts";
import { onlyHttpWorkersHere } from "../support/http-workers.ts";
import { createTestTopic, publishTo, subscribeEndpoint, testSnsClient } from "../support/sns.ts";

await onlyHttpWorkersHere();
const sns = testSnsClient();
const program = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url));

test("warrenmq sns http-delivery runs a worker until SIGTERM", async () => {
  const options = ["--listen", "127.0.0.1:0", "--allow-private-addresses", "--verbose"];
  const child = spawn(process.execPath, [program, "sns", "http-delivery", ...options], {
    env: { ...process.env, RABBITMQ_URL: inject("brokerUrl") },
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const exited = once(child, "exit");
  await until(() => output.includes("listening on http://127.0.0.1:"), { what: "the worker to listen" });
  const endpoint = await startHttpEndpoint();
  const topic = await createTestTopic(sns);
  await subscribeEndpoint(sns, topic, endpoint);
  const MessageId = await publishTo(sns, topic, { Message: "hello" });
  await until(() => output.includes(`delivered ${MessageId}`), { what: "the delivery" });
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
  expect(output).toContain("stopping");
});

test("warrenmq says what is wrong with its options", async () => {
  const child = spawn(process.execPath, [program, "sns", "http-delivery", "--key", "/nowhere"], { stdio: "pipe" });
  let output = "";
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const [code] = await once(child, "exit");
  expect(code).toBe(1);
  expect(output).toContain("'--key', '--cert' belong together");
});
