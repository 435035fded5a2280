/** A visitor's click: the `count`th of that visitor. */
export interface Click {
  readonly visitor: string;
  readonly count: number;
}

/** A click as the data of a record. */
export function encodeClick(click: Click): Uint8Array {
  return Buffer.from(JSON.stringify(click));
}

/** The click in a record's data. */
export function decodeClick(data: Uint8Array = new Uint8Array()): Click {
  const { visitor, count } = Object(JSON.parse(Buffer.from(data).toString()));
  return { visitor: String(visitor), count: Number(count) };
}
