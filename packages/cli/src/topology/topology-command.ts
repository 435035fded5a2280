import { readFile } from "node:fs/promises";
import { parseTopology } from "@warrenmq/topology";
import { Command } from "commander";
import type { Change } from "./change.ts";
import { closeClients, openClients } from "./clients.ts";
import { topologyChanges } from "./topology-changes.ts";

interface TopologyFlags {
  readonly url?: string;
}

/** `warrenmq topology …` */
export function topologyCommand(): Command {
  return new Command("topology")
    .description("Queues, topics and subscriptions of a topology file")
    .addCommand(fileCommand("diff", "Says what the broker lacks. Exit code 1 when it lacks something.", show))
    .addCommand(fileCommand("apply", "Makes what the broker lacks. Nothing is taken away.", apply));
}

function fileCommand(name: string, description: string, run: (changes: readonly Change[]) => Promise<void>): Command {
  return new Command(name)
    .description(description)
    .argument("<file>", "a topology file")
    .option("--url <url>", "the broker; otherwise RABBITMQ_URL")
    .action(async (file: string, { url }: TopologyFlags) => {
      const topology = parseTopology(await readFile(file, "utf8"));
      const clients = openClients(url);
      try {
        await run(await topologyChanges(clients, topology));
      } finally {
        closeClients(clients);
      }
    });
}

async function show(changes: readonly Change[]): Promise<void> {
  for (const { what } of changes) print(what);
  print(summary(changes.length, "to make"));
  if (changes.length > 0) process.exitCode = 1;
}

async function apply(changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    await change.apply();
    print(change.what);
  }
  print(summary(changes.length, "made"));
}

function summary(count: number, done: string): string {
  if (count === 0) return "the broker has everything";
  return `${count} ${count === 1 ? "change" : "changes"} ${done}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
