import { describe, expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const COMPILED = '"use strict";\nconst sqs = require("@aws-sdk/client-sqs");\n//# sourceMappingURL=a.js.map\n';
const DECLARED = 'import { SQSClient } from "@aws-sdk/client-sqs";\nexport declare const client: SQSClient;\n';
const MANIFEST = '{ "dependencies": { "@aws-sdk/client-sqs": "3" } }\n';

async function changed(files: Readonly<Record<string, string>>): Promise<string[]> {
  using project = new TestProject(files);
  const { changes } = await project.analyse();
  return changes.map(({ file }) => file);
}

describe("a declaration file is build output", () => {
  test.each([
    ["beside its compiled script", { "lib/a.js": COMPILED, "lib/a.d.ts": DECLARED }],
    ["beside its compiled ES module", { "lib/a.mjs": COMPILED, "lib/a.d.mts": DECLARED }],
    ["beside the source that it is made of", { "lib/a.ts": "export const client = 1;\n", "lib/a.d.ts": DECLARED }],
  ])("%s", async (_, files) => {
    expect(await changed(files)).toEqual([]);
  });

  test("but not beside a script that somebody wrote", async () => {
    const written = 'exports.client = new (require("@aws-sdk/client-sqs").SQSClient)({});\n';
    expect(await changed({ "lib/a.js": written, "lib/a.d.ts": DECLARED })).toEqual(["lib/a.d.ts", "lib/a.js"]);
  });
});

describe("a package whose build output alone uses the SDK keeps its dependency", () => {
  test.each([
    ["a script", { "dist/a.js": 'const { SQSClient } = require("@aws-sdk/client-sqs");\n' }],
    ["an ES module", { "dist/a.js": 'import{SQSClient}from"@aws-sdk/client-sqs";\n' }],
    ["its declarations", { "dist/a.d.ts": DECLARED }],
    ["a script with a source map", { "lib/a.js": COMPILED }],
    ["a script, and a test", { "dist/a.js": COMPILED, "test/a.test.js": 'require("@aws-sdk/client-s3");\n' }],
  ])("%s", async (_, files) => {
    expect(await changed({ ...files, "package.json": MANIFEST })).toEqual([]);
  });

  test("beside ours, when a test uses that", async () => {
    using project = new TestProject({
      "package.json": MANIFEST,
      "dist/a.js": COMPILED,
      "test/a.test.js": 'require("@aws-sdk/client-sqs");\n',
    });
    const { changes } = await project.analyse();
    const after = changes.find(({ file }) => file === "package.json")?.after;
    expect(after).toContain("@aws-sdk/client-sqs");
    expect(after).toContain("@warrenmq/client-sqs");
  });

  test("aws-sdk v2 too, when only a test was rewritten", async () => {
    using project = new TestProject({
      "package.json": '{ "dependencies": { "aws-sdk": "2" } }\n',
      "dist/a.js": 'const AWS = require("aws-sdk");\n',
      "test/a.test.js":
        'const AWS = require("aws-sdk");\nconst sqs = new AWS.SQS();\nexports.purge = (QueueUrl) => sqs.purgeQueue({ QueueUrl }).promise();\n',
    });
    const { changes } = await project.analyse();
    const after = changes.find(({ file }) => file === "package.json")?.after;
    expect(after).toContain('"aws-sdk"');
    expect(after).toContain("@warrenmq/client-sqs");
  });

  test.each([
    ["output and source", { "dist/a.js": COMPILED, "src/a.js": 'require("@aws-sdk/client-sqs");\n' }],
    ["a bundle that has the SDK in it", { "dist/a.js": 'const name = "@aws-sdk/client-sqs";\n' }],
    [
      "compiled tests",
      { "dist/test/a.js": COMPILED, "test/a.test.js": 'require("@aws-sdk/client-sqs");\n', "dist/b.js": "b();\n" },
    ],
  ])("but not for %s", async (_, files) => {
    using project = new TestProject({ ...files, "package.json": MANIFEST });
    const { changes } = await project.analyse();
    const after = changes.find(({ file }) => file === "package.json")?.after;
    expect(after).not.toContain("@aws-sdk");
    expect(after).toContain("@warrenmq/client-sqs");
  });
});
