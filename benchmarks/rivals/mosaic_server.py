"""What a Mosaic page asks: its files, and queries to DuckDB in the process, answered as Arrow.

Run with the file of sales, a port, and the folder of vgplot.min.js.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pyarrow as pa

DATABASE = duckdb.connect()
FILES = {"/": ("text/html", Path(__file__).with_name("mosaic.html"))}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, file = FILES.get(self.path.partition("?")[0], ("", Path()))
        self._send(kind, file.read_bytes() if kind else b"")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = DATABASE.cursor().execute(asked["sql"])
        self._send("application/octet-stream", written(answer) if asked["type"] == "arrow" else b"")

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the disk is no part of the race."""


def written(answer: duckdb.DuckDBPyConnection) -> bytes:
    table = answer.to_arrow_table()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


if __name__ == "__main__":
    sales, port, bundle = sys.argv[1:]
    FILES["/vgplot.min.js"] = ("text/javascript", Path(bundle) / "vgplot.min.js")
    DATABASE.execute(f"CREATE TABLE sales AS FROM read_parquet('{sales}')")
    ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
