import { oneLine } from "../engine/one-line.ts";
import type { Inventory, Resource, Subscription } from "../inventory/inventory.ts";
import type { Topology, TopologyQueue, TopologySubscription, TopologyTopic } from "@warrenmq/topology";

/** A topology, and what a person must look at in it. */
export interface DerivedTopology {
  readonly topology: Topology;
  readonly remarks: readonly string[];
}

/** The topology that an inventory describes. Names that are not written out are taken from the logical names, and said. */
export function topologyOf(inventory: Inventory): DerivedTopology {
  const derived = new Derivation(inventory);
  return { topology: derived.topology(), remarks: derived.remarks.map((remark) => oneLine(remark)) };
}

class Derivation {
  readonly remarks: string[] = [];
  readonly #inventory: Inventory;
  readonly #byId = new Map<string, Resource>();
  readonly #names = new Map<string, string>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    for (const resource of inventory.resources) this.#note(resource);
  }

  topology(): Topology {
    const all = [...this.#byId];
    const queues = all.filter(([, { kind }]) => kind === "queue").map(([id, resource]) => this.#queue(id, resource));
    const topics = all.filter(([, { kind }]) => kind === "topic").map(([id, resource]) => this.#topic(id, resource));
    const streams = all.filter(([, { kind }]) => kind === "stream").map(([id, resource]) => this.#stream(id, resource));
    return { version: 1, queues: byName(queues), topics: byName(topics), streams: byName(streams) };
  }

  #note(resource: Resource): void {
    const id = this.#idOf(resource);
    if (id === undefined || (resource.isReference && this.#byId.has(id))) return;
    const known = this.#byId.get(id);
    this.#byId.set(id, known === undefined || known.isReference ? resource : { ...resource, ...known });
    if (this.#names.has(id)) return;
    const name = resource.name ?? this.#madeUp(resource);
    this.#names.set(id, name);
    if (resource.isReference)
      this.remarks.push(`${name}: only looked up (${resource.file}:${resource.line}); something else makes it.`);
  }

  #madeUp(resource: Resource): string {
    const name = this.#free(resource);
    this.remarks.push(
      `${name}: the name is made up from ${resource.reference.replace(/^.*#/, "")} (${resource.file}:${resource.line}); put the real one.`,
    );
    return name;
  }

  /** Every module of Terraform may call its queue "this": the folder tells such names apart, and if need be the line. */
  #free(resource: Resource): string {
    const ending = resource.fifo && resource.kind !== "stream" ? ".fifo" : "";
    const last = plainName(resource.reference.replace(/^.*[#.]/, ""));
    const folder = plainName(resource.file.split("/").at(-2) ?? "");
    const candidates = [last, `${folder}-${last}`, `${folder}-${last}-${resource.line}`, `${last}-${this.#names.size}`];
    const taken = new Set([...this.#names].flatMap(([id, name]) => (id.startsWith(`${resource.kind}:`) ? [name] : [])));
    const free = candidates.find((candidate) => !taken.has(candidate + ending));
    return `${free ?? last}${ending}`;
  }

  #idOf(resource: Resource): string | undefined {
    const named = resource.name === undefined ? undefined : `${resource.kind}:${resource.name}`;
    if (named !== undefined && this.#inventory.nodes.some(({ id }) => id === named)) return named;
    return this.#inventory.nodes.find(
      ({ kind, places }) =>
        kind === resource.kind && places.some(({ file, line }) => file === resource.file && line === resource.line),
    )?.id;
  }

  #queue(id: string, resource: Resource): TopologyQueue {
    const dead = this.#inventory.edges.find(({ from, role }) => from === id && role === "dead-letter");
    const target = dead === undefined ? undefined : this.#names.get(dead.to);
    if (dead !== undefined && target === undefined)
      this.remarks.push(`${this.#nameOf(id)}: its dead-letter queue is not known (${resource.file}:${resource.line}).`);
    const attributes = { ...(resource.fifo ? { FifoQueue: "true" } : {}), ...resource.attributes };
    return {
      name: this.#nameOf(id),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      ...(target === undefined
        ? {}
        : { deadLetter: { queue: target, maxReceiveCount: resource.maxReceiveCount ?? 10 } }),
    };
  }

  #topic(id: string, resource: Resource): TopologyTopic {
    const attributes = { ...(resource.fifo ? { FifoTopic: "true" } : {}), ...resource.attributes };
    const subscriptions = this.#inventory.edges.flatMap((edge) => {
      if (edge.from !== id || edge.role !== "subscription") return [];
      const queue = this.#names.get(edge.to);
      if (queue === undefined) {
        this.remarks.push(
          `${this.#nameOf(id)}: a subscription is left out (${edge.file}:${edge.line}, ${edge.operation}).`,
        );
        return [];
      }
      const said = this.#inventory.subscriptions.find(({ file, line }) => file === edge.file && line === edge.line);
      return [this.#subscription(queue, said)];
    });
    return {
      name: this.#nameOf(id),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
      ...(subscriptions.length === 0 ? {} : { subscriptions }),
    };
  }

  #subscription(queue: string, said: Subscription | undefined): TopologySubscription {
    const filter = said?.filterPolicy;
    const isJson = filter !== undefined && filter.startsWith("{") && !filter.includes("${") && isValidJson(filter);
    if (filter !== undefined && !isJson)
      this.remarks.push(
        `${queue}: its filter policy is code and must be written as JSON (${said?.file}:${said?.line}).`,
      );
    return {
      queue,
      ...(isJson ? { filterPolicy: filter } : {}),
      ...(said?.rawMessageDelivery === true ? { rawMessageDelivery: true } : {}),
    };
  }

  #stream(id: string, resource: Resource): { name: string; shards: number; retentionHours?: number } {
    const hours = Number(resource.attributes["RetentionPeriodHours"]);
    return {
      name: this.#nameOf(id),
      shards: resource.shards ?? 1,
      ...(Number.isInteger(hours) && hours > 0 ? { retentionHours: hours } : {}),
    };
  }

  #nameOf(id: string): string {
    return this.#names.get(id) ?? id;
  }
}

function plainName(text: string): string {
  return text.replaceAll(/[^\w-]+/g, "-").replaceAll(/^-+|(?<!-)-+$/g, "");
}

function byName<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  const unique = new Map(items.map((item) => [item.name, item]));
  return [...unique.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function isValidJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
