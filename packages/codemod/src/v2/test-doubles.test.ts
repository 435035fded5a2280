import { describe, expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";

const SEND =
  "const AWS = require('aws-sdk');\nconst sqs = new AWS.SQS();\nexports.send = (input) => sqs.sendMessage(input).promise();\n";

async function changed(files: Readonly<Record<string, string>>): Promise<string[]> {
  using project = new TestProject(files);
  const { changes } = await project.analyse();
  return changes.map(({ file }) => file);
}

describe("a client stays on aws-sdk where a test replaces the SDK", () => {
  test.each([
    [
      "node:test",
      "const { mock } = require('node:test');\nmock.module('aws-sdk', { namedExports: {} });\nrequire('../src/send');",
    ],
    ["a test context of node:test", "test('sends', (t) => { t.mock.module('aws-sdk', {}); require('../src/send'); });"],
    ["Bun", "import { mock } from 'bun:test';\nmock.module('aws-sdk', () => ({}));\nawait import('../src/send');"],
    ["testdouble", "const td = require('testdouble');\ntd.replace('aws-sdk');\nrequire('../src/send');"],
    ["a method of testdouble", "import { replace } from 'testdouble';\nreplace('aws-sdk');\nrequire('../src/send');"],
    ["testdouble for ES modules", "await td.replaceEsm('aws-sdk', {});\nawait import('../src/send');"],
    ["quibble", "const quibble = require('quibble');\nquibble('aws-sdk', {});\nrequire('../src/send');"],
    ["mockery", "mockery.registerSubstitute('aws-sdk', '../fake');\nrequire('../src/send');"],
    ["Vitest, by an import", "vi.mock(import('aws-sdk'), () => ({}));\nimport { send } from '../src/send';"],
    [
      "Vitest, with a type",
      "vi.mock<typeof import('aws-sdk')>('aws-sdk', () => ({}));\nimport { send } from '../src/send';",
    ],
    ["a module mapper", "const map = { '^aws-sdk$': './fake' };\nrequire('../src/send');"],
    ["rewire", "const rewire = require('rewire');\nconst app = rewire('../src/send');\napp.__set__('AWS', {});"],
    ["rewire, many at once", "const app = require('rewire')('../src/send');\napp.__set__({ AWS: {}, other: 1 });"],
    ["rewire, a path", "const rewire = require('rewire');\nrewire('../src/send').__set__('AWS.SQS', class {});"],
    [
      "the cache of require",
      "require.cache[require.resolve('aws-sdk')] = { exports: { SQS: class {} } };\nrequire('../src/send');",
    ],
    [
      "the cache of require, in two steps",
      "const path = require.resolve('aws-sdk');\nrequire(path);\nrequire.cache[path].exports = {};\nrequire('../src/send');",
    ],
    [
      "the loader of modules",
      "Module._load = (name) => (name === 'aws-sdk' ? {} : load(name));\nrequire('../src/send');",
    ],
    [
      "a patch of every service",
      "const AWS = require('aws-sdk');\nAWS.Service.prototype.makeRequest = () => ({});\nrequire('../src/send');",
    ],
    [
      "a patch of every request",
      "import { Request } from 'aws-sdk';\nsinon.stub(Request.prototype, 'send');\nrequire('../src/send');",
    ],
    [
      "a patch of what is loaded later",
      "let AWS;\nbefore(() => { AWS = require('aws-sdk'); jest.spyOn(AWS.Request.prototype, 'promise'); });\nrequire('../src/send');",
    ],
    [
      "a patch of a file of the SDK",
      "const Service = require('aws-sdk/lib/service');\nService.prototype.makeRequest = fake;\nrequire('../src/send');",
    ],
    [
      "@mapbox/mock-aws-sdk-js",
      "const AWS = require('@mapbox/mock-aws-sdk-js');\nAWS.stub('SQS', 'sendMessage');\nrequire('../src/send');",
    ],
    ["mock-aws-sinon", "require('mock-aws-sinon')('SQS', 'sendMessage');\nrequire('../src/send');"],
    [
      "a method of the class, mocked by node:test",
      "const { SQS } = require('aws-sdk');\nconst mine = new SQS();\nmock.method(SQS.prototype, 'sendMessage', fake);\nrequire('../src/send');",
    ],
    [
      "a method that is put into the class",
      "const SQS = require('aws-sdk/clients/sqs');\nconst mine = new SQS();\nSQS.prototype.sendMessage = fake;\nrequire('../src/send');",
    ],
    [
      "a class that is put into what is loaded later",
      "let AWS;\nbefore(() => { AWS = require('aws-sdk'); AWS.SQS = fake; });\nrequire('../src/send');",
    ],
    [
      "a property that is defined anew",
      "const AWS = require('aws-sdk');\nconst mine = new AWS.SQS();\nObject.defineProperty(AWS, 'SQS', { value: fake });\nrequire('../src/send');",
    ],
  ])("by %s", async (_, text) => {
    expect(await changed({ "src/send.js": SEND, "test/send.test.js": text })).toEqual([]);
  });

  test("by a helper that the test loads", async () => {
    expect(
      await changed({
        "src/send.js": SEND,
        "test/doubles.js": "mock.module('aws-sdk', {});",
        "test/send.test.js": "require('./doubles');\nrequire('../src/send');",
      }),
    ).toEqual([]);
  });
});

test("a client stays on aws-sdk where a manifest maps the SDK to something else for Jest", async () => {
  const jest = { moduleNameMapper: { "^aws-sdk$": "<rootDir>/fake.js" } };
  expect(await changed({ "package.json": JSON.stringify({ jest }), "src/send.js": SEND })).toEqual([]);
});

describe("what only looks like a double keeps nothing back", () => {
  test.each([
    ["a test without doubles", "test/send.test.js", "const { send } = require('../src/send');\ntest('sends', send);"],
    [
      "rewire of another variable",
      "test/send.test.js",
      "const app = require('rewire')('../src/send');\napp.__set__('retries', 1);",
    ],
    [
      "a cache without the SDK",
      "test/send.test.js",
      "require('aws-sdk');\ndelete require.cache[require.resolve('../src/send')];\nrequire('../src/send');",
    ],
    [
      "a prototype of something else",
      "test/send.test.js",
      "const { Request } = require('express');\nrequire('aws-sdk');\nRequest.prototype.end = fake;\nrequire('../src/send');",
    ],
    ["a text that is replaced", "src/names.js", "'aws-sdk'.replace('aws-sdk', '');\nrequire('./send');"],
    [
      "a field whose type is the class",
      "src/main.ts",
      "import AWS from 'aws-sdk';\nimport { send } from './send';\nexport class Main { sqs: AWS.SQS = new AWS.SQS(); run() { return send; } }",
    ],
    [
      "a field of that name",
      "src/main.ts",
      "import AWS from 'aws-sdk';\nimport { send } from './send';\nexport class Main { constructor() { this.SQS = new AWS.SQS(); send({}); } }",
    ],
    [
      "an export of that name",
      "src/main.js",
      "const AWS = require('aws-sdk');\nrequire('./send');\nexports.SQS = new AWS.SQS();\nmodule.exports.SNS = AWS.SNS;",
    ],
    [
      "a client in an object",
      "test/main.test.js",
      "const AWS = require('aws-sdk');\nrequire('../src/send');\nconst clients = {};\nclients.SQS = new AWS.SQS();",
    ],
    [
      "a class of the program's own",
      "src/main.js",
      "require('aws-sdk');\nrequire('./send');\nconst services = {};\nservices.SQS = class {};",
    ],
  ])("%s", async (_, name, text) => {
    expect(await changed({ "src/send.js": SEND, [name]: text })).toContain("src/send.js");
  });

  test("a setup file with an export of that name", async () => {
    const setup = "const AWS = require('aws-sdk');\nexports.SQS = new AWS.SQS();\n";
    expect(await changed({ "package.json": "{}", "src/send.js": SEND, "src/setup.js": setup })).toContain(
      "src/send.js",
    );
  });
});

test("a double that is no argument of a mock registry is a finding too", async () => {
  using project = new TestProject({
    "a.test.ts": "vi.mock(import('aws-sdk'), () => ({ SQS: class {} }));\n",
    "b.test.js": "require.cache[require.resolve('aws-sdk')] = { exports: { SQS: class {} } };\n",
    "c.test.js": "const AWS = require('aws-sdk');\nAWS.Service.prototype.makeRequest = sqs;\n",
    "d.test.js": "const AWS = require('@mapbox/mock-aws-sdk-js');\nAWS.stub('SQS', 'sendMessage');\n",
  });
  const { findings } = await project.analyse();
  expect(findings.map(({ file, line, code, detail }) => `${file}:${line} ${code} ${detail}`)).toEqual([
    "a.test.ts:1 V2_MOCK a double of aws-sdk",
    "b.test.js:1 V2_MOCK a double of aws-sdk",
    "c.test.js:2 V2_MOCK a double of AWS.Service.prototype",
    "d.test.js:1 V2_MOCK @mapbox/mock-aws-sdk-js: it replaces services of the module aws-sdk",
  ]);
});

test("a test that looks at its double of the class often has one finding for it", async () => {
  using project = new TestProject({
    "a.test.js":
      "const AWS = require('aws-sdk');\nsinon.stub(AWS, 'SQS');\nassert(AWS.SQS.calledOnce);\nassert(AWS.SQS.calledWith({}));\nAWS.SQS.restore();\n",
  });
  const { findings } = await project.analyse();
  expect(findings.map(({ line, code, detail }) => `${line} ${code} ${detail}`)).toEqual([
    "2 V2_MANUAL the SDK is passed to sinon.stub",
    "3 V2_MANUAL the class is a double here",
  ]);
});
