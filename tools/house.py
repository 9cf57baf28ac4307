"""The house rules that no linter knows; tests/unit/test_house.py holds the whole tree to them."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILE_LINES = 300
FUNCTION_LINES = 40
CLASS_METHODS = 15
CONSTRUCTOR_ARGUMENTS = 6
POSITIONAL_ARGUMENTS = 2

# Put together from halves, so that this file does not find itself.
POSTPONED = re.compile(rf"\b({'TO'}DO|{'FIX'}ME|{'XX'}X)\b")
REGISTRIES = re.compile(
    "|".join(
        re.escape(front + back)
        for front, back in (
            ("pypi.", "org"),
            ("pythonhosted.", "org"),
            ("registry.", "npmjs"),
            ("proxy.", "golang"),
            ("devpi", "/root"),
        )
    )
)
INDEX_LINE = re.compile(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", re.M)
IGNORE = re.compile(
    r"(?:type: ignore|pyright: ignore|noqa)\b(\[[^\]]+\]|: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*)?"
)
MAY_IGNORE = re.compile("ignore|noqa|pyright:|mypy:")  # else no comment needs to be looked for
WHOLE_FILE = re.compile(r"#\s*(?:pyright: (?!ignore)|ruff: ?noqa|flake8: ?noqa|mypy:)")
BROAD = re.compile(r"except\b(?:\s*:|.*Exception)")

# A URL that a person can type goes through the guarded client alone. Whatever else may open a
# connection is named here, with the reason why it needs no guard.
DIALLERS = {
    "bot/delivery/http_client.py": "the guarded client itself",
    "bot/delivery/connector.py": "the connector of the guarded client",
    "bot/commands/discord_wait.py": "asks Discord, or the server put in its place",
    "bot/commands/check_discord.py": "asks the same with the bot's token, for `herald check`",
    "bot/scanner/downloads.py": "reads pictures at Discord's own hosts, and nowhere else",
    "bot/commands/push.py": "pushes to a Herald that whoever types the command names",
    "bot/demo/incoming.py": "pushes to the demo's own door on this machine",
    "bot/demo/moderation.py": "opens the demo's own page on this machine, as a browser would",
}
DIALLING_MODULES = (
    *("aiohttp.request", "ftplib", "http.client", "httpx", "pycurl", "requests", "smtplib"),
    *("socket.socket", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc.client"),
)
DIALLING_NAMES = {
    *("ClientRequest", "ClientSession", "TCPConnector", "UnixConnector"),
    *("create_connection", "create_datagram_endpoint", "create_unix_connection"),
    *("open_connection", "open_unix_connection", "sock_connect"),
}
MAY_DIAL = re.compile(
    "|".join(
        rf"\b{name.rpartition('.')[2]}\b" for name in sorted({*DIALLING_MODULES, *DIALLING_NAMES})
    )
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*suffixes: str, root: Path = ROOT) -> list[Path]:
    """Every file of the repository that is not ignored, with one of the suffixes (or any)."""
    # The folder may belong to somebody else than the one who runs the tests, as in a container.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [root / name for name in sorted(set(listed.stdout.split("\0"))) if name]
    else:
        paths = [path for path in sorted(root.rglob("*")) if _is_source(path.relative_to(root))]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def _is_source(path: Path) -> bool:
    """What an unpacked archive holds, without git to tell it from what was built there."""
    built = {"__pycache__", "build", "dist"}
    return not any(part in built or part.startswith(".") for part in path.parts)


@lru_cache(maxsize=1)  # one file goes through all rules, then the next
def tree(source: str) -> ast.Module:
    """The file, parsed."""
    return ast.parse(source)


@lru_cache(maxsize=1)
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Every node of the file's tree."""
    return tuple(ast.walk(tree(source)))


def definitions(parent: ast.AST) -> Iterator[Function | ast.ClassDef]:
    """Every function and class below, found without a look into any expression."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(parent, field, ()):
            if isinstance(child, Function | ast.ClassDef):
                yield child
            yield from definitions(child)


def sizes(source: str) -> Iterator[str]:
    """What has grown too large to be read in one go."""
    lines = len(source.splitlines())
    if lines > FILE_LINES:
        yield f"{lines} lines; {FILE_LINES} are the ceiling"
    for node in definitions(tree(source)):
        if isinstance(node, ast.ClassDef):
            yield from _wide_class(node)
        else:
            yield from _long_function(node)


def _long_function(node: Function) -> Iterator[str]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > FUNCTION_LINES:
        yield f"{node.lineno}: {node.name} has {length} lines; {FUNCTION_LINES} are the ceiling"


def _wide_class(node: ast.ClassDef) -> Iterator[str]:
    methods = [item for item in node.body if isinstance(item, Function)]
    if len(methods) > CLASS_METHODS:
        yield f"{node.lineno}: {node.name} has {len(methods)} methods; {CLASS_METHODS} at most"
    for method in methods:
        if method.name != "__init__":
            continue
        given = method.args
        positional = len(given.posonlyargs) + len(given.args) - 1
        if positional + len(given.kwonlyargs) > CONSTRUCTOR_ARGUMENTS:
            yield f"{method.lineno}: {node.name} takes more than {CONSTRUCTOR_ARGUMENTS} arguments"
        if positional > POSITIONAL_ARGUMENTS:
            yield f"{method.lineno}: {node.name} takes more than two arguments by position"


def postponed(source: str) -> Iterator[str]:
    """Work that was put off in a comment instead of done."""
    for number, line in enumerate(source.splitlines(), 1):
        if POSTPONED.search(line):
            yield f"{number}: work put off in a comment"


def unexplained(source: str) -> Iterator[str]:
    """Ignores without a rule, or without a reason after it."""
    comments = _comments(source) if MAY_IGNORE.search(source) else {}
    for number, comment in comments.items():
        if WHOLE_FILE.search(comment) and number - 1 not in comments:
            yield f"{number}: a rule is off for the whole file, without a comment above"
        for found in IGNORE.finditer(comment):
            if not found.group(1):
                yield f"{number}: an ignore without its rule"
            elif len(re.findall(r"\w{2,}", IGNORE.sub("", comment))) < 2:
                yield f"{number}: an ignore without its reason"


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def doubles(source: str) -> Iterator[str]:
    """Stand-ins of the standard library's mock module."""
    for node in nodes(source) if "mock" in source else ():
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        package = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        if any(f"{package}{alias.name}".startswith("unittest.mock") for alias in node.names):
            yield f"{node.lineno}: a mock; use the real part"


def sleeps(source: str) -> Iterator[str]:
    """Waits for time instead of for the thing itself."""
    for node in nodes(source) if "sleep" in source else ():
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr == "sleep" and node.value.id in ("asyncio", "time", "anyio"):
                yield f"{node.lineno}: {node.value.id}.sleep; wait for the event itself"
        elif isinstance(node, ast.ImportFrom):
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            if named & {"asyncio.sleep", "time.sleep", "anyio.sleep"}:
                yield f"{node.lineno}: sleep; wait for the event itself"


def swallowed(source: str) -> Iterator[str]:
    """Handlers that catch everything and do nothing."""
    for node in nodes(source) if BROAD.search(source) else ():
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = ast.unparse(node.type) if node.type else "everything"
        broad = caught in ("everything", "Exception", "BaseException")
        if broad and all(_is_empty(item) for item in node.body):
            yield f"{node.lineno}: an error is swallowed"


def _is_empty(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass | ast.Continue) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def dialling(source: str) -> Iterator[str]:
    """Ways out that know no address guard."""
    for node in nodes(source) if MAY_DIAL.search(source) else ():
        for name in _named(node):
            module = any(name == one or name.startswith(f"{one}.") for one in DIALLING_MODULES)
            if module or name.rpartition(".")[2] in DIALLING_NAMES:
                yield f"{getattr(node, 'lineno', 0)}: {name} knows no address guard; use Sender"


def _named(node: ast.AST) -> list[str]:
    """What a node imports, or reaches through a dot, by its full name as far as it is written."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [dotted(node)] if isinstance(node, ast.Attribute) else []


def dotted(node: ast.expr) -> str:
    """A name as it is written, with what stands before its dots."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "…"


def registries(text: str) -> Iterator[str]:
    """Names of package registries, and lines that choose one."""
    for pattern in (REGISTRIES, INDEX_LINE):
        for found in pattern.finditer(text):
            yield f"{text.count(chr(10), 0, found.start()) + 1}: {found.group().strip()}"
