CREATE TEMP TABLE chosen AS
SELECT l.id, v.o AS r
FROM labels AS l
ASOF JOIN (
SELECT k0, {e: e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), sn: s IS NOT NULL, s: coalesce(s, CAST(0 AS BIGINT)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d} AS o FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" >= make_timestamp(CAST(1704063600000000 AS BIGINT)) AND "event_ts" <= make_timestamp(CAST(1704067260000000 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" >= CAST(1704063600000000 AS BIGINT) AND "event_ts" <= CAST(1704067260000000 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
)
) AS v
ON l.k0 = v.k0 AND {e: coalesce(l.ts + 1, CAST(-4611686018427387904 AS BIGINT)), cn: false, c: CAST(0 AS BIGINT), t0n: false, t0: CAST(0 AS INTEGER), sn: false, s: CAST(0 AS BIGINT), f0n: false, f0: CAST(0 AS BIGINT), f1n: false, f1: CAST(0 AS DOUBLE), d: false} > v.o;

CREATE TEMP TABLE missed AS
SELECT l.* FROM labels AS l WHERE l.ts IS NOT NULL AND NOT EXISTS (FROM chosen AS c WHERE c.id = l.id);

CREATE TEMP TABLE older AS
SELECT l.id, v.o.e AS e, v.o.d AS d
FROM missed AS l
ASOF JOIN (
SELECT * FROM (
SELECT k0, {e: e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), sn: s IS NOT NULL, s: coalesce(s, CAST(0 AS BIGINT)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d} AS o FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" <= make_timestamp(CAST(1704063599999999 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" <= CAST(1704063599999999 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
)
) SEMI JOIN missed USING (k0)
) AS v
ON l.k0 = v.k0 AND {e: coalesce(l.ts + 1, CAST(-4611686018427387904 AS BIGINT)), cn: false, c: CAST(0 AS BIGINT), t0n: false, t0: CAST(0 AS INTEGER), sn: false, s: CAST(0 AS BIGINT), f0n: false, f0: CAST(0 AS BIGINT), f1n: false, f1: CAST(0 AS DOUBLE), d: false} > v.o;

SELECT CASE WHEN present THEN CASE WHEN r.f1n THEN r.f1 END END AS o0, event, status FROM (
SELECT l.id, c.r, NOT c.r.d AND NOT c.r.e < l.ts - CAST(3600000000 AS BIGINT) AS present,
CASE WHEN NOT c.r.d THEN c.r.e WHEN NOT p.d THEN p.e END AS event,
CASE WHEN NOT c.r.d AND c.r.e < l.ts - CAST(3600000000 AS BIGINT) THEN 'OUTSIDE_MAX_AGE' WHEN NOT c.r.d THEN 'PRESENT' WHEN NOT p.d THEN 'OUTSIDE_MAX_AGE' ELSE 'NOT_FOUND' END AS status
FROM labels AS l
LEFT JOIN chosen AS c ON l.id = c.id
LEFT JOIN older AS p ON l.id = p.id
) ORDER BY id;
