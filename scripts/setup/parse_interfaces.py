"""Runs rclnodejs's parser.py once a line: [command, package, file] in, {"result": text} or {"error": text} out."""

import contextlib
import io
import json
import runpy
import sys

parser = sys.argv[1]
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    sys.argv = [parser, *json.loads(line)]
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_path(parser, run_name='__main__')
        except SystemExit as end:
            status = end.code
    answer = {'result': out.getvalue()} if not status else {'error': err.getvalue()}
    print(json.dumps(answer), flush=True)
