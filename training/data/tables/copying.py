"""The process that reads a Parquet file: ``python -m training.data.tables.copying FILE COPY`` writes it as Arrow."""

from __future__ import annotations

import sys

import polars as pl

if __name__ == "__main__":
    pl.scan_parquet(sys.argv[1], glob=False).sink_ipc(sys.argv[2], compression="uncompressed")
