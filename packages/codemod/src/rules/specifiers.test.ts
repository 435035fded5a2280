import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

/** Pieces of a program that mean something, in any order and with any white space between. */
const statement = fc.constantFrom(
  'import { SQSClient } from "@aws-sdk/client-sqs";',
  "import type { Message } from '@aws-sdk/client-sqs'",
  'export * from "@aws-sdk/client-sns";',
  "const later = () => import(`@aws-sdk/client-kinesis`);",
  'import { S3Client } from "@aws-sdk/client-s3";',
  'const text = "see @aws-sdk/client-sqs";',
  '// "@aws-sdk/client-sqs"',
  "const umbrella = '📨 é \\u{1F4E8}';",
  "/** nothing */",
);
const program = fc
  .array(fc.tuple(statement, fc.constantFrom("\n", "\r\n", "\n\n\t", " \n")), { maxLength: 12 })
  .map((parts) => parts.map(([text, space]) => text + space).join(""));

test("the result differs from the input by the package names alone, and a second run changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(program, async (text) => {
      const after = await TestProject.rewritten("a.mts", text);
      expect(after.replaceAll("@warrenmq/client-", "@aws-sdk/client-")).toBe(text);
      expect(await TestProject.rewritten("a.mts", after)).toBe(after);
    }),
    { numRuns: 40 },
  );
});

test.each([
  'import { SQSClient } from "@aws-sdk/client-sqs-extended";',
  'const message = "install @aws-sdk/client-sqs";',
  'if (name === "@aws-sdk/client-sqs") load(name);',
  "const client = `@aws-sdk/client-${service}`;",
  '// import { SQSClient } from "@aws-sdk/client-sqs";',
])("is left alone: %s", async (text) => {
  expect(await TestProject.rewritten("a.ts", text)).toBe(text);
});

test.each([
  [
    "jest.config.cjs",
    'module.exports = { moduleNameMapper: { "^@aws-sdk/client-sqs$": "<rootDir>/node_modules/@aws-sdk/client-sqs/dist-cjs" } };',
  ],
  [
    "jest.config.cjs",
    'module.exports = { moduleNameMapper: { "@aws-sdk/client-sqs": require.resolve("@aws-sdk/client-sqs/dist-cjs") } };',
  ],
  [
    "tsconfig.json",
    '{ "compilerOptions": { "paths": { "@aws-sdk/client-sqs": ["./node_modules/@aws-sdk/client-sqs"] } } }',
  ],
])("a mapping to the package itself is left alone: %s %s", async (name, text) => {
  expect(await TestProject.rewritten(name, text)).toBe(text);
});

test("a mapping to a double moves with the imports", async () => {
  const text = 'module.exports = { moduleNameMapper: { "^@aws-sdk/client-sqs$": "<rootDir>/fakes/sqs.js" } };';
  expect(await TestProject.rewritten("jest.config.cjs", text)).toBe(text.replace("@aws-sdk", "@warrenmq"));
});
