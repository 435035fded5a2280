/** The bound that a figure is held against. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** Whether the value keeps to the bound. A value that is not a number does not. */
export function meets(target: Target, value: number): boolean {
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}
