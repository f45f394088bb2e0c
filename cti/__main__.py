"""The command line. Imports of weight happen inside the commands.

Exit codes: 0 done, 1 a failure explained in one line on stderr, 2 wrong usage.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(
    name="cti",
    help="A self-hosted call router and telephony integration for Twilio.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
config_app = typer.Typer(no_args_is_help=True, help="The configuration file and its versions.")
contacts_app = typer.Typer(no_args_is_help=True, help="The built-in directory of contacts.")
user_app = typer.Typer(no_args_is_help=True, help="People who may log in.")
token_app = typer.Typer(no_args_is_help=True, help="API tokens for programs.")
calls_app = typer.Typer(no_args_is_help=True, help="Calls that are over.")
bench_app = typer.Typer(no_args_is_help=True, help="Benchmarks, against a floor measured in the same run.")
for name, group in (
    ("config", config_app),
    ("contacts", contacts_app),
    ("user", user_app),
    ("token", token_app),
    ("calls", calls_app),
    ("bench", bench_app),
):
    app.add_typer(group, name=name)

ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
VersionNumber = Annotated[int, typer.Argument(min=1, max=2**31 - 1)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Quick = Annotated[bool, typer.Option("--quick", help="Small floors: some seconds.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that take calls.")] = 1,
    factory: Annotated[str, typer.Option(hidden=True)] = "cti.app:create_app",
) -> None:
    """Runs the service; migrates the database first."""
    from cti.commands import serve as command

    command.serve(host=host, port=port, workers=workers, factory=factory)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(hidden=True)] = "127.0.0.1",
    data_dir: Annotated[Path, typer.Option(hidden=True)] = Path("var/demo"),
) -> None:
    """The whole product with no account anywhere: emulated Twilio, sample reps, contacts and rules."""
    from cti.demo import demo as command

    command.demo(host=host, port=port, data_dir=data_dir)


@app.command()
def emulator(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8100,
    host: Host = "127.0.0.1",
    allow_remote: Annotated[bool, typer.Option(help="Let other machines reach it.")] = False,
    service: Annotated[str, typer.Option(help="Base URL of the service it calls.")] = "http://127.0.0.1:8000",
) -> None:
    """The Twilio emulator alone, for developing against."""
    from cti.commands import emulator as command

    command.emulator(host=host, port=port, allow_remote=allow_remote, service=service)


@config_app.command("apply")
def config_apply(
    file: ExistingFile,
    comment: Annotated[str | None, typer.Option(help="Why; the file's name where left out.")] = None,
    based_on: Annotated[
        int | None,
        typer.Option(min=1, max=2**31 - 1, help="The version you began with: refused if another is active meanwhile."),
    ] = None,
    json: Json = False,
) -> None:
    """Makes the file the active configuration, if it passes every check; says what that changes."""
    from cti.commands import config as command

    command.apply(file, comment=comment, based_on=based_on, as_json=json)


@config_app.command("export")
def config_export() -> None:
    """Prints the active configuration as it was applied."""
    from cti.commands import config as command

    command.export()


@config_app.command("check")
def config_check(file: ExistingFile, json: Json = False) -> None:
    """Checks schema, references and the file's own tests; changes nothing."""
    from cti.commands import config as command

    command.check(file, as_json=json)


@config_app.command("versions")
def config_versions(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 20, json: Json = False
) -> None:
    """Lists the versions: what became of each, when, by whom and why."""
    from cti.commands import versions as command

    command.versions(limit=limit, as_json=json)


@config_app.command("show")
def config_show(n: VersionNumber, json: Json = False) -> None:
    """Prints version N as it was written."""
    from cti.commands import versions as command

    command.show(n, as_json=json)


@config_app.command("diff")
def config_diff(
    one: Annotated[str | None, typer.Argument(metavar="[N|FILE]")] = None,
    other: Annotated[str | None, typer.Argument(metavar="[M|FILE]")] = None,
    json: Json = False,
) -> None:
    """Says in words what differs: the version before the active one and the active one, N and the active one, the
    active one and FILE, or any two."""
    from cti.commands import versions as command

    command.diff(one, other, as_json=json)


@config_app.command("rollback")
def config_rollback(
    n: Annotated[
        int | None, typer.Argument(min=1, max=2**31 - 1, help="By default the version before the active one.")
    ] = None,
    comment: Annotated[str, typer.Option(help="Why.")] = "",
    json: Json = False,
) -> None:
    """Makes an older version active again."""
    from cti.commands import versions as command

    command.rollback(n, comment=comment, as_json=json)


@contacts_app.command("import")
def contacts_import(
    file: ExistingFile,
    json: Json = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
) -> None:
    """Loads contacts from a CSV file: all of its good rows, or nothing."""
    from cti.commands import contacts as command

    command.import_contacts(file, as_json=json, dry_run=dry_run)


@user_app.command("add")
def user_add(
    email: str,
    role: Annotated[str, typer.Option(help="rep, supervisor or admin")],
    rep: Annotated[str | None, typer.Option(help="The rep this person is, by id in the configuration.")] = None,
) -> None:
    """Adds a person; the password is asked for, or read from CTI_NEW_PASSWORD."""
    from cti.commands import accounts as command

    command.add_user(email, role=role, rep=rep)


@user_app.command("password")
def user_password(email: str) -> None:
    """Sets a new password, asked for or read from CTI_NEW_PASSWORD; ends the person's sessions."""
    from cti.commands import accounts as command

    command.set_password(email)


@token_app.command("revoke")
def token_revoke(email: str) -> None:
    """Ends all API tokens of that person at once."""
    from cti.commands import accounts as command

    command.revoke_tokens(email)


@token_app.command("add")
def token_add(email: str, days: Annotated[int, typer.Option(min=1, max=3650)] = 90, json: Json = False) -> None:
    """Makes an API token for that person and shows it once."""
    from cti.commands import accounts as command

    command.add_token(email, days=days, as_json=json)


@app.command()
def doctor(
    fix: Annotated[bool, typer.Option(help="Show, and on consent set, URLs at Twilio.")] = False,
    yes: Annotated[bool, typer.Option(help="Consent to every change without being asked.")] = False,
    json: Json = False,
) -> None:
    """Checks database, Redis, Twilio, CRM and public URL; says what to mend."""
    from cti.commands import doctor as command

    command.doctor(fix=fix, yes=yes, as_json=json)


@app.command()
def simulate(
    config: Annotated[Path, typer.Option(exists=True, dir_okay=False, readable=True, help="The configuration to try.")],
    scenario: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, readable=True, help="Who calls, who is there.")
    ],
    compare: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="Another configuration, for the same callers."),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="How often it is played; 10, with --staff up to 60."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The same seed gives the same result.")] = 1,
    plot: Annotated[Path | None, typer.Option(help="Draws it too, into a file that ends in .svg or .png.")] = None,
    staff: Annotated[bool, typer.Option("--staff", help="How many reps of which profile it takes.")] = False,
    interval: Annotated[str | None, typer.Option(help="With --staff: for how long the same are there; 30m.")] = None,
    target: Annotated[
        float | None,
        typer.Option(min=0.01, max=1.0, help="With --staff: the share answered in time; each queue's own."),
    ] = None,
    json: Json = False,
) -> None:
    """What if: plays callers through a configuration on a virtual clock, and says how they would fare."""
    from cti.commands import simulate as command

    command.simulate(
        command.Wanted(
            config=config,
            scenario=scenario,
            compare=compare,
            replications=replications,
            seed=seed,
            json=json,
            plot=plot,
            staff=staff,
            interval=interval,
            target=target,
        )
    )


@calls_app.command("export")
def calls_export(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="JSON Lines, one call each.")],
    since: Annotated[
        str | None, typer.Option(help="A day or a moment; seven days before the end where left out.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Likewise; now where left out.")] = None,
    field: Annotated[
        list[str] | None, typer.Option(help="A custom field of callers to keep; may stand repeatedly.")
    ] = None,
) -> None:
    """Writes recorded calls for `cti simulate`: what rules may know of callers, and nothing that says who they were."""
    from cti.commands import calls as command

    command.export(file, since=since, until=until, fields=frozenset(field or ()))


@bench_app.command("path")
def bench_path(json: Json = False) -> None:
    """Webhook to TwiML and to pop, with desks connected."""
    _bench("path", as_json=json)


@bench_app.command("match")
def bench_match(json: Json = False, quick: Quick = False) -> None:
    """Claims among 100 to 100,000 reps: free, half busy, all busy with calls in line."""
    _bench("match", as_json=json, quick=quick)


@bench_app.command("versions")
def bench_versions(json: Json = False, quick: Quick = False) -> None:
    """A new version on 100,000 reps and 10,000 waiting calls, and the claims meanwhile."""
    _bench("versions", as_json=json, quick=quick)


@bench_app.command("waits")
def bench_waits(json: Json = False, quick: Quick = False) -> None:
    """How often the expected wait that callers are told comes true, on simulated floors."""
    _bench("waits", as_json=json, quick=quick)


@bench_app.command("simulate")
def bench_simulate(json: Json = False, quick: Quick = False) -> None:
    """A million simulated calls with 200 reps and ten rules, and where the time goes."""
    _bench("simulate", as_json=json, quick=quick)


@bench_app.command("desks")
def bench_desks(json: Json = False) -> None:
    """Memory per connected desk."""
    _bench("desks", as_json=json)


@bench_app.command("import")
def bench_import(json: Json = False) -> None:
    """An import of 100,000 contacts, on SQLite and on PostgreSQL."""
    _bench("contacts", as_json=json)


def _bench(name: str, *, as_json: bool, **options: bool) -> None:
    importlib.import_module(f"cti.bench.{name}").main(as_json=as_json, **options)


def main() -> NoReturn:
    """The console script: runs a command, and turns a failure that explains itself into one line."""
    try:
        app(standalone_mode=True)
    except Exception as error:
        from cti.commands.failure import explain

        line = explain(error)
        if line is None:
            raise
        sys.stderr.write(f"cti: {line}\n")
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
