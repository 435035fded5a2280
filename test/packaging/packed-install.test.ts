// What people get from npm: every package packed, installed into an empty project, and used there on a real broker.
import { cp, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SQSClient, GetQueueUrlCommand } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { runNode } from "../third-party/run-node.ts";
import { expectRoundTrip, QUIET } from "./run-script.ts";

const project = inject("packedProject");
const scope = join(project, "node_modules/@warrenmq");
const packages = await readdir(scope);
const manifests = await Promise.all(packages.map((name) => manifestOf(name)));

beforeAll(() => cp(fileURLToPath(new URL("fixtures/scripts/", import.meta.url)), project, { recursive: true }));

describe.for(manifests)("$name", ({ folder, version, exports, types, dependencies }) => {
  test("brings a README, its licence, no tests and no sources", async () => {
    const files = await readdir(join(scope, folder), { recursive: true });
    expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "package.json"]));
    expect(files.filter((file) => /\.test\.|tsbuildinfo|^src|^fixtures/.test(file))).toEqual([]);
  });

  test("takes our other packages in exactly its own version where it uses their internal entries", async () => {
    const internal = await internalImports(join(scope, folder));
    const versions = Object.fromEntries(internal.map((name) => [name, dependencies[name]]));
    expect(versions).toEqual(Object.fromEntries(internal.map((name) => [name, version])));
  });

  test.runIf(types !== undefined)("exports the same names to import and to require()", async () => {
    const commonJs = exports["."]?.["require"] !== undefined;
    const name = `@warrenmq/${folder}`;
    const [esm, cjs] = await Promise.all([
      evaluate("module", printNames(`import("${name}")`)),
      commonJs ? evaluate("commonjs", printNames(`Promise.resolve(require("${name}"))`)) : undefined,
    ]);
    expect(esm.stderr).toBe("");
    expect(esm.stdout).toMatch(/\w/);
    if (cjs !== undefined) expect(cjs.stdout).toBe(esm.stdout);
  });
});

describe("in an empty project", () => {
  test("an ES module sends and receives", () => expectRoundTrip(join(project, "import.mjs")));

  test("a CommonJS module sends and receives", () => expectRoundTrip(join(project, "require.cjs")));

  test("the testing package starts a broker, and the streams package uses it", async () => {
    const { stdout, stderr } = await runNode([join(project, "own-broker.mjs")], QUIET);
    expect(stderr).toBe("");
    expect(stdout).toBe("on a stream\n");
  });

  test("warrenmq topology apply makes what a file says", async () => {
    const queue = uniqueName("packed");
    const file = join(project, "topology.yaml");
    await writeFile(file, `version: 1\nqueues:\n  - name: ${queue}\n`);
    const { exitCode, stderr } = await runNode([bin("warrenmq"), "topology", "apply", file], QUIET);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    const client = new SQSClient({ rabbitmq: { url: inject("brokerUrl") } });
    expect((await client.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl).toContain(queue);
    client.destroy();
  });

  test("warrenmq-bench measures a load, and nothing is lost", async () => {
    const file = join(project, "load.yaml");
    const load = "scenario: end-to-end\ntargets: [sqs]\nduration: 2s\nwarmUp: 1s\nrepeats: 1\nrate: 50\n";
    await writeFile(file, load);
    const report = join(project, "load.json");
    const { exitCode, stderr } = await runNode([bin("warrenmq-bench"), "run", file, "--json", report], QUIET);
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(await readFile(report, "utf8"))).toMatchObject({ pass: true, targets: [{ target: "sqs" }] });
  });

  test("warrenmq-codemod rewrites an import", async () => {
    const folder = join(project, "application");
    await cp(fileURLToPath(new URL("fixtures/application/", import.meta.url)), folder, { recursive: true });
    await runNode([bin("warrenmq-codemod"), "migrate", folder, "--write", "--allow-dirty"], QUIET);
    expect(await readFile(join(folder, "send.js"), "utf8")).toContain('from "@warrenmq/client-sqs"');
  });
});

function bin(name: string): string {
  return join(project, "node_modules/.bin", name);
}

function printNames(loading: string): string {
  return `${loading}.then((module) => console.log(Object.keys(module).sort().join()))`;
}

function evaluate(type: "commonjs" | "module", code: string): ReturnType<typeof runNode> {
  return runNode([`--input-type=${type}`, "--eval", code], QUIET, project);
}

interface Manifest {
  readonly name: string;
  readonly folder: string;
  readonly version: string;
  readonly types?: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

async function manifestOf(folder: string): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(join(scope, folder, "package.json"), "utf8"));
  return { dependencies: {}, ...manifest, folder };
}

/** Our packages of which the code of this one imports another entry than the public one. */
async function internalImports(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /^dist.*\.js$/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/["'](@warrenmq\/[\w-]+)\/[\w-]+["']/g)].map(([, name]) => name),
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}
