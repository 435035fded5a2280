/** A value of a message or of a policy that can be compared. */
export type Scalar = string | number | boolean | null;

/** One number range; an open end does not include its bound. */
export interface NumericRange {
  readonly bottom: number;
  readonly bottomOpen: boolean;
  readonly top: number;
  readonly topOpen: boolean;
}

/** One condition on the values of a property. */
export type Condition =
  | { readonly type: "equals"; readonly value: Scalar }
  | { readonly type: "prefix" | "suffix" | "equals-ignore-case" | "wildcard" | "cidr"; readonly text: string }
  | { readonly type: "numeric"; readonly range: NumericRange }
  | { readonly type: "exists"; readonly exists: boolean }
  /** Holds when none of the property's values meets any of these. */
  | { readonly type: "anything-but"; readonly none: readonly Condition[] };

/** What a property must be: one of the conditions holds, or the object under it satisfies a policy of its own. */
export type Requirement =
  | { readonly type: "conditions"; readonly conditions: readonly Condition[] }
  | { readonly type: "nested"; readonly policy: Policy };

/** A filter policy: every property's requirement holds, and of each `$or` at least one alternative. */
export interface Policy {
  readonly properties: ReadonlyMap<string, Requirement>;
  readonly alternatives: readonly (readonly Policy[])[];
}

/** What is wrong with a filter policy, in AWS's words, without the part in front of it. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
}
