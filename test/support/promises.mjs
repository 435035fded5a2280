// What docs/semver.md, docs/releasing.md and SECURITY.md promise of the manifests.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall", "prepare"];
const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");

const published = ["bench/package.json", ...filesOf("packages/*/package.json")]
  .map((path) => ({ folder: path.replace("package.json", ""), manifest: JSON.parse(read(path)) }))
  .filter(({ manifest }) => manifest.private !== true);
const names = sorted(published.map(({ manifest }) => manifest.name));
const broken = [];

const { fixed } = JSON.parse(read(".changeset/config.json"));
promise(fixed.length === 1 && String(sorted(fixed[0])) === String(names), "all packages have one version");
promise(new Set(published.map(({ manifest }) => manifest.version)).size === 1, "all packages have one version now");

const [, order = ""] = /in the order (.+?), by/s.exec(read("docs/releasing.md")) ?? [];
const inOrder = order.split(/,\s+/).map((name) => `@warrenmq/${name}`);
promise(String(sorted(inOrder)) === String(names), "docs/releasing.md publishes each package");

for (const { folder, manifest } of published) {
  const { name, scripts = {}, dependencies = {} } = manifest;
  promise(!INSTALL_SCRIPTS.some((script) => script in scripts), `installing ${name} runs no script of ours`);
  const own = Object.keys(dependencies).filter((dependency) => names.includes(dependency));
  promise(
    own.every((dependency) => inOrder.indexOf(dependency) < inOrder.indexOf(name)),
    `${name} is published after what it needs`,
  );
  for (const dependency of own.filter((each) => takesInternals(folder, each))) {
    promise(dependencies[dependency] === "workspace:*", `${name} takes ${dependency} in exactly one version`);
  }
}

for (const what of broken) console.error(`not kept: ${what}`);
process.exitCode = broken.length === 0 ? 0 : 1;

function promise(isKept, what) {
  if (!isKept) broken.push(what);
}

function sorted(texts) {
  return texts.toSorted((a, b) => a.localeCompare(b));
}

function takesInternals(folder, dependency) {
  const entry = new RegExp(`"${dependency}/(?:internal|queues)"`);
  return filesOf(`${folder}src/**/*.ts`).some((path) => !/\.test\./.test(path) && entry.test(read(path)));
}

function filesOf(pattern) {
  return execFileSync("git", ["ls-files", `:(glob)${pattern}`], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter(Boolean);
}
