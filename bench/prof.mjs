import { bareRound, harnessRound } from "./dist/harness/bare-load.js";
const producer = { send: () => new Promise((r) => setImmediate(r)), close: async () => {} };
const load = { producer, records: 500, recordBytes: 200, inFlight: 10, durationMs: 1000 };
for (let i = 0; i < 5; i++) { const h = await harnessRound(load), b = await bareRound(load);
 console.log("harness", h.perSecond.toFixed(0), (h.cpuUs*1000).toFixed(1)+" ns/rec", "bare", b.perSecond.toFixed(0), (b.cpuUs*1000).toFixed(1)); }
const l1 = { ...load, records: 1, inFlight: 1 };
for (let i = 0; i < 3; i++) { const h = await harnessRound(l1), b = await bareRound(l1);
 console.log("harness", h.perSecond.toFixed(0), (h.cpuUs).toFixed(2)+" us/call", "bare", b.perSecond.toFixed(0), (b.cpuUs).toFixed(2)); }
