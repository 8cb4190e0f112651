WITH known AS MATERIALIZED (
SELECT * FROM (SELECT *, greatest(e, i) AS v FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us("created_ts") AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us("created_ts") AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true
) WHERE k0 IS NOT NULL AND e IS NOT NULL
)) WHERE v <= CAST(1704067260000000 AS BIGINT) AND v > CAST(1704067200000000 AS BIGINT) AND ((k0 > 'JFK'))
),
latest AS (SELECT * FROM known SEMI JOIN (SELECT k0, max(e) AS e FROM known GROUP BY k0) USING (k0, e)),
tied AS (SELECT k0 FROM latest GROUP BY k0 HAVING count(*) > 1)
SELECT k0, f0, f1, e, c, t0, s, d FROM (
SELECT k0, f0, f1, e, c, t0, s, d FROM latest ANTI JOIN tied USING (k0)
UNION ALL
SELECT k0, CASE WHEN r.f0n THEN r.f0 END AS f0, CASE WHEN r.f1n THEN CASE WHEN r.f1z THEN -r.f1 ELSE r.f1 END END AS f1, r.e AS e, CASE WHEN r.cn THEN r.c END AS c, CASE WHEN r.t0n THEN r.t0 END AS t0, CASE WHEN r.sn THEN r.s END AS s, r.d AS d FROM (SELECT k0, max({e: e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), sn: s IS NOT NULL, s: coalesce(s, CAST(0 AS BIGINT)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d, f1z: f1 = 0 AND signbit(f1)}) AS r FROM latest SEMI JOIN tied USING (k0) GROUP BY k0)
) ORDER BY k0;
