"""Runs az commands one after the other in one process, as `azure.cli.__main__` runs one: a JSON list of arguments per line
in, `{code, output, error}` per line out. Starting Python and loading the modules takes longer than most commands."""
import contextlib
import io
import json
import logging
import sys

from azure.cli.core import get_default_cli

answers = sys.stdout
for line in sys.stdin:
    output, error = io.StringIO(), io.StringIO()
    # Each command sets up the log handlers anew; those of the last one hold its closed stream.
    logging.getLogger().handlers.clear()
    for name in ("cli", "az_command_data_logger"):
        logging.getLogger(name).handlers.clear()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(error):
        try:
            code = get_default_cli().invoke(json.loads(line), out_file=output)
        except SystemExit as end:
            code = end.code
        except BaseException as problem:  # a fault of az itself, shown like one of its errors
            code = 1
            print(f"{type(problem).__name__}: {problem}", file=error)
    answers.write(json.dumps({"code": code or 0, "output": output.getvalue(), "error": error.getvalue()}) + "\n")
    answers.flush()
