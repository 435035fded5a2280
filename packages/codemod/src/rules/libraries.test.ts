import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

test.each([
  ["aws-sdk-client-mock", "SDK_MOCK"],
  ["aws-sdk-vitest-mock", "SDK_MOCK"],
  ["aws-sdk-vitest-mock/vitest-setup", "SDK_MOCK"],
  ["aws-sdk-mock", "V2_MOCK"],
  ["@mapbox/mock-aws-sdk-js", "V2_MOCK"],
  ["@testcontainers/localstack", "LOCAL_EMULATOR"],
])("%s is told: %s", async (name, code) => {
  using project = new TestProject({ "a.test.ts": `import mocks from "${name}";\nmocks("SQS");\n` });
  const { findings } = await project.analyse();
  expect(findings.map((finding) => finding.code)).toEqual([code]);
});
