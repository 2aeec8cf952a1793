"""`flask briefs template`: the layout of briefs as a file, to start a template from."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from tracker.briefs.layout import default_template
from tracker.briefs.word import TemplateError, opened_template

briefs = AppGroup("briefs", help="Briefs and annual reports.")


@briefs.command("template", help="Write the layout of briefs to FILE, a DOCX, to be changed and named in BRIEF_TEMPLATE.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--check", is_flag=True, help="Write nothing: say whether FILE can be used.")
def template(file: Path, check: bool) -> None:
    if check:
        try:
            opened_template(str(file))
        except TemplateError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{file} can be used.")
        return
    data = default_template()
    try:
        with file.open("xb") as kept:
            kept.write(data)
    except FileExistsError as error:
        raise click.ClickException(f"{file} exists and was left as it is.") from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written ({error.strerror}).") from error
    click.echo(
        f"Wrote {file}. Change it, check it with `flask --app app briefs template --check {file}`, and set BRIEF_TEMPLATE to its path."
    )


def register(app: Flask) -> None:
    app.cli.add_command(briefs)
