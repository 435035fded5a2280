/** What a resource is. */
export type ResourceKind = "queue" | "topic" | "stream";

/** Where something stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Which part of a repository told about something. */
export type Source =
  | "code"
  | "terraform"
  | "cloudformation"
  | "cdk"
  | "cdktf"
  | "pulumi"
  | "serverless"
  | "compose"
  | "kubernetes"
  | "shell"
  | "configuration";

/**
 * How a text says which resource it means: by name (also as the last part of a URL or ARN), by an environment variable, by
 * the logical id of an infrastructure file, or in a way that only the running program knows.
 */
export type Address =
  | { readonly by: "name"; readonly name: string }
  | {
      readonly by: "variable";
      readonly variable: string;
      /** As the program writes what a variable of the joining carries. */
      readonly text?: string;
    }
  | { readonly by: "reference"; readonly reference: string }
  | { readonly by: "unknown"; readonly text: string };

/** A queue, topic or stream that a file declares or creates. */
export interface Resource extends Place {
  readonly kind: ResourceKind;
  readonly source: Source;
  /** What other declarations of the same kind of file call it: `aws_sqs_queue.orders`, a logical id, a variable. */
  readonly reference: string;
  /** Its real name, if it is written out. */
  readonly name?: string;
  readonly fifo: boolean;
  /** AWS's attribute names and values, as far as they are literals. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The queue that takes what could not be handled. */
  readonly deadLetterTarget?: Address;
  readonly maxReceiveCount?: number;
  /** Of a stream. */
  readonly shards?: number;
  /** It is only looked up here; something else declares it. */
  readonly isReference: boolean;
}

/** A topic's subscriber. */
export interface Subscription extends Place {
  readonly source: Source;
  readonly topic: Address;
  readonly protocol: string;
  readonly endpoint: Address;
  readonly filterPolicy?: string;
  readonly rawMessageDelivery: boolean;
  readonly deadLetterTarget?: Address;
}

/** What somebody does with a resource. */
export type Role = "producer" | "consumer" | "admin";

/** A piece of code or infrastructure that uses a resource. */
export interface Actor extends Place {
  readonly source: Source;
  readonly role: Role;
  readonly kind: ResourceKind;
  readonly target: Address;
  /** `SendMessage`, `event source`, `alarm action`. */
  readonly operation: string;
  /** The function, module or rule that acts. */
  readonly actor: string;
}

/** An environment variable that infrastructure gives a program, and what it means. */
export interface VariableValue extends Place {
  readonly source: Source;
  readonly variable: string;
  readonly value: Address;
}

/** An emulator or another thing worth listing. */
export interface Remark extends Place {
  readonly source: Source;
  readonly text: string;
}

/** What one source of the inventory has found. */
export interface InventoryItems {
  readonly resources: readonly Resource[];
  readonly subscriptions: readonly Subscription[];
  readonly actors: readonly Actor[];
  readonly variables: readonly VariableValue[];
  readonly remarks: readonly Remark[];
}

/** One line of the map: an actor and the resource it uses, a topic and its subscriber, a queue and its dead-letter queue. */
export interface Edge extends Place {
  readonly from: string;
  readonly to: string;
  readonly role: Role | "subscription" | "dead-letter";
  readonly operation: string;
  /** How the two were brought together. */
  readonly joinedBy: "name" | "variable" | "reference" | "unresolved";
}

/** A resource with an identity of its own in the map. */
export interface Node {
  readonly id: string;
  readonly kind: ResourceKind | "actor" | "endpoint" | "unresolved";
  readonly label: string;
  readonly places: readonly (Place & { readonly source: Source })[];
}

/** The messaging of a project. */
export interface Inventory extends InventoryItems {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** Puts what several sources found together. */
export function mergeItems(all: readonly InventoryItems[]): InventoryItems {
  return {
    resources: all.flatMap(({ resources }) => resources),
    subscriptions: all.flatMap(({ subscriptions }) => subscriptions),
    actors: all.flatMap(({ actors }) => actors),
    variables: all.flatMap(({ variables }) => variables),
    remarks: all.flatMap(({ remarks }) => remarks),
  };
}
