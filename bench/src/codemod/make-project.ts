import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One file in so many uses the SDK: 12 % did in the repositories that were looked at. */
const USES_SDK_EVERY = 8;
const FILES_PER_PACKAGE = 100;
/** Makes a file 7 KB long, which is the mean of those repositories. */
const FUNCTIONS_PER_FILE = 24;

/** Writes a monorepo of TypeScript and JavaScript files into a folder. */
export function makeProject(folder: string, files: number): void {
  for (let index = 0; index < files; index++) {
    const home = join(folder, "packages", `p${Math.floor(index / FILES_PER_PACKAGE)}`);
    if (index % FILES_PER_PACKAGE === 0) makePackage(home);
    const usesSdk = index % USES_SDK_EVERY === 0;
    const extension = index % 3 === 0 ? "js" : "ts";
    writeFileSync(join(home, "src", `module-${index}.${extension}`), moduleText(index, usesSdk, extension === "ts"));
  }
}

function makePackage(home: string): void {
  mkdirSync(join(home, "src"), { recursive: true });
  const manifest = { name: home.slice(home.lastIndexOf("/") + 1), dependencies: { "@aws-sdk/client-sqs": "^3.800.0" } };
  writeFileSync(join(home, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function moduleText(index: number, usesSdk: boolean, isTyped: boolean): string {
  const type = isTyped ? ": number" : "";
  const body = Array.from({ length: FUNCTIONS_PER_FILE }, (_, number) => functionText(index, number, type));
  return [...(usesSdk ? [SDK_TEXT] : []), ...body].join("\n");
}

const SDK_TEXT = `import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";

const client = new SQSClient({ region: "eu-west-1" });

export async function send(body) {
  await client.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: body }));
}
`;

function functionText(index: number, number: number, type: string): string {
  return `/** Adds up what the orders of shop ${index} cost, as of rule ${number}. */
export function total${number}(prices, factor = ${number})${type} {
  const cheap = prices.filter((price) => price < factor * ${index % 97});
  return cheap.reduce((sum, price) => sum + price * factor, 0);
}
`;
}
