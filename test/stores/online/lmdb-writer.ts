/** Writes one entity after the other and prints each number once its write is acknowledged, until it is killed. */
import { writeSync } from "node:fs";
import { compileEncoder } from "../../../core/online/encode.ts";
import { compileKeyEncoder } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import { scalar } from "../../../core/values/type.ts";
import { openLmdbOnlineStore } from "../../../stores/online/lmdb/lmdb-online-store.ts";

const store = openLmdbOnlineStore({ path: process.argv[2] as string, clock: { now: () => 0n } });
const key = compileKeyEncoder(1, 1, [{ name: "id", type: scalar("INT64") }]);
const encode = compileEncoder(onlineLayout([{ name: "a", type: scalar("FLOAT64") }], []));
for (let i = 0; ; i++) {
	const row = { createdTime: null, tieBreak: [], sequence: null, deleted: false, values: [i] };
	await store.write([{ key: key([BigInt(i)]), value: encode({ eventTime: BigInt(i), ...row }), expiresAt: null }]);
	writeSync(1, `${i}\n`);
}
