"""Statements of the hot path: built with SQLAlchemy, compiled once, run on the driver.

Turns that share a transaction run four of them. Through `Connection.execute` each costs several times what the database
itself takes (an insert of three rows 0.5 ms against 0.03 ms: its cache key is worked out anew each
time), so here only the types of SQLAlchemy do their work, not its result machinery.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

Statement = sa.Select[Any] | sa.Insert | sa.Update | sa.Delete
Convert = Callable[[Any], Any]
AT_ONCE = 16  # rows that one statement takes at most; for each number up to this it is compiled once


@dataclass(frozen=True, slots=True)
class _Built:
    """A statement for one engine."""

    sql: str
    order: tuple[str, ...] | None  # where parameters go by position
    written: dict[str, Any]  # values that stand in the statement itself
    into: tuple[tuple[str, Convert], ...]  # what the driver wants otherwise
    out: tuple[tuple[int, Convert], ...]  # what the driver gives otherwise
    row: Callable[..., Any] | None  # None: the statement gives no rows


class Prepared:
    """A statement compiled once for each engine."""

    __slots__ = ("_built", "_statement")

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._built: dict[str, _Built] = {}

    def run(self, c: sa.Connection, values: dict[str, Any]) -> list[Any]:
        """Execute with these values by name; gives the rows (named tuples), if any.

        Errors are those of the driver; `Database.begin` knows them.
        """
        built = self._built.get(c.dialect.name) or self._build(c.dialect)
        with _cursor(c) as cursor:
            cursor.execute(built.sql, _given(built, values))
            if built.row is None:
                return []
            return [_converted(row, built) for row in cursor.fetchall()]

    def run_each(self, c: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Execute once for each of these, in one go; for statements that give no rows."""
        built = self._built.get(c.dialect.name) or self._build(c.dialect)
        with _cursor(c) as cursor:
            cursor.executemany(built.sql, [_given(built, values) for values in rows])

    def _build(self, dialect: sa.Dialect) -> _Built:
        compiled: Any = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        order = getattr(compiled, "positiontup", None)
        into = [
            (name, bound.type.dialect_impl(dialect).bind_processor(dialect)) for name, bound in compiled.binds.items()
        ]
        columns = list(self._statement.exported_columns)
        out = [
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for place, column in enumerate(columns)
        ]
        names = [str(column.key) for column in columns]
        row: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024  # names known only now
        built = self._built[dialect.name] = _Built(
            sql=str(compiled),
            order=tuple(order) if order else None,
            written={name: bound.value for name, bound in compiled.binds.items() if bound.value is not None},
            into=tuple((name, convert) for name, convert in into if convert),
            out=tuple((place, convert) for place, convert in out if convert),
            row=row._make if columns else None,
        )
        return built


class PreparedForSeveral:
    """A statement over several rows, such as an INSERT; `make` builds it for a number of them.

    The parameters of row 2, counted from 0, are `name_2`.
    """

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[int], Statement]) -> None:
        self._make = make
        self._made: dict[int, Prepared] = {}

    def run(self, c: sa.Connection, rows: Sequence[dict[str, Any]], **shared: Any) -> list[Any]:
        """Execute for all rows; `shared` are parameters that are the same for all. Gives what comes back, in a row."""
        given: list[Any] = []
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            values = {f"{name}_{i}": value for i, row in enumerate(some) for name, value in row.items()}
            given += self._for(len(some)).run(c, values | shared)
        return given

    def _for(self, count: int) -> Prepared:
        made = self._made.get(count)
        if made is None:
            made = self._made[count] = Prepared(self._make(count))
        return made


def columns(table: sa.Table, *names: str) -> dict[str, sa.BindParameter[Any]]:
    """A parameter of its own name and type for each of these columns."""
    return {name: sa.bindparam(name, type_=table.c[name].type) for name in names}


@contextmanager
def savepoint(c: sa.Connection) -> Iterator[None]:
    """What happens inside is undone when an exception leaves it, and nothing else."""
    cursor = c.connection.cursor()
    cursor.execute("SAVEPOINT inside")
    try:
        yield
    except Exception:
        cursor.execute("ROLLBACK TO SAVEPOINT inside")
        cursor.execute("RELEASE SAVEPOINT inside")
        raise
    cursor.execute("RELEASE SAVEPOINT inside")


@contextmanager
def _cursor(c: sa.Connection) -> Iterator[Any]:
    """A cursor of the driver; a connection that broke is not given out again."""
    cursor = c.connection.cursor()
    try:
        yield cursor
    except Exception as exc:
        if c.dialect.is_disconnect(exc, c.connection.dbapi_connection, cursor):  # type: ignore[arg-type]  # asks for its own idea of Error
            c.invalidate(exc)
        raise
    finally:
        cursor.close()


def _given(built: _Built, values: dict[str, Any]) -> dict[str, Any] | list[Any]:
    """The parameters as the driver wants them."""
    given = {**built.written, **values}
    for name, convert in built.into:
        given[name] = convert(given[name])
    return given if built.order is None else [given[name] for name in built.order]


def _converted(row: tuple[Any, ...], built: _Built) -> Any:
    assert built.row is not None
    if not built.out:
        return built.row(row)
    values = list(row)
    for place, convert in built.out:
        values[place] = convert(values[place])
    return built.row(values)
