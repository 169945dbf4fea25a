"""The process that reads a Parquet file: ``python -m training.data.tables.copying FILE COPY`` writes it as Arrow."""

from __future__ import annotations

import sys

import polars as pl

if __name__ == "__main__":
    pl.read_parquet(sys.argv[1]).write_ipc(sys.argv[2])
