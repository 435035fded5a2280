import { oneLine } from "../engine/one-line.ts";
import { handedOn, isArgument, isHandedOn, shownVariable } from "./intrinsic.ts";
import type {
  Actor,
  Address,
  Edge,
  Inventory,
  InventoryItems,
  Node,
  Resource,
  ResourceKind,
  VariableValue,
} from "./inventory.ts";

/** Brings together what the sources told: by name, by environment variable, by reference. What cannot be joined is "unresolved". */
export function joinInventory(items: InventoryItems): Inventory {
  const graph = new Graph(items);
  for (const actor of items.actors) graph.addActor(actor);
  for (const resource of items.resources) graph.addDeadLetters(resource);
  graph.addSubscriptions();
  const variables = items.variables.filter(({ variable }) => !isHandedOn(variable));
  return { ...items, variables, nodes: graph.nodes, edges: graph.edges };
}

/** A class whose objects get more queues than this is a tool, and its calls say nothing of any one of them. */
const MOST_ALTERNATIVES = 6;

interface Found {
  readonly id: string;
  readonly joinedBy: Edge["joinedBy"];
}

class Graph {
  readonly edges: Edge[] = [];
  readonly #items: InventoryItems;
  readonly #nodes = new Map<string, Node>();
  readonly #idOfReference = new Map<string, string>();
  readonly #idOfName = new Map<string, string>();
  readonly #valuesOfVariable = new Map<string, VariableValue[]>();

  constructor(items: InventoryItems) {
    this.#items = items;
    // What is declared comes before what is only looked up.
    const declaredFirst = items.resources.toSorted(
      (left, right) => Number(left.isReference) - Number(right.isReference),
    );
    for (const resource of declaredFirst) this.#addResource(resource);
    for (const given of items.variables) {
      if (given.value.by === "unknown") continue;
      const others = this.#valuesOfVariable.get(given.variable);
      if (others === undefined) this.#valuesOfVariable.set(given.variable, [given]);
      else others.push(given);
    }
  }

  get nodes(): Node[] {
    return [...this.#nodes.values()];
  }

  addActor(actor: Actor): void {
    for (const target of this.#alternatives(actor.kind, actor.target)) this.#addFlow({ ...actor, target });
  }

  /** A class that gets its queue from whoever makes its objects has a queue for each of them. */
  #alternatives(kind: ResourceKind, address: Address, depth = 0): readonly Address[] {
    if (address.by !== "variable" || !isArgument(address.variable) || depth > 3) return [address];
    const given = this.#valuesOfVariable.get(address.variable) ?? [];
    const all = given.flatMap(({ value }) => this.#alternatives(kind, value, depth + 1));
    const distinct = [...new Map(all.map((value) => [this.#meaningOf(kind, value), value])).values()];
    return distinct.length === 0 || distinct.length > MOST_ALTERNATIVES ? [address] : distinct;
  }

  #addFlow(actor: Actor): void {
    const found = this.#find(actor.kind, actor.target, actor);
    const id = this.#addNode(`actor:${actor.actor}`, "actor", actor.actor, actor);
    const isFlowOut = actor.role === "consumer";
    this.edges.push({
      from: isFlowOut ? found.id : id,
      to: isFlowOut ? id : found.id,
      role: actor.role,
      operation: actor.operation,
      joinedBy: found.joinedBy,
      file: actor.file,
      line: actor.line,
    });
  }

  addDeadLetters(resource: Resource): void {
    if (resource.deadLetterTarget === undefined) return;
    const from = this.#idOfReference.get(resource.reference) ?? resource.reference;
    const found = this.#find("queue", resource.deadLetterTarget, resource);
    const operation =
      resource.maxReceiveCount === undefined ? "dead letters" : `after ${resource.maxReceiveCount} receives`;
    this.edges.push({
      from,
      to: found.id,
      role: "dead-letter",
      operation,
      joinedBy: found.joinedBy,
      file: resource.file,
      line: resource.line,
    });
  }

  addSubscriptions(): void {
    for (const subscription of this.#items.subscriptions) {
      const topic = this.#find("topic", subscription.topic, subscription);
      const endpoint =
        subscription.protocol === "sqs"
          ? this.#find("queue", subscription.endpoint, subscription)
          : {
              id: this.#addNode(
                `endpoint:${subscription.protocol}:${textOf(subscription.endpoint)}`,
                "endpoint",
                `${subscription.protocol} ${textOf(subscription.endpoint)}`,
                subscription,
              ),
              joinedBy: "name" as const,
            };
      const isUnresolved = topic.joinedBy === "unresolved" || endpoint.joinedBy === "unresolved";
      this.edges.push({
        from: topic.id,
        to: endpoint.id,
        role: "subscription",
        operation:
          subscription.filterPolicy === undefined ? subscription.protocol : `${subscription.protocol}, filtered`,
        joinedBy: isUnresolved ? "unresolved" : topic.joinedBy,
        file: subscription.file,
        line: subscription.line,
      });
    }
  }

  #addResource(resource: Resource): void {
    const { kind, name, reference } = resource;
    const byName = name === undefined ? undefined : this.#idOfName.get(`${kind}:${name}`);
    const id = byName ?? `${kind}:${name ?? reference}`;
    if (name !== undefined) this.#idOfName.set(`${kind}:${name}`, id);
    if (!this.#idOfReference.has(reference)) this.#idOfReference.set(reference, id);
    this.#addNode(this.#idOfReference.get(reference) ?? id, kind, name ?? reference.replace(/^.*#/, ""), resource);
  }

  #find(kind: ResourceKind, address: Address, place: Pick<Actor, "file" | "line" | "source">, depth = 0): Found {
    switch (address.by) {
      case "name": {
        const known = this.#idOfName.get(`${kind}:${address.name}`);
        const id = known ?? `${kind}:${address.name}`;
        if (known === undefined) this.#idOfName.set(`${kind}:${address.name}`, id);
        this.#addNode(id, kind, address.name, place);
        return { id, joinedBy: "name" };
      }
      case "reference": {
        const own = this.#idOfReference.get(address.reference);
        const given = own === undefined ? this.#handedOn(kind, address.reference, place, depth) : undefined;
        if (given !== undefined && given.joinedBy !== "unresolved") return given;
        const id = own ?? this.#inAnotherFile(kind, address.reference, place);
        return id === undefined
          ? this.#unresolved(kind, address.reference.replace(/^.*#/, ""), place)
          : { id, joinedBy: "reference" };
      }
      case "variable": {
        const value = depth > 5 ? undefined : this.#valueOf(kind, address.variable, place);
        if (value === undefined) return this.#unresolved(kind, address.text ?? shownVariable(address.variable), place);
        const found = this.#find(kind, value, place, depth + 1);
        return found.joinedBy === "unresolved" ? found : { id: found.id, joinedBy: "variable" };
      }
      case "unknown":
        return this.#unresolved(kind, address.text === "" ? "not named here" : address.text, place);
    }
  }

  /** A parameter of a template, or an output of a nested one. */
  #handedOn(
    kind: ResourceKind,
    reference: string,
    place: Pick<Actor, "file" | "line" | "source">,
    depth: number,
  ): Found | undefined {
    const value = depth > 5 ? undefined : this.#valueOf(kind, handedOn(reference), place);
    if (value === undefined || value.by === "unknown") return undefined;
    const found = this.#find(kind, value, place, depth + 1);
    return found.joinedBy === "unresolved" ? undefined : { id: found.id, joinedBy: "reference" };
  }

  /** Templates are put together from files, and stacks get queues from others: the same logical name, if it is one near by. */
  #inAnotherFile(kind: ResourceKind, reference: string, place: Pick<Actor, "file">): string | undefined {
    const name = logicalName(reference);
    const same = this.#items.resources.filter(
      (resource) => resource.kind === kind && !resource.isReference && logicalName(resource.reference) === name,
    );
    const nearest = Math.max(...same.map(({ file }) => sharedFolders(file, place.file)));
    const found = same.filter(({ file }) => sharedFolders(file, place.file) === nearest);
    return found.length === 1 ? this.#idOfReference.get(found[0]?.reference ?? "") : undefined;
  }

  /** Many programs call their variable QUEUE_URL: what stands nearest counts, and only if it is one resource. */
  #valueOf(kind: ResourceKind, variable: string, place: Pick<Actor, "file">): Address | undefined {
    const values = this.#valuesOfVariable.get(variable) ?? [];
    const nearness = (value: VariableValue): number => {
      const isExample = value.source === "configuration" || value.source === "compose";
      return 2 * sharedFolders(value.file, place.file) + (isExample ? 0 : 1);
    };
    const nearest = Math.max(...values.map((value) => nearness(value)));
    const candidates = values.filter((value) => nearness(value) === nearest);
    const meant = new Set(candidates.map(({ value }) => this.#meaningOf(kind, value)));
    return meant.size === 1 ? candidates[0]?.value : undefined;
  }

  #meaningOf(kind: ResourceKind, address: Address): string {
    if (address.by === "reference") return this.#idOfReference.get(address.reference) ?? address.reference;
    return address.by === "name"
      ? (this.#idOfName.get(`${kind}:${address.name}`) ?? `${kind}:${address.name}`)
      : textOf(address);
  }

  #unresolved(kind: ResourceKind, text: string, place: Pick<Actor, "file" | "line" | "source">): Found {
    const id = `unresolved:${kind}:${text}`;
    this.#addNode(id, "unresolved", `${kind} ${text}`, place);
    return { id, joinedBy: "unresolved" };
  }

  #addNode(
    id: string,
    kind: Node["kind"],
    label: string,
    { file, line, source }: Pick<Actor, "file" | "line" | "source">,
  ): string {
    const known = this.#nodes.get(id);
    const isKnownPlace = known?.places.some((place) => place.file === file && place.line === line) === true;
    if (!isKnownPlace)
      this.#nodes.set(id, {
        id,
        kind: known?.kind ?? kind,
        label: known?.label ?? oneLine(label),
        places: [...(known?.places ?? []), { file, line, source }],
      });
    return id;
  }
}

/** In code, what holds a construct is another object in each file: `this.queue`, `storage.queue`, `props.queue`. */
function logicalName(reference: string): string {
  const [, isCode, name] = /^(?:.*(\.[cm]?[jt]sx?)#)?(.*)$/s.exec(reference) ?? [];
  const last = (name ?? reference).replace(/^.*#/, "");
  return isCode === undefined ? last.replace(/^props\./, "") : last.replace(/^([\w$]+\.)+(?=[\w$]+$)/, "");
}

function sharedFolders(left: string, right: string): number {
  const [leftParts, rightParts] = [left.split("/"), right.split("/")];
  const differs = leftParts.findIndex((part, index) => part !== rightParts[index]);
  return differs === -1 ? leftParts.length : Math.min(differs, leftParts.length - 1);
}

function textOf(address: Address): string {
  switch (address.by) {
    case "name":
      return address.name;
    case "variable":
      return address.text ?? shownVariable(address.variable);
    case "reference":
      return address.reference.replace(/^.*#/, "");
    case "unknown":
      return address.text;
  }
}
