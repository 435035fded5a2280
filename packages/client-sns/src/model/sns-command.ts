import type { Protocol, ReplayOrder, ReplayStatus, TextMap } from "./sns-registry.ts";

/** The commands that change topics and subscriptions. */
export type SnsCommand =
  | { readonly type: "create-topic"; readonly name: string; readonly attributes: TextMap; readonly tags: TextMap }
  | { readonly type: "delete-topic"; readonly name: string }
  | {
      readonly type: "set-topic-attributes";
      readonly name: string;
      readonly attributes: TextMap;
      readonly removed: readonly string[];
    }
  | { readonly type: "tag-topic"; readonly name: string; readonly tags: TextMap }
  | { readonly type: "untag-topic"; readonly name: string; readonly keys: readonly string[] }
  | { readonly type: "protect-topic"; readonly name: string; readonly policy: string }
  | {
      readonly type: "add-permission";
      readonly name: string;
      readonly topicArn: string;
      readonly label: string;
      readonly accountIds: readonly string[];
      readonly actions: readonly string[];
    }
  | { readonly type: "remove-permission"; readonly name: string; readonly topicArn: string; readonly label: string }
  | {
      readonly type: "subscribe";
      readonly name: string;
      readonly id: string;
      readonly protocol: Protocol;
      readonly endpoint: string;
      readonly attributes: TextMap;
      /** Present when the endpoint must confirm. */
      readonly token?: string;
      readonly boundTo?: number;
      readonly replay?: ReplayOrder;
    }
  | { readonly type: "issue-token"; readonly name: string; readonly id: string; readonly token: string }
  | {
      readonly type: "confirm";
      readonly name: string;
      readonly id: string;
      readonly authenticate: boolean;
      readonly authenticated: boolean;
    }
  | {
      readonly type: "unsubscribe";
      readonly name: string;
      readonly id: string;
      /** With what the endpoint may take it back. */
      readonly token?: string;
    }
  | {
      readonly type: "set-subscription-attributes";
      readonly name: string;
      readonly id: string;
      readonly attributes: TextMap;
      readonly removed: readonly string[];
      /** Present with a new ReplayPolicy. */
      readonly replay?: ReplayOrder;
    }
  | { readonly type: "bound"; readonly name: string; readonly id: string; readonly boundTo: number }
  | {
      readonly type: "take-replay";
      readonly name: string;
      readonly id: string;
      readonly replayId: string;
      /** The owner whose silence was noticed. */
      readonly from: string;
      readonly owner: string;
    }
  | {
      readonly type: "report-replay";
      readonly name: string;
      readonly id: string;
      readonly replayId: string;
      readonly owner: string;
      readonly position: number | null;
      readonly status: ReplayStatus;
    };
