import type { Node } from "oxc-parser";
import { dottedPath, keyName, stringValue } from "../engine/ast.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import type { NodeOf } from "../engine/syntax-tree.ts";
import { words } from "../engine/words.ts";
import { withoutVersion } from "../services/inline-version.ts";

/**
 * What a string that names a module is to the program. Only `specifier` is certain to be resolved as a module; `mapper-key`
 * is a key that a resolver compares with module names.
 */
export type SpecifierPlace = "specifier" | "mapper-key" | "configuration" | "other";

/** Finds out what a string literal is to the program. */
export function specifierPlace(literal: Node, file: ScriptFile): SpecifierPlace {
  if (isModuleSyntax(literal) || isRequired(literal, file)) return "specifier";
  const { parent } = literal;
  if (parent?.type === "Property" && parent.key === literal) {
    if (isStubMap(parent.parent, file)) return "specifier";
    if (isMapper(parent.parent)) return leadsToPackage(parent.value, literal, file) ? "configuration" : "mapper-key";
  }
  return isConfiguration(literal, file) ? "configuration" : "other";
}

/** The text of a string; of a mapper's key such as `^name$`, which is an expression for one name, and of `npm:name@3`, the name. */
export function moduleName(literal: Node, file: ScriptFile): string | undefined {
  const text = stringValue(literal);
  const named = /^\^(.*)\$$/.exec(text ?? "")?.[1];
  if (named !== undefined && specifierPlace(literal, file) === "mapper-key") return named;
  return text?.startsWith("npm:") === true && specifierPlace(literal, file) === "specifier"
    ? withoutVersion(text)
    : text;
}

function isModuleSyntax(literal: Node): boolean {
  const { parent } = literal;
  switch (parent?.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return parent.source === literal;
    case "TSExternalModuleReference":
      return true;
    case "TSModuleDeclaration":
      return parent.id === literal;
    case "TSLiteralType":
      // Older shape of `import("x")` types.
      return parent.parent?.type === "TSImportType";
    default:
      return false;
  }
}

/** Calls whose first argument is a module, by the method's name alone: no other API has such a method. */
const MODULE_METHODS = words(`
  doMock unmock dontMock doUnmock deepUnmock requireActual requireMock importActual importMock
  unstable_mockModule unstable_unmockModule setMock createMockFromModule genMockFromModule registerMock
  deregisterMock registerSubstitute registerAllowable replaceEsm replaceCjs reRequire mockModule
`);

/** Methods that other APIs have too, so they need one of {@link MOCK_OBJECTS}. */
const MOCK_METHODS = new Set(["mock", "module", "replace", "stop", "esm", "when", "enable", "disable", "rewire"]);

const MOCK_OBJECTS = words(`
  jest vi vitest mock td testdouble mockery quibble rewiremock t tap mocker mockRequire bun
`);

const REQUIRES = words(`
  require require.resolve require.requireActual require.requireMock module.require import.meta.resolve
  import.meta.require __non_webpack_require__ __webpack_require__ requireActual requireMock nodeRequire
  importActual importMock rewire importFresh requireUncached requireFromString dynamicImport
`);

const MOCK_LIBRARIES =
  /^(mock-require|rewire|import-fresh|require-uncached|decache|clear-module|quibble|proxyquire|esmock)$/;

function isRequired(literal: Node, file: ScriptFile): boolean {
  const call = literal.parent;
  if (call?.type !== "CallExpression" || call.arguments[0] !== literal) return false;
  const { callee } = call;
  const path = dottedPath(callee);
  if (path !== undefined && REQUIRES.has(path)) return true;
  if (callee.type === "Identifier") return isRequireAlias(callee, file);
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return false;
  const method = callee.property.name;
  if (MODULE_METHODS.has(method)) return true;
  if (method === "resolve" && isRequireAlias(callee.object, file)) return true;
  return MOCK_METHODS.has(method) && MOCK_OBJECTS.has(rootName(callee) ?? "");
}

/** Whether an expression is `createRequire(…)` under another name, or the function of a library that loads modules. */
function isRequireAlias(callee: Node, file: ScriptFile): boolean {
  if (callee.type !== "Identifier") return false;
  const binding = file.scopes.bindingOf(callee);
  if (binding === undefined) return false;
  if (MOCK_LIBRARIES.test(file.origins.ofBinding(binding)?.module ?? "")) return true;
  const { declaration } = binding;
  if (declaration.type !== "VariableDeclarator") return false;
  const { init } = declaration;
  return init?.type === "CallExpression" && /(^|\.)createRequire$/.test(dottedPath(init.callee) ?? "");
}

/** The leftmost name of `jest.mock("a").mock("b")`. */
function rootName(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") return rootName(node.object);
  if (node.type === "CallExpression") return rootName(node.callee);
  return undefined;
}

const STUBBING = /^(proxyquire|proxyquireStrict|proxy|esmock|rewiremock|quibble|mockRequire|t|tap|td|inject)/i;

/** Whether an object maps module names to stubs: an argument of proxyquire and its like, or a variable that is one. */
function isStubMap(object: Node | null | undefined, file: ScriptFile): boolean {
  if (object?.type !== "ObjectExpression") return false;
  const holder = object.parent;
  if (isStubbingCall(holder, object, file)) return true;
  if (holder?.type !== "VariableDeclarator" || holder.id.type !== "Identifier") return false;
  const binding = file.scopes.bindingOf(holder.id);
  return binding?.references.some((reference) => isStubbingCall(reference.parent, reference, file)) === true;
}

function isStubbingCall(call: Node | null | undefined, argument: Node, file: ScriptFile): boolean {
  if (call?.type !== "CallExpression" || !call.arguments.some((candidate) => candidate === argument)) return false;
  const root = rootIdentifier(call.callee);
  if (root === undefined) return false;
  const module = file.origins.of(root)?.module ?? "";
  if (/^(proxyquire|esmock|rewiremock|quibble|mock-require|proxyrequire)/.test(module)) return true;
  if (!STUBBING.test(root.name)) return false;
  return (
    call.callee.type === "Identifier" ||
    /\.(load|proxy|callThru|mock|mockRequire|mockImport|mockAll|p)$/.test(pathText(call.callee))
  );
}

function rootIdentifier(node: Node): NodeOf<"Identifier"> | undefined {
  if (node.type === "Identifier") return node;
  if (node.type === "MemberExpression") return rootIdentifier(node.object);
  if (node.type === "CallExpression") return rootIdentifier(node.callee);
  return undefined;
}

function pathText(callee: Node): string {
  return callee.type === "MemberExpression" && callee.property.type === "Identifier" ? `.${callee.property.name}` : "";
}

function isMapper(object: Node | null | undefined): boolean {
  const property = object?.parent;
  return property?.type === "Property" && ["moduleNameMapper", "paths"].includes(keyName(property) ?? "");
}

/** Whether a mapping has a file of the package as its target: under a new key, imports of ours would give AWS's client. */
function leadsToPackage(target: Node, key: Node, file: ScriptFile): boolean {
  const name = (stringValue(key) ?? "").replace(/^\^(.*)\$$/, "$1");
  return new RegExp(`node_modules/${name}|["'\`]${name}/`).test(file.text.slice(target.start, target.end));
}

const CONFIG_FILE =
  /(^|\/)(\.?(webpack|rollup|vite|vitest|esbuild|tsup|tsdown|jest|babel|next|nuxt|rspack|rsbuild|rolldown|metro|karma|knip|sst|serverless|eslintrc|eslint|craco|astro|svelte|remix|nest-cli|sanity|renovate|release-it)[\w.-]*)\.[cm]?[jt]s$|\.config\.[cm]?[jt]s$/;

const CONFIG_KEY =
  /^(externals?|noExternal|externalModules|serverExternalPackages|serverComponentsExternalPackages|transpilePackages|optimizeDeps|transformIgnorePatterns|nodeModules|packageExtensions|alias|external_?modules|forceExcludeModules|bundledDeps|deps|peerDeps|devDeps|ignoreDependencies|manualChunks|dedupe|inlineDeps|inline)$/;

/** Whether a string is part of a tool's configuration. */
export function isConfiguration(literal: Node, file: ScriptFile): boolean {
  if (CONFIG_FILE.test(file.name)) return true;
  for (let up = literal.parent; up !== undefined && up !== null; up = up.parent) {
    if (up.type === "Property" && CONFIG_KEY.test(keyName(up) ?? "")) return true;
  }
  return false;
}
