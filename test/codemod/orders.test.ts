import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCodemod } from "./codemod-process.ts";

const orders = fileURLToPath(new URL("../../examples/orders/", import.meta.url));

test("the codemod makes examples/orders/rabbitmq out of examples/orders/aws", async () => {
  const folder = mkdtempSync(join(tmpdir(), "warrenmq-orders-"));
  cpSync(join(orders, "aws"), folder, { recursive: true });
  expect(await runCodemod(folder, ["migrate", "--write", "--allow-dirty"])).toBe(0);
  for (const name of readdirSync(join(orders, "rabbitmq"))) {
    expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(orders, "rabbitmq", name), "utf8"));
  }
  rmSync(folder, { recursive: true });
});
