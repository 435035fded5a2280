import type { Node } from "oxc-parser";
import { dottedPath, memberName, stringValue } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { v2Name } from "../v2/v2-module.ts";
import type { Rule } from "./rule.ts";
import { specifierPlace } from "./specifier-place.ts";

/** Libraries that replace services of aws-sdk v2 for the whole process. */
export const V2_MOCK_LIBRARY: RegExp =
  /^(aws-sdk-mock|mock-aws-sdk|mock-aws|mock-aws-sinon|aws-service-mock-sinon|@mapbox\/(mock-aws-sdk-js|aws-sdk-jest)|@vitest\/aws-sdk-mock)$/;

/** Whether a text has to do with aws-sdk v2. */
export function mentionsV2(text: string): boolean {
  return (
    /['"`]\^?aws-sdk(\/|\$?['"`])|\bAWS\.(SQS|SNS|Kinesis)\b/.test(text) ||
    (/-mock|mock-aws|aws-sdk-jest/.test(text) && namesLibrary(text))
  );
}

/** Reports test doubles of aws-sdk v2 in files that have to do with messaging. */
export const v2Mocks: Rule = {
  title: "test doubles of aws-sdk v2 are reported",
  applies: (text) => mentionsV2(text) && /\b(SQS|SNS|Kinesis|sqs|sns|kinesis)\b/.test(text),
  check: (file) => {
    for (const literal of file.tree.ofType("Literal")) {
      const specifier = stringValue(literal) ?? "";
      if (!/^aws-sdk(\/clients\/(sqs|sns|kinesis))?$/.test(specifier) || !isMock(file, literal)) continue;
      file.flag("V2_MOCK", literal, `a double of ${specifier}`);
    }
    for (const prototype of corePrototypes(file))
      file.flag("V2_MOCK", prototype, `a double of ${file.textOf(prototype)}`);
  },
};

/** Whether a file replaces aws-sdk v2, or a class of it, for the modules that it loads. */
export function mocksV2(file: ScriptFile): boolean {
  const { text } = file;
  return (
    REPLACEMENTS.some((pattern) => pattern.test(text)) ||
    replacesLoaded(text) ||
    namesLibrary(text) ||
    file.tree.ofType("AssignmentExpression").some((assignment) => replacesClass(file, assignment)) ||
    corePrototypes(file).length > 0
  );
}

/** The variables of other modules that a file sets with rewire: `app.__set__("AWS", …)`, `app.__set__({ AWS: … })`. */
export function rewiredNames(file: ScriptFile): ReadonlySet<string> {
  const calls = file.tree
    .ofType("CallExpression")
    .filter(
      ({ callee }) =>
        callee.type === "MemberExpression" && /^(__set__|__with__|__Rewire__)$/.test(memberName(callee) ?? ""),
    );
  return new Set(calls.flatMap((call) => namesIn(call.arguments[0])));
}

function namesIn(argument: Node | undefined): readonly string[] {
  const name = stringValue(argument);
  if (name !== undefined) return [name.replace(/\..*$/s, "")];
  if (argument?.type !== "ObjectExpression") return [];
  return argument.properties.flatMap((property) => {
    if (property.type !== "Property" || property.computed) return [];
    return property.key.type === "Identifier" ? [property.key.name] : (stringValue(property.key) ?? []);
  });
}

function isMock(file: ScriptFile, literal: Node): boolean {
  const { parent } = literal;
  if (parent?.type === "ImportExpression") return isMocked(parent);
  if (parent?.type !== "CallExpression" && parent?.type !== "Property") return false;
  if (specifierPlace(literal, file) !== "specifier") return false;
  if (parent.type === "Property") return true;
  const loader = dottedPath(parent.callee);
  if (loader === "require.resolve") return file.text.includes("require.cache");
  return loader !== "require";
}

/** `vi.mock(import("aws-sdk"))`. */
function isMocked({ parent: call }: Node): boolean {
  return call?.type === "CallExpression" && /mock(Module)?$/i.test(dottedPath(call.callee) ?? "");
}

const SDK = String.raw`['"\`]aws-sdk(?:\/[\w./-]+)?['"\`]`;

const REPLACEMENTS: readonly RegExp[] = [
  // jest.mock, vi.doMock, mockery.registerMock, mock-require, vi.mock<typeof import("…")>, vi.mock(import("…"))
  new RegExp(String.raw`mock\w*(?:<[^;]{0,200}>)?\(\s*(?:import\(\s*)?${SDK}`, "i"),
  // mock.module of node:test and of Bun
  new RegExp(String.raw`(?<![\w$])module\(\s*${SDK}`),
  // td.replace, quibble; `replace` of strings is something else
  new RegExp(String.raw`(?:\b(?:td|testdouble)\.replace|(?<![.\w$])replace|\breplace(?:Esm|Cjs))\(\s*${SDK}`),
  new RegExp(String.raw`\b(?:quibble(?:\.esm)?|registerSubstitute)\(\s*${SDK}`),
  // proxyquire, esmock, module mappers
  /['"`]\^?aws-sdk\$?['"`]\s*:/,
  /\b(stub|spyOn|replace|spy|mock|method|defineProperty)\(\s*[\w.]+\s*,\s*['"`](SQS|SNS|Kinesis)['"`]/,
  /\b(stub|spyOn|replace|spy|mock|method)\(\s*[\w.]*(SQS|SNS|Kinesis)\.prototype\b/,
];

/** What Node has loaded, or loads, is exchanged by hand. */
function replacesLoaded(text: string): boolean {
  if (/\brequire\.cache\b/.test(text) && RESOLVED.test(text)) return true;
  return /\b_(load|resolveFilename)\b/.test(text) && COMPARED.test(text);
}

const RESOLVED = new RegExp(String.raw`\brequire\.resolve\(\s*${SDK}`);
const COMPARED = new RegExp(String.raw`(?:===?|\bcase)\s*${SDK}`);

function namesLibrary(text: string): boolean {
  for (const [, name = ""] of text.matchAll(/['"`]((?:@\w+\/)?[\w-]+)['"`]/g))
    if (V2_MOCK_LIBRARY.test(name)) return true;
  return false;
}

const CLASS = /\.(SQS|SNS|Kinesis)(\.prototype(\.\w+)?)?$/;

/** `AWS.SQS = Fake`, `SQS.prototype.sendMessage = fake`; many an object has a field or an export of that name. */
function replacesClass(file: ScriptFile, { left, right }: NodeOf<"AssignmentExpression">): boolean {
  if (left.type !== "MemberExpression") return false;
  const replaced = v2Name(file.origins.of(left));
  if (replaced !== undefined)
    return replaced.type === "class" || (replaced.type === "member" && replaced.path[0] === "prototype");
  const path = dottedPath(left) ?? "";
  if (!CLASS.test(path) || /^(this|exports|module)\./.test(path)) return false;
  const isClient = right.type === "NewExpression" && v2Name(file.origins.of(right.callee))?.type === "class";
  // `let AWS; before(() => { AWS = require("aws-sdk"); })` hides where it comes from.
  return !isClient && (file.isTest || holdsSdk(path));
}

/** `AWS.Service.prototype`, `AWS.Request.prototype`: all calls of all services go through them. */
function corePrototypes(file: ScriptFile): readonly Node[] {
  if (!/\b(Service|Request|NodeHttpClient)\b|aws-sdk\/lib\//.test(file.text)) return [];
  return file.tree
    .ofType("MemberExpression")
    .filter((member) => memberName(member) === "prototype" && isCoreClass(file, member.object));
}

function isCoreClass(file: ScriptFile, node: Node): boolean {
  const origin = file.origins.of(node);
  const path = dottedPath(node) ?? "";
  if (origin === undefined) return holdsSdk(path) && /^\w+\.(Service|Request|NodeHttpClient)$/.test(path);
  if (/^aws-sdk\/lib\/(service|request)(\.js)?$/.test(origin.module)) return true;
  const name = origin.path.at(-1) ?? "";
  return /^aws-sdk(\/|$)/.test(origin.module) && /^(Service|Request|NodeHttpClient)$/.test(name);
}

/** Whether a path starts with a name that people give to the SDK as a whole. */
function holdsSdk(path: string): boolean {
  return /^(_?aws(_?sdk)?|sdk)\./i.test(path);
}
