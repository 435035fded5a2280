import type { Node } from "oxc-parser";
import { keyName, memberName } from "../engine/ast.ts";
import type { ModuleResolver } from "../engine/module-resolver.ts";
import type { ScriptFile } from "../engine/script-file.ts";
import { ALL_SERVICES } from "../services/service.ts";
import type { Service } from "../services/service.ts";
import { ClientFlow } from "./client-flow.ts";
import { configBlocker } from "./client-config.ts";
import { convertGroups } from "./convert-groups.ts";
import { UseFinder } from "./find-uses.ts";
import { blockReplaced } from "./test-doubles.ts";
import type { PackageDouble } from "./test-doubles.ts";
import { ClientGroup } from "./group.ts";
import type { Blocker } from "./group.ts";
import { V2Project } from "./v2-project.ts";

/** What to do with aws-sdk v2. */
export interface V2Options {
  readonly mode: "rewrite" | "flag";
  /** AWS packages that are migrated → ours. */
  readonly packages: ReadonlyMap<string, string>;
  /** Paths of files that may be loaded through an alias that cannot be followed, with who does it. */
  readonly suspects: ReadonlyMap<string, string>;
  readonly packageDoubles: readonly PackageDouble[];
}

/**
 * Rewrites the uses of messaging services of aws-sdk v2 that are proven, and flags the others. A client that goes from file to
 * file is rewritten in all of them or in none.
 */
export function rewriteV2(files: readonly ScriptFile[], resolver: ModuleResolver, options: V2Options): void {
  const project = new V2Project(files, resolver);
  const groups = findGroups(project, options);
  const blocked = blockersByLeader(groups);
  for (const file of files) {
    const mine = groups.filter((group) => group.file === file);
    const proven = mine.filter((group) => !blocked.has(group.leader));
    if (options.mode === "rewrite" && proven.length > 0) convertGroups(project, file, proven, options.packages);
    for (const group of mine)
      if (blocked.has(group.leader) || options.mode === "flag") flagGroup(group, blocked.get(group.leader) ?? []);
  }
}

function findGroups(project: V2Project, { packages, suspects, packageDoubles }: V2Options): ClientGroup[] {
  const groups = new Map<string, ClientGroup>();
  const groupOf = (file: ScriptFile, service: Service): ClientGroup => {
    const key = keyOf(file.path, service);
    const group = groups.get(key) ?? new ClientGroup(file, service);
    groups.set(key, group);
    return group;
  };
  const flows = new Map(ALL_SERVICES.map((service) => [service, new ClientFlow(project, service, groupOf)]));
  const flowOf = (service: Service): ClientFlow => flows.get(service) ?? new ClientFlow(project, service, groupOf);
  for (const file of project.files) new UseFinder(project, file, { groupOf, flowOf }).find();
  for (const flow of flows.values()) flow.checkSources();
  blockReplaced(project, [...groups.values()], packageDoubles);
  for (const group of groups.values()) {
    const loader = suspects.get(group.file.path);
    const [first] = group.sites;
    if (loader !== undefined && first !== undefined)
      group.block(first, `${loader} may load this file through an alias`);
    // A declaration file and the script that it describes have the same fate.
    if (/\.d\.[cm]?ts$/.test(group.file.path)) linkDeclaration(group, groups);
    linkTypes(project, group, groups);
    const response = v2Response(group);
    if (response !== undefined) group.block(response, `${group.file.textOf(response)} is in v2's results alone`);
    for (const site of group.sites) {
      const reason = configBlocker(site, group.file);
      if (reason !== undefined) group.block(site, reason);
    }
  }
  return [...groups.values()].filter(({ service }) => packages.has(service.awsPackage));
}

/** `result.$response`, `result.ResponseMetadata`: v3 has `$metadata`, of another shape. */
function v2Response({ file, calls }: ClientGroup): Node | undefined {
  if (calls.length === 0 || !/\$response|ResponseMetadata/.test(file.text)) return undefined;
  const member = file.tree.ofType("MemberExpression").find((node) => isResponse(memberName(node)));
  if (member !== undefined) return member;
  return file.tree
    .ofType("Property")
    .find((node) => node.parent?.type === "ObjectPattern" && isResponse(keyName(node)));
}

function isResponse(name: string | undefined): boolean {
  return name === "$response" || name === "ResponseMetadata";
}

/** A file that only names types shares the fate of the files that it works with: v3's types do not fit v2's calls everywhere. */
function linkTypes(project: V2Project, group: ClientGroup, groups: ReadonlyMap<string, ClientGroup>): void {
  if (group.sites.length > 0 || group.calls.length > 0) return;
  for (const file of [...project.loadsOf(group.file), ...project.loadersOf(group.file)]) {
    const other = groups.get(keyOf(file.path, group.service));
    if (other !== undefined) group.link(other);
  }
}

function linkDeclaration(group: ClientGroup, groups: ReadonlyMap<string, ClientGroup>): void {
  const script = group.file.path.replace(/\.d\.([cm]?)ts$/, ".$1js");
  const described = groups.get(keyOf(script, group.service));
  const [type] = group.types;
  if (described !== undefined) group.link(described);
  else if (type !== undefined) group.block(type.node, "the script that this declares does not name the class");
}

function keyOf(path: string, service: Service): string {
  return `${path}\0${service.name}`;
}

function blockersByLeader(groups: readonly ClientGroup[]): Map<ClientGroup, Blocker[]> {
  const blocked = new Map<ClientGroup, Blocker[]>();
  for (const group of groups) {
    if (group.blockers.length === 0) continue;
    blocked.set(group.leader, [...(blocked.get(group.leader) ?? []), ...group.blockers]);
  }
  return blocked;
}

/** Every place that is in the way, and every place at which a client is made. */
function flagGroup({ file, service, sites, calls, types, blockers }: ClientGroup, all: readonly Blocker[]): void {
  for (const { node, reason } of blockers) file.flag("V2_MANUAL", node, reason);
  const [elsewhere] = all.filter((blocker) => blocker.file !== file);
  const [here] = blockers;
  const because = here ?? elsewhere;
  const where =
    because === undefined
      ? "--v2=flag"
      : `${because.reason} (${because.file.name}:${because.file.lines.at(because.node.start).line})`;
  const told = new Set(blockers.map(({ node }) => node.start));
  for (const site of sites)
    if (!told.has(site.start)) file.flag("V2_MANUAL", site, `${service.aggregatedClass} stays: ${where}`);
  if (sites.length > 0) return;
  const first = calls[0]?.call ?? types[0]?.node;
  if (first !== undefined && blockers.length === 0)
    file.flag("V2_MANUAL", first, `${service.aggregatedClass} stays: ${where}`);
}
