"""Reads the tables of a folder by one of the readers people use, and prints what it saw as JSON."""

import datetime
import importlib
import json
import math
import sqlite3
import sys

reader, form, folder = sys.argv[1:]
try:
    module = importlib.import_module(reader)
    # What pandas reads Parquet with is a package of its own.
    if (reader, form) == ("pandas", "parquet"):
        importlib.import_module("pyarrow")
except ImportError as error:
    print(json.dumps({"skipped": str(error)}))
    sys.exit()


def plain(value):
    """A cell without the reader's own types: no value is null."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return None
    if isinstance(value, (datetime.date, datetime.datetime)):
        return str(value)[:10]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def by_pandas():
    file = f"{folder}/{FILES[form]}"
    if form == "csv":
        return module.read_csv(file, dtype={"code": str, "publish_date": str})
    if form == "jsonl":
        return module.read_json(file, lines=True, convert_dates=False)
    if form == "sqlite":
        return module.read_sql_query("SELECT * FROM records ORDER BY record", sqlite3.connect(file))
    return module.read_parquet(file)


def rows():
    if reader == "pandas":
        table = by_pandas()
        return list(table.columns), [dict(zip(table.columns, row)) for row in table.itertuples(index=False)]
    if reader == "pyarrow":
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(f"{folder}/{FILES[form]}")
        return table.column_names, table.to_pylist()
    if reader == "polars":
        table = {"csv": module.read_csv, "jsonl": module.read_ndjson, "parquet": module.read_parquet}[form](f"{folder}/{FILES[form]}")
        return table.columns, table.to_dicts()
    read = {"csv": "read_csv('{}', all_varchar = false, header = true)", "jsonl": "read_json_auto('{}', sample_size = -1)", "parquet": "read_parquet('{}')"}
    found = module.sql("SELECT * FROM " + read[form].format(f"{folder}/{FILES[form]}"))
    return found.columns, [dict(zip(found.columns, row)) for row in found.fetchall()]


FILES = {"csv": "reports.csv", "jsonl": "reports.jsonl", "sqlite": "records.sqlite", "parquet": "reports.parquet"}
columns, found = rows()
print(json.dumps({"columns": list(columns), "rows": [plain(row) for row in found]}))
