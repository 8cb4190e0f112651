CREATE TEMP TABLE asked AS
SELECT DISTINCT * FROM (
SELECT l0k0 AS k0, ts FROM labels
UNION ALL
SELECT l1k0 AS k0, ts FROM labels
) WHERE k0 IS NOT NULL AND ts IS NOT NULL;

CREATE TEMP TABLE chosen_times AS
SELECT l.*, v.e
FROM asked AS l
ASOF JOIN (
SELECT k0, e FROM (
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
ON l.k0 = v.k0 AND l.ts >= v.e;

CREATE TEMP TABLE chosen AS
SELECT k0, ts, r FROM chosen_times JOIN (
SELECT k0, e, max({e: e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), sn: s IS NOT NULL, s: coalesce(s, CAST(0 AS BIGINT)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d}) AS r FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" >= make_timestamp(CAST(1704063600000000 AS BIGINT)) AND "event_ts" <= make_timestamp(CAST(1704067260000000 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" >= CAST(1704063600000000 AS BIGINT) AND "event_ts" <= CAST(1704067260000000 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
) SEMI JOIN chosen_times USING (k0, e) GROUP BY k0, e
) USING (k0, e);

CREATE TEMP TABLE missed AS
SELECT * FROM asked ANTI JOIN chosen USING (k0, ts);

CREATE TEMP TABLE older_times AS
SELECT l.*, v.e
FROM missed AS l
ASOF JOIN (
SELECT k0, e FROM (
SELECT * FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" <= make_timestamp(CAST(1704063599999999 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" <= CAST(1704063599999999 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
) SEMI JOIN missed USING (k0)
)
) AS v
ON l.k0 = v.k0 AND l.ts >= v.e;

CREATE TEMP TABLE older AS
SELECT k0, ts, r FROM older_times JOIN (
SELECT k0, e, max({e: e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), sn: s IS NOT NULL, s: coalesce(s, CAST(0 AS BIGINT)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d}) AS r FROM (
SELECT * FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us(CAST("created_ts" AS TIMESTAMP)) AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" <= make_timestamp(CAST(1704063599999999 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" <= CAST(1704063599999999 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
) SEMI JOIN missed USING (k0)
) SEMI JOIN older_times USING (k0, e) GROUP BY k0, e
) USING (k0, e);

WITH answers AS MATERIALIZED (
SELECT k0, ts, r.e AS event, CASE WHEN r.e < ts - CAST(3600000000 AS BIGINT) THEN 'OUTSIDE_MAX_AGE' ELSE 'PRESENT' END AS status, CASE WHEN NOT (r.e < ts - CAST(3600000000 AS BIGINT)) THEN CASE WHEN r.f0n THEN r.f0 END END AS f0, CASE WHEN NOT (r.e < ts - CAST(3600000000 AS BIGINT)) THEN CASE WHEN r.f1n THEN r.f1 END END AS f1
FROM (FROM chosen UNION ALL FROM older) WHERE NOT r.d
)
SELECT a0.f1, a0.event, coalesce(a0.status, 'NOT_FOUND'), a1.f1, a1.f0, a1.event, coalesce(a1.status, 'NOT_FOUND')
FROM labels
LEFT JOIN answers AS a0 ON labels.l0k0 = a0.k0 AND labels.ts = a0.ts
LEFT JOIN answers AS a1 ON labels.l1k0 = a1.k0 AND labels.ts = a1.ts
ORDER BY labels.id;
