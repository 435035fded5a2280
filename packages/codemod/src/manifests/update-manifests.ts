import type { Manifest, Section } from "./manifest.ts";
import { addDependency, updateManifest } from "./update-manifest.ts";
import { folderOf, isWithin, REPLACEMENTS, V2_PACKAGE } from "./usage.ts";
import type { FileUsage } from "./usage.ts";

/** What the manifests of a project are changed by. */
export interface ManifestInput {
  readonly manifests: readonly Manifest[];
  readonly usages: readonly FileUsage[];
  /** AWS packages whose services are migrated. */
  readonly awsPackages: ReadonlySet<string>;
  /** Folders with a description of Lambda functions (serverless.yml, SAM, CDK). */
  readonly lambdaFolders: ReadonlySet<string>;
}

/** Libraries that need AWS's package beside them: it is their peer, or they make commands of it. */
const NEEDS_AWS_PACKAGE: ReadonlyMap<string, RegExp> = new Map([
  [
    "@aws-sdk/client-sqs",
    /^(sqs-consumer|sqs-producer|@ssut\/nestjs-sqs|@rxfork\/sqs-consumer|squiss-ts|@message-queue-toolkit\/sqs|@nestjs-packages\/sqs)$/,
  ],
  ["@aws-sdk/client-sns", /^(@message-queue-toolkit\/sns)$/],
]);

/** Changes every manifest of a project so that it declares what its files use after the migration. */
export function updateManifests(input: ManifestInput): void {
  const users = assignUsers(input);
  for (const manifest of input.manifests) {
    const mine = users.get(manifest) ?? [];
    if (manifest.isGenerated) flagGenerated(manifest, input);
    else updateOne(manifest, mine, input);
    manifest.applyChanges();
  }
}

/** The files that get a package through each manifest: the nearest one that declares it, else the nearest one. */
function assignUsers({ manifests, usages }: ManifestInput): Map<Manifest, FileUsage[]> {
  const assigned = new Map<Manifest, FileUsage[]>();
  const byFolder = new Map(manifests.map((manifest) => [manifest.folder, manifest]));
  for (const usage of usages) {
    const above = manifestsAbove(folderOf(usage.path), byFolder);
    const declaring = above.find((manifest) => [...usage.before].some((name) => manifest.declares(name)));
    const manifest = declaring ?? above[0];
    if (manifest === undefined) continue;
    const others = assigned.get(manifest);
    if (others === undefined) assigned.set(manifest, [usage]);
    else others.push(usage);
  }
  return assigned;
}

function manifestsAbove(folder: string, byFolder: ReadonlyMap<string, Manifest>): Manifest[] {
  const above: Manifest[] = [];
  for (let up = folder; ; up = folderOf(up)) {
    const manifest = byFolder.get(up);
    if (manifest !== undefined) above.push(manifest);
    if (folderOf(up) === up) return above;
  }
}

function updateOne(manifest: Manifest, all: readonly FileUsage[], input: ManifestInput): void {
  const users = all.filter(({ isOutput }) => !isOutput);
  const outputs = all.filter(({ isOutput }) => isOutput);
  const runsInLambda = isLambda(manifest, users, input);
  for (const [awsPackage, warrenPackage] of REPLACEMENTS) {
    if (!input.awsPackages.has(awsPackage)) continue;
    const needing = users.filter(({ after }) => after.has(warrenPackage));
    const remaining = [...users, ...notBuiltAgain(outputs, needing)].filter(({ after }) => after.has(awsPackage));
    flagOverrides(manifest, awsPackage);
    if (!manifest.declares(awsPackage)) {
      if (needing.length > 0) addMissing(manifest, warrenPackage, needing);
      continue;
    }
    if (needing.length === 0 && remaining.length > 0) continue;
    const library = libraryThatNeeds(manifest, awsPackage);
    if (needing.length === 0 && library !== undefined) continue;
    updateManifest(manifest, {
      awsPackage,
      replacements: [warrenPackage],
      isUsed: needing.length > 0,
      keepBecause: reason(remaining, library),
      isNeededAtRunTime: runsInLambda && needing.some(({ isTest }) => !isTest),
    });
  }
  updateV2(manifest, users, outputs, runsInLambda);
}

/** Output stays as it is where no source of it was changed. */
function notBuiltAgain(outputs: readonly FileUsage[], changed: readonly FileUsage[]): readonly FileUsage[] {
  if (changed.length === 0) return outputs;
  return changed.every(({ isTest }) => isTest) ? outputs.filter(({ isTest }) => !isTest) : [];
}

/** `aws-sdk` goes when nothing in the package names it any more. What was converted gets its packages in its place. */
function updateV2(
  manifest: Manifest,
  users: readonly FileUsage[],
  outputs: readonly FileUsage[],
  runsInLambda: boolean,
): void {
  if (!manifest.declares(V2_PACKAGE)) return;
  const added = [...REPLACEMENTS].filter(([aws]) => !manifest.declares(aws)).map(([, ours]) => ours);
  const converted = users.filter(({ before, after }) => added.some((ours) => after.has(ours) && !before.has(ours)));
  if (converted.length === 0) return;
  updateManifest(manifest, {
    awsPackage: V2_PACKAGE,
    replacements: added.filter((ours) => converted.some(({ after }) => after.has(ours))),
    isUsed: true,
    keepBecause: reason(
      [...users, ...notBuiltAgain(outputs, converted)].filter(({ after }) => after.has(V2_PACKAGE)),
      undefined,
    ),
    isNeededAtRunTime: runsInLambda && converted.some(({ isTest }) => !isTest),
  });
}

function reason(remaining: readonly FileUsage[], library: string | undefined): string | undefined {
  const [first] = remaining;
  if (first !== undefined) return `${first.name} still uses it`;
  return library === undefined ? undefined : `${library} needs it`;
}

/** Files used the package without declaring it: the Lambda runtime or a workspace root provided it. */
function addMissing(manifest: Manifest, warrenPackage: string, needing: readonly FileUsage[]): void {
  if (manifest.declares(warrenPackage)) return;
  // What comes from aws-sdk v2 is added in its place.
  if (manifest.declares(V2_PACKAGE)) return;
  const section: Section = needing.every(({ isTest }) => isTest) ? "devDependencies" : "dependencies";
  addDependency(manifest, section, warrenPackage);
  manifest.flag("UNDECLARED_DEP", 0, `${needing[0]?.name} used the AWS SDK; ${warrenPackage} is added`);
}

function flagGenerated(manifest: Manifest, { awsPackages }: ManifestInput): void {
  for (const name of [...awsPackages, V2_PACKAGE]) {
    const [declaration] = manifest.declarations(name);
    if (declaration !== undefined) manifest.flag("MANIFEST_GENERATED", declaration.property.start, name);
  }
}

function flagOverrides(manifest: Manifest, awsPackage: string): void {
  for (const path of [["overrides"], ["resolutions"], ["pnpm", "overrides"]]) {
    for (const { key, start } of manifest.document.properties(...path)) {
      if (key === awsPackage || key.endsWith(`/${awsPackage}`) || key.endsWith(`>${awsPackage}`))
        manifest.flag("MANIFEST_OVERRIDE", start, `${path.join(".")}: ${key}`);
    }
  }
}

function libraryThatNeeds(manifest: Manifest, awsPackage: string): string | undefined {
  const pattern = NEEDS_AWS_PACKAGE.get(awsPackage);
  return pattern === undefined ? undefined : manifest.dependencyNames.find((name) => pattern.test(name));
}

function isLambda(manifest: Manifest, users: readonly FileUsage[], { lambdaFolders }: ManifestInput): boolean {
  if (users.some(({ isHandler }) => isHandler)) return true;
  if (manifest.dependencyNames.some((name) => /^(aws-lambda|@types\/aws-lambda|serverless|serverless-.*)$/.test(name)))
    return true;
  return [...lambdaFolders].some((folder) => isWithin(manifest.folder, folder) || isWithin(folder, manifest.folder));
}
