"""Main program, `herald` or `python -m bot`: each command loads what it needs when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.commands.console import WRONG_INPUT, complain, say
from bot.commands.help_page import entry_of
from bot.errors import HeraldError

app = typer.Typer(
    name="herald",
    help="A Discord bot whose every happening leaves as a signed webhook.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show the values of variables, secrets too
)

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The settings [default: config.toml]"),
]
WayOut = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Go through the proxy of these settings, where they name one.",
    ),
]
ReceiverUrl = Annotated[str, typer.Option("--to", metavar="URL", help="The receiver's address.")]
DialectName = Annotated[str, typer.Option(help="How it is spelled: phantom, vektor, standard.")]
SampleGuild = Annotated[int, typer.Option(min=1, help="The server that the samples are of.")]
ForMachines = Annotated[bool, typer.Option("--json", help="For machines.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"herald {__version__}")
        raise typer.Exit


@app.callback()
def herald(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """What stands before every command."""


@app.command()
def run(
    config: ConfigFile = None,
    roles: Annotated[
        str | None,
        typer.Option(
            metavar="ROLES",
            help="Of bot,deliver,web those of this process, beside others [default: all]",
        ),
    ] = None,
    shards: Annotated[
        str | None,
        typer.Option(metavar="A-B/N", help="The shards that it connects, such as 0-3/16."),
    ] = None,
) -> None:
    """Run the bot: the token comes from the settings, deliveries leave, Ctrl+C stops it."""
    from bot.commands.run import run as run_bot

    raise typer.Exit(run_bot(config, roles, shards))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play it through, and exit 0 or 1.")] = False,
    to: Annotated[
        str | None, typer.Option("--to", metavar="URL", help="Deliver to this receiver too.")
    ] = None,
) -> None:
    """The same bot in a simulated Discord: no token, no account, a page to act in."""
    from bot.demo.main import run_demo

    raise typer.Exit(run_demo(once=once, to=to))


@app.command()
def trigger(  # noqa: PLR0913  each is an option that people see
    event: Annotated[str, typer.Argument(help="The event's type, such as member.joined.")],
    to: ReceiverUrl,
    secret: Annotated[
        str,
        typer.Option(envvar="HERALD_TRIGGER_SECRET", help="What the receiver checks against."),
    ] = "",
    dialect: DialectName = "phantom",
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many samples.")] = 1,
    attempts: Annotated[int, typer.Option(min=1, help="Attempts to wait for.")] = 1,
    guild: SampleGuild = 123456789012345678,
    config: WayOut = None,
) -> None:
    """Send sample events through the real pipeline; exit 0 only if all were delivered."""
    from bot.commands.trigger import TriggerOptions, trigger

    order = TriggerOptions(event, to, secret, dialect=dialect, guild_id=guild)
    raise typer.Exit(trigger(order, count=count, attempts=attempts, config_file=config))


@app.command()
def doctor(  # noqa: PLR0913  each is an option that people see
    to: ReceiverUrl,
    secret: Annotated[
        str,
        typer.Option(envvar="HERALD_DOCTOR_SECRET", help="What the receiver checks against."),
    ] = "",
    dialect: DialectName = "phantom",
    guild: SampleGuild = 123456789012345678,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=60, help="Seconds that an answer may take.")
    ] = 10,
    as_json: ForMachines = False,
    config: WayOut = None,
) -> None:
    """Examine a receiver with good and bad requests; exit 0 only if nothing failed."""
    from bot.commands.doctor import doctor, probed

    receiver = probed(to, secret, dialect, guild)
    raise typer.Exit(doctor(receiver, timeout=timeout, as_machine=as_json, config_file=config))


@app.command()
def listen(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0: any that is free.")] = 8000,
    secret: Annotated[
        str,
        typer.Option(envvar="HERALD_LISTEN_SECRET", help="What the webhook signs with."),
    ] = "",
    fail: Annotated[
        str, typer.Option(metavar="N|always", help="Answer 500 to the next N, or to all.")
    ] = "0",
    hang: Annotated[int, typer.Option(min=0, help="Leave the next N without an answer.")] = 0,
    redirect: Annotated[int, typer.Option(min=0, help="Answer 302 to the next N.")] = 0,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Receive webhooks on this machine: verify each, print it, and fail when asked to."""
    from bot.commands.listen import listen, manners_of

    raise typer.Exit(listen(host, port, secret, manners_of(fail, hang, redirect)))


@app.command()
def push(
    action: Annotated[str, typer.Argument(help="What to do, such as ADD_XP.")],
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The incoming webhook's address.")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE ...", help="Its fields: userId=5 amount=150."),
    ] = None,
    secret: Annotated[
        str, typer.Option(envvar="HERALD_PUSH_SECRET", help="What the request is signed with.")
    ] = "",
    key: Annotated[
        str | None, typer.Option(help="The same as before asks what came of it; else a new one.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=120, help="Seconds that the answer may take.")
    ] = 30,
) -> None:
    """Push one signed action into a server; exit 0 only if it was done."""
    from bot.commands.push import PushOptions
    from bot.commands.push import push as push_action

    order = PushOptions(action, fields or [], to, secret, key)
    raise typer.Exit(push_action(order, timeout=timeout))


@app.command()
def catalogue(
    event: Annotated[str | None, typer.Argument(help="One event only.")] = None,
    wanted: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help="table, markdown, json-schema or asyncapi."
        ),
    ] = "table",
) -> None:
    """Show every event that can be sent, or one of them key by key."""
    from bot.commands.catalogue import catalogue

    catalogue(event, wanted)


@app.command()
def check(
    config: ConfigFile = None,
    as_json: ForMachines = False,
) -> None:
    """Look at everything that a start needs, and say how to mend what is wrong; exit 0 or 1."""
    from bot.commands.check import check as check_all

    raise typer.Exit(check_all(config, as_machine=as_json))


giveaway = typer.Typer(help="Check the draw of a giveaway.", no_args_is_help=True)
app.add_typer(giveaway, name="giveaway")


@giveaway.callback()
def of_giveaways() -> None:
    """Check the draw of a giveaway."""


@giveaway.command("verify")
def verify_draw(
    proof: Annotated[
        str, typer.Argument(metavar="FILE", help="The proof, from the bot or its page; - reads it.")
    ],
    published: Annotated[
        str | None, typer.Option("--hash", metavar="HEX", help="The hash that was on the message.")
    ] = None,
) -> None:
    """Draw again from a proof alone; exit 0 only if the winners are the same."""
    from bot.commands.giveaway import verify

    raise typer.Exit(verify(proof, published))


@app.command("new-key")
def new_key() -> None:
    """Print a fresh key: put it on top of the key file, and stored secrets follow at next start."""
    from bot.storage.vault import new_key

    say(new_key())


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """Bring the database to this version's schema; `herald run` does it by itself."""
    from bot.commands.upkeep import migrate as upgrade

    say(upgrade(config))


CopyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The copy of the database.")]


@app.command()
def backup(file: CopyFile, config: ConfigFile = None) -> None:
    """Copy the SQLite database to FILE, one moment of it, while Herald runs or not."""
    from bot.commands.upkeep import back_up

    say(back_up(config, file))


@app.command()
def restore(file: CopyFile, config: ConfigFile = None) -> None:
    """Put a copy that `backup` made in the database's place; Herald must not run."""
    from bot.commands.upkeep import restore as put_back

    say(put_back(config, file))


@app.command("port")
def move(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The new database, empty.")],
    config: ConfigFile = None,
) -> None:
    """Move everything to another database, SQLite or PostgreSQL; Herald must not run."""
    from bot.commands.port import port

    say(port(config, to))


def main() -> None:
    """The entry point of the installed program: what a person can mend is said in a sentence."""
    try:
        app(prog_name="herald")
    except HeraldError as error:
        complain(f"{error} ({entry_of(error)})")
        sys.exit(WRONG_INPUT)


if __name__ == "__main__":
    main()
