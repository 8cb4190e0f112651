import { pgSchema } from "drizzle-orm/pg-core";

export const featuregraph = pgSchema("featuregraph");
