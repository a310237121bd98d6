import {DuckDBInstance} from "@duckdb/node-api";
import {realpathSync} from "node:fs";
import {join} from "node:path";

// The link is followed once, so that all files are of one publication.
const parquet = join(realpathSync(join(process.env.BURDEN_DATA_DIR, "current")), "parquet");
const connection = await (await DuckDBInstance.create()).connect();
const rows = await connection.runAndReadAll(`
  SELECT name, year::INTEGER AS year, value
  FROM '${parquet}/core.observation.parquet' JOIN '${parquet}/core.country.parquet' ON iso3 = entity
  WHERE edition_id = 'nato:2026-07-10' AND indicator = 'defence_share_of_gdp' AND entity IN ('DEU', 'FRA', 'POL')
    AND value IS NOT NULL
  ORDER BY name, year`);
process.stdout.write(JSON.stringify(rows.getRowObjectsJson()));
