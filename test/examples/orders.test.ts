import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";

const orders = new URL("../../examples/orders/", import.meta.url);

describe("examples/orders", () => {
  test("on RabbitMQ it is the same service: only the import specifier differs", () => {
    const files = readdirSync(new URL("aws/", orders));
    expect(readdirSync(new URL("rabbitmq/", orders))).toEqual(files);
    const changed = files.flatMap((file) => changedLines(readLines(`aws/${file}`), readLines(`rabbitmq/${file}`)));
    expect(changed.length).toBeGreaterThan(0);
    for (const [before, after] of changed) {
      expect(before).toMatch(/^(import |\} )/);
      expect(after).toBe(before.replace(/from "@aws-sdk\/client-(sns|sqs)";/, 'from "@warrenmq/client-$1";'));
    }
  });

  test("the AWS side knows nothing of WarrenMQ, and the RabbitMQ side nothing of AWS's package", () => {
    for (const file of readdirSync(new URL("aws/", orders))) {
      expect(readLines(`aws/${file}`).join("\n")).not.toMatch(/warrenmq|rabbitmq|amqp/i);
      expect(readLines(`rabbitmq/${file}`).join("\n")).not.toContain("@aws-sdk/");
    }
  });

  test("the demo runs: nothing lost, failures come back, a crash costs nothing", { timeout: 60_000 }, async () => {
    const demo = fileURLToPath(new URL("dist/demo/main.js", orders));
    const { WARRENMQ_BROKER_VERSION: _version, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [demo, "--retail", "100", "--wholesale", "200"], {
      env: { ...env, RABBITMQ_URL: inject("brokerUrl") },
    });
    expect(stdout).toMatch(/sent\s+│\s+300 │\s+600 │\s+900/);
    expect(stdout).toMatch(/deleted\s+│\s+300 │\s+600 │\s+900/);
    expect(stdout).toContain("brought 900 orders to the queue for invoices, and the 6 large ones");
    expect(stdout).toMatch(/left\s+│\s+│\s+│\s+0/);
  });
});

function readLines(file: string): string[] {
  return readFileSync(new URL(file, orders), "utf8").split("\n");
}

/** The lines that differ, as pairs. Fails when a line was added or removed. */
function changedLines(before: readonly string[], after: readonly string[]): [string, string][] {
  expect(after).toHaveLength(before.length);
  return before.flatMap((line, index): [string, string][] =>
    line === after[index] ? [] : [[line, after[index] ?? ""]],
  );
}
