import type { ScriptFile } from "../engine/script-file.ts";
import { mocksV2, rewiredNames } from "../rules/v2-mocks.ts";
import type { Service } from "../services/service.ts";
import type { ClientGroup } from "./group.ts";
import { v2Name } from "./v2-module.ts";
import type { V2Project } from "./v2-project.ts";

/** A file that replaces aws-sdk for every test of a package: a setup file, or `__mocks__/aws-sdk`. */
export interface PackageDouble {
  readonly name: string;
  /** The package's folder. */
  readonly folder: string;
}

/**
 * Blocks what tests replace. A double of aws-sdk would not reach WarrenMQ's clients, and a double of a client that answers
 * `{ promise: … }` would be awaited itself: the tests would call a broker, or pass whatever the code does.
 */
export function blockReplaced(
  project: V2Project,
  groups: readonly ClientGroup[],
  packageDoubles: readonly PackageDouble[],
): void {
  for (const test of project.files) {
    const replacesSdk = mocksV2(test);
    const rewired = rewiredNames(test);
    const hasRequest = test.isTest && hasRequestDouble(test.text);
    if (!replacesSdk && !hasRequest && rewired.size === 0) continue;
    const loaded = replacesSdk ? loadedBeside(project, test) : loadedBy(project, test);
    for (const group of groups) {
      if (!loaded.has(group.file)) continue;
      const name = rewired.size === 0 ? undefined : sdkVariable(project, group, rewired);
      if (replacesSdk) blockAt(group, `${test.name} replaces aws-sdk for this file`);
      else if (name !== undefined) blockAt(group, `${test.name} replaces ${name} in this file`);
      else if (hasRequest && namesOperation(test.text, group.service))
        blockAt(group, `${test.name} replaces the client by one whose requests have promise()`);
    }
  }
  for (const { name, folder } of packageDoubles) {
    for (const group of groups)
      if (group.file.path.startsWith(`${folder}/`)) blockAt(group, `${name} replaces aws-sdk for the tests`);
  }
}

function blockAt(group: ClientGroup, reason: string): void {
  const node = group.sites[0] ?? group.calls[0]?.call;
  if (node !== undefined) group.block(node, reason);
}

/** `{ promise: jest.fn() }`, `{ promise() { … } }`, `request.promise = …`. */
function hasRequestDouble(text: string): boolean {
  return /\bpromise['"]?\s*(?::|=[^=>]|\(\s*\)\s*\{)/.test(text);
}

function namesOperation(text: string, service: Service): boolean {
  return [...service.methods].some((method) => new RegExp(`\\b${method}\\b`).test(text));
}

/** A variable that holds the SDK or a class of it, of those that a test sets from outside. */
function sdkVariable(project: V2Project, { file }: ClientGroup, names: ReadonlySet<string>): string | undefined {
  return file.scopes.all.find(
    (binding) => names.has(binding.name) && v2Name(project.originOfBinding(file, binding)) !== undefined,
  )?.name;
}

/** What a test loads, and what the tests load that take their doubles from it. */
function loadedBeside(project: V2Project, test: ScriptFile): ReadonlySet<ScriptFile> {
  const tests = test.isTest ? [test, ...project.usersOf(test)] : [test];
  return new Set(tests.flatMap((file) => [...loadedBy(project, file)]));
}

/** Everything that a file loads, by itself and through others. */
function loadedBy(project: V2Project, test: ScriptFile): ReadonlySet<ScriptFile> {
  const loaded = new Set<ScriptFile>();
  const waiting = [test];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const found of project.loadsOf(file)) {
      if (loaded.has(found)) continue;
      loaded.add(found);
      waiting.push(found);
    }
  }
  return loaded;
}
