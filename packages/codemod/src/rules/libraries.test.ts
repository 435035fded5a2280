import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

test.each([
  ["aws-sdk-client-mock", "SDK_MOCK"],
  ["aws-sdk-vitest-mock", "SDK_MOCK"],
  ["aws-sdk-vitest-mock/vitest-setup", "SDK_MOCK"],
  ["aws-sdk-mock", "V2_MOCK"],
  ["@mapbox/mock-aws-sdk-js", "V2_MOCK"],
  ["@testcontainers/localstack", "LOCAL_EMULATOR"],
  ["aws-kcl", "KCL"],
  ["@architect/functions", "SDK_LIB"],
  ["@aws-lambda-powertools/parser/envelopes/sns", "SDK_LIB"],
])("%s is told: %s", async (name, code) => {
  using project = new TestProject({ "a.test.ts": `import library from "${name}";\nlibrary();\n` });
  const { findings } = await project.analyse();
  expect(findings.map((finding) => finding.code)).toEqual([code]);
});

test("clients of aws-sdk's bundle for browsers are told", async () => {
  using project = new TestProject({
    "a.js": 'import AWS from "aws-sdk/dist/aws-sdk-react-native";\nnew AWS.SNS();\nnew AWS.S3();\n',
  });
  const { findings } = await project.analyse();
  expect(findings.map(({ code, line }) => [code, line])).toEqual([["V2_MANUAL", 2]]);
});
