#!/usr/bin/env python3
"""Turns a virtual environment that holds ros-* wheels into a ROS 2 prefix that any process can load.

The wheels were made for Python programs alone; for node, C++ and CMake they have three defects:
  * libraries in lib/ look for their vendored dependencies in a folder that is not there
    -> RUNPATH to lib/ itself and to every site-packages/ros_*.libs;
  * libraries link to lib*__rosidl_generator_py.so, which needs symbols of a running Python
    -> that dependency is dropped (except between the generator_py libraries themselves);
  * CMake files name the Python of the machine that built the wheels -> this one's instead.
Idempotent. Usage: fix_prefix.py PREFIX
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import sysconfig

prefix = pathlib.Path(sys.argv[1]).resolve()
patchelf = prefix / 'bin' / 'patchelf'
libraries = prefix / 'lib'
[site_packages] = libraries.glob('python3.*/site-packages')
vendored = sorted(site_packages.glob('ros_*.libs'))
runpath = ':'.join(['$ORIGIN', *(f'$ORIGIN/{folder.relative_to(libraries)}' for folder in vendored)])


def ask(option: str, file: pathlib.Path) -> str:
    return subprocess.run([patchelf, option, file], check=True, capture_output=True, text=True).stdout.strip()


def is_library(file: pathlib.Path) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    with file.open('rb') as handle:
        return handle.read(4) == b'\x7fELF'


def mend(file: pathlib.Path) -> bool:
    wanted = runpath if file.parent == libraries else '$ORIGIN'
    changes = [] if ask('--print-rpath', file) == wanted else ['--set-rpath', wanted]
    if not file.name.endswith('__rosidl_generator_py.so'):
        for needed in ask('--print-needed', file).split():
            if needed.endswith('__rosidl_generator_py.so'):
                changes += ['--remove-needed', needed]
    if not changes:
        return False
    # a new file, moved into place: a process that has the old one mapped keeps it whole
    mended = file.with_name(file.name + '.mended')
    subprocess.run([patchelf, *changes, '--output', mended, file], check=True, capture_output=True)
    mended.chmod(0o755)
    os.replace(mended, file)
    return True


candidates = [file for folder in [libraries, *vendored] for file in sorted(folder.glob('*.so*'))]
with concurrent.futures.ThreadPoolExecutor() as pool:
    count = sum(pool.map(mend, filter(is_library, candidates)))
print(f'{count} libraries mended')

headers = sysconfig.get_path('include')
count = 0
for file in prefix.glob('share/*/cmake/*.cmake'):
    before = file.read_text()
    after = re.sub(r'/opt/python/cp\d+-cp\d+/include/python3\.\d+', headers, before)
    after = re.sub(r'/opt/python/cp\d+-cp\d+/lib/python3\.\d+/site-packages', str(site_packages), after)
    if after != before:
        file.write_text(after)
        count += 1
print(f'{count} CMake files mended')
