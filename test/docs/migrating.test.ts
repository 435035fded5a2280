// docs/migrating.md, step by step: the commands that it names, in its order, on a copy of the service that examples/orders has for AWS.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deleteQueuesAfterAll, queueToDelete, testClient } from "../support/sqs.ts";
import { runNode } from "../third-party/run-node.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "warrenmq-migrating-"));
const sqs = testClient();
deleteQueuesAfterAll();
afterAll(() => rmSync(folder, { recursive: true }));

/** In the order of the page. What `export` says the tests' environment says; a benchmark takes a minute (test/packaging runs one). */
const commands = [...readFileSync(join(root, "docs/migrating.md"), "utf8").matchAll(/^```sh\n(.*?)^```$/gms)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .map((line) => line.replace(/\s+#.*/, ""))
  .filter((line) => line !== "" && !/^export |@warrenmq\/bench /.test(line));
const queue = uniqueName("migrated");

beforeAll(async () => {
  cpSync(join(root, "examples/orders/aws"), folder, { recursive: true });
  const dependencies = { "@aws-sdk/client-sns": "^3.1143.0", "@aws-sdk/client-sqs": "^3.1143.0" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "orders", type: "module", dependencies }));
  writeFileSync(
    join(folder, "queues.tf"),
    `resource "aws_sqs_queue" "orders" {\n  name = "${queue}"\n  visibility_timeout_seconds = 45\n}\n`,
  );
  await git(["init", "--quiet"]);
  await git(["add", "."]);
  await git(["commit", "--quiet", "--message", "on AWS"]);
});

test("the page's commands are found", () => {
  expect(commands.filter((line) => line.startsWith("npx "))).toHaveLength(5);
});

test("each does what the page says: the code is changed, and the queues of the map are on the broker", async () => {
  const outputs = new Map<string, string>();
  for (const command of commands) outputs.set(command, await run(command));
  expect(readFileSync(join(folder, "map.html"), "utf8")).toContain(queue);
  for (const file of ["producer.ts", "queue.ts", "topic.ts"]) {
    const original = readFileSync(join(root, "examples/orders/rabbitmq", file), "utf8");
    expect(readFileSync(join(folder, file), "utf8")).toBe(original);
  }
  const diff = commands.find((command) => command.includes("topology diff"));
  expect(outputs.get(diff ?? "")).toContain(queue);
  const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  queueToDelete(sqs, QueueUrl);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: "45" });
}, 120_000); // five programs, one after the other

/** Resolves to what the command prints. Fails as a shell would, but for `topology diff`, which fails when something is missing. */
async function run(command: string): Promise<string> {
  const [program = "", name = "", ...args] = [...command.matchAll(/"([^"]*)"|\S+/g)].map(([all, text]) => text ?? all);
  if (program === "git") return git([name, ...args]);
  expect(program).toBe("npx");
  const { exitCode, stdout, stderr } = await runNode([programOf(name), ...args], QUIET, folder);
  expect(exitCode, `${command}: ${stdout}${stderr}`).toBe(args[1] === "diff" ? 1 : 0);
  return stdout;
}

const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/** What `npx` runs: the only program of a package. */
function programOf(name: string): string {
  const home = join(root, "packages", name.replace("@warrenmq/", ""));
  const { bin }: { bin: Record<string, string> } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const [file = "", ...others] = Object.values(bin);
  expect(others).toEqual([]);
  return join(home, file);
}

async function git(args: readonly string[]): Promise<string> {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
  const { stdout } = await promisify(execFile)("git", [...identity, ...args], { cwd: folder });
  return stdout;
}
