"""How a file's values become the contract's columns, in SQL, and which value did not."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import duckdb

from orchestration.feeds import Column, Table
from orchestration.ingestion.json_documents import with_long_numbers_as_text
from orchestration.ingestion.refusal import Refused, cause
from orchestration.ingestion.sources import Source, odd_line_end
from orchestration.warehouse import literal, quoted

MONEY = "decimal(38, 12)"
TYPES = {
    "text": "varchar",
    "person": "varchar",
    "tags": "varchar",
    "list": "varchar",
    "money": MONEY,
    "number": "decimal(38, 15)",
    "duration": "bigint",
    "timestamp": "timestamp",
    "moment": "timestamp",
    "date": "date",
}
MEANT = {
    "money": "a finite number",
    "number": "a finite number",
    "duration": "a duration like 7:30:00, or whole seconds",
    "timestamp": "an ISO 8601 date and time",
    "moment": "an ISO 8601 date and time, or Unix time",
    "date": "an ISO 8601 date",
}
# How many digits may stand before the decimal point. Money has room for 26, and so for the sum of many.
DIGITS = {"money": 18, "number": 23}
# Unix time: milliseconds from this number on, seconds below it (the year 5138).
MILLISECONDS_FROM = 100_000_000_000
# What Python prints: strings in either quote and what stands between them; the escapes that JSON lacks.
PRINTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^'"]+"""
STRING_OR_BLANKS, FIRST_GROUP = r'("(?:[^"\\]|\\.)*")|\s+', r"\1"
# A map as Parquet writers without maps write it: a list of keys and values.
ENTRIES = re.compile(r"""STRUCT\("?KEY"? \w+, "?VALUE"? \w+\)\[\]""")
ADDRESS = r"""[^\s@,;:/<>()\[\]"']+@[^\s@,;:/<>()\[\]"']+\.[A-Za-z]{2,}"""
QUOTE, DOUBLE_QUOTE, BYTE, CODE = r"\'", r"\"", r"\\x(..)", r"\\u00\1"


def typed(column: Column, source: Source, cast: str = "cast") -> str:
    """SQL that yields a contract column from the file, in its contract type."""
    header = source.find(column)
    if header is None:
        told = literal(column.from_path(source.label))
        return without_addresses(column, collected(column, source) or f"cast({told} as {TYPES[column.kind]})")
    delivered = source.types[header].upper()
    value = ", ".join(cleaned(same, source) for same in source.repeated.get(header, [header]))
    value = value if header not in source.repeated else f"coalesce({value})"
    value = value if column.only_if is None else f"case when {column.only_if} then {value} end"
    match column.kind:
        case "person":
            hashed = f"left(sha256(getvariable('person_key') || ':' || nullif(lower(trim({value})), '')), 20)"
            if column.names_nobody is None:
                return hashed
            return f"coalesce(nullif(regexp_extract({value}, {literal(column.names_nobody)}), ''), {hashed})"
        case "text":
            text = value if delivered == "VARCHAR" else f"cast({value} as varchar)"
            return without_addresses(column, text)
        case "tags":
            nested = delivered.startswith(("MAP", "STRUCT"))
            if ENTRIES.fullmatch(delivered):
                nested, value = True, of_entries(value)
            return without_addresses(column, f"cast({f'to_json({value})' if nested else value} as varchar)")
        case "duration" if delivered == "VARCHAR":
            return seconds(f"trim({value})", cast)
        case "list":
            return without_addresses(column, listed(header, value, delivered, source))
        case "number" if source.is_compared and delivered in ("DOUBLE", "FLOAT"):
            return f"{cast}(cast({value} as varchar) as {TYPES[column.kind]})"
        case "money" if delivered in ("VARCHAR", "DOUBLE", "FLOAT"):
            return of_digits(value, delivered, cast)
        case "timestamp" | "date" if column.name in source.formats:
            read = "try_strptime" if cast == "try_cast" else "strptime"
            form = literal(source.formats[column.name])
            return f"cast({read}(trim(cast({value} as varchar)), {form}) as {TYPES[column.kind]})"
        case "moment" if not delivered.startswith("TIMESTAMP"):
            return moment(f"cast({value} as varchar)", cast)
        case "timestamp" | "moment" if delivered in ("VARCHAR", "TIMESTAMP WITH TIME ZONE"):
            return utc(value, cast)
    return value if delivered.lower() == TYPES[column.kind] else f"{cast}({value} as {TYPES[column.kind]})"


def without_addresses(column: Column, text: str) -> str:
    """The text without e-mail addresses, if it may have any: a word is left of one, and nothing of a tag's value."""
    left = "" if column.kind in ("tags", "list") else "e-mail"
    return f"regexp_replace({text}, {literal(ADDRESS)}, {literal(left)}, 'g')" if column.has_addresses else text


def of_entries(value: str) -> str:
    """A list of keys and values as the map that it is; a key that comes again means its last value."""
    keys = f"list_sort(list_distinct(list_transform({value}, lambda entry: entry.key)))"
    last = f"list_transform({keys}, lambda name: list_filter({value}, lambda entry: entry.key = name)[-1].value)"
    return f"map({keys}, {last})"


def of_digits(value: str, delivered: str, cast: str) -> str:
    """Money from its digits: a floating number counted in 10^-12 is not exact, what it is written as is.

    Writing a double, or reading a text with more decimals than money has, takes longer than all the
    rest of a row. Where the double's count in 10^-12 is farther from the middle between two whole
    numbers than it can be off (twice 2^-53 of itself, taken as 10^-15), the digits round to the
    same one.
    """
    exact = f"{cast}({f'cast({value} as varchar)' if delivered != 'VARCHAR' else value} as {MONEY})"
    if delivered == "FLOAT":
        return exact
    number = value if delivered == "DOUBLE" else f"try_cast({value} as double)"
    is_same = f"abs({number} * 1e12 - round({number} * 1e12)) + abs({number}) / 1000 < 0.5"
    if delivered == "VARCHAR":
        # As few as it has there, short and odd ones are read as they are.
        is_long = f"length({value}) > 14 and regexp_full_match({value}, '-?[0-9]{{1,3}}[.][0-9]{{13,40}}')"
        is_same = f"{is_long} and {is_same}"
    return f"(case when {is_same} then cast({number} as {MONEY}) else {exact} end)"


def cleaned(header: str, source: Source) -> str:
    """A column as it is, with the words for null as null."""
    value = source.value(header)
    if source.types[header].upper() == "VARCHAR" and source.row != "line":
        return f"case when {value} not in {null_words(source)} then {value} end"
    return value


def null_words(source: Source) -> str:
    """The words that mean null, as a SQL list."""
    return f"({', '.join(literal(word) for word in ('', 'NULL', 'null', *source.nulls))})"


def utc(value: str, cast: str) -> str:
    """A timestamp in UTC: a plain cast of text to timestamp drops the offset instead of applying it.

    That is right where the offset is Z, and three times as fast. Elsewhere a space may stand
    before the offset, and the zone may be named twice: `2026-06-01 00:00:00 +0000 UTC`.
    """
    text = f"cast({value} as varchar)"
    offset = f"regexp_replace({text}, ' ?([+-][0-9]{{2}}(:?[0-9]{{2}})?)?( UTC)?$', '\\1')"
    return (
        f"(case when {text} like '%Z' then {cast}({text} as timestamp)"
        f" else {cast}({offset} as timestamptz) at time zone 'UTC' end)"
    )


def moment(text: str, cast: str) -> str:
    """Unix seconds, Unix milliseconds or ISO 8601."""
    number = f"try_cast({text} as decimal(20, 6))"
    seconds = f"case when {number} >= {MILLISECONDS_FROM} then {number} / 1000 else {number} end"
    return (
        f"case when {number} is not null then make_timestamp(cast(({seconds}) * 1000000 as bigint))"
        f" else {utc(text, cast)} end"
    )


def seconds(text: str, cast: str) -> str:
    """H:MM:SS of any number of hours, or whole seconds: exact, as the decimal hours of a tool are not."""
    hours, minutes, rest = (f"abs(cast(split_part({text}, ':', {part}) as bigint))" for part in (1, 2, 3))
    return (
        f"case when regexp_full_match({text}, '-?[0-9]{{1,6}}:[0-5][0-9]:[0-5][0-9]')"
        f" then if(starts_with({text}, '-'), -1, 1) * ({hours} * 3600 + {minutes} * 60 + {rest})"
        f" when regexp_full_match({text}, '-?[0-9]+') then {cast}({text} as bigint)"
        f" else {cast}({text} || ' is none' as bigint) end"
    )


def listed(header: str, value: str, delivered: str, source: Source) -> str:
    """A JSON array: a nested value, the values of all columns of a repeated header, or a text of one.

    The first and the last are written in one way, so that a row is the same in every format: without blanks, and
    null without members.
    """
    if delivered.startswith(("MAP", "STRUCT")) or delivered.endswith("[]"):
        nested = f"cast(to_json({value}) as varchar)"
        return f"nullif({with_long_numbers_as_text(nested) if 'DECIMAL' in delivered else nested}, '[]')"
    columns = source.repeated.get(header)
    if columns:
        values = ", ".join(quoted(column) for column in columns)
        return f"cast(to_json(list_filter([{values}], lambda v: v is not null)) as varchar)"
    return f"nullif({with_long_numbers_as_text(without_blanks(as_json(f'cast({value} as varchar)')))}, '[]')"


def without_blanks(text: str) -> str:
    """A JSON text without what stands between its strings, numbers and words; any other text as it is."""
    packed = f"regexp_replace({text}, {literal(STRING_OR_BLANKS)}, {literal(FIRST_GROUP)}, 'g')"
    return f"case when left(ltrim({text}), 1) in ('[', '{{') then {packed} else {text} end"


def as_json(text: str) -> str:
    """A list that Python printed, `[{'amount': -5e-06, 'name': None}]`, as JSON; any other text as it is."""
    # String by string, so that no word inside one is touched.
    string = f"replace(replace(part[2:-2], {literal(QUOTE)}, ''''), '\"', {literal(DOUBLE_QUOTE)})"
    string = f"concat('\"', regexp_replace({string}, {literal(BYTE)}, {literal(CODE)}, 'g'), '\"')"
    words = "replace(replace(replace(part, 'None', 'null'), 'True', 'true'), 'False', 'false')"
    part = f"case part[1] when '''' then {string} when '\"' then part else {words} end"
    parts = f"list_transform(regexp_extract_all({text}, {literal(PRINTED)}), lambda part: {part})"
    is_printed = f"left(ltrim({text}), 1) in ('[', '{{') and not json_valid({text})"
    return f"case when {is_printed} then array_to_string({parts}, '') else {text} end"


def collected(column: Column, source: Source) -> str | None:
    """The columns that a tags column collects, as one JSON object without its nulls; None if there is none."""
    found = source.collected(column)
    if not found:
        return None
    values = {key: ", ".join(cleaned(header, source) for header in headers) for key, headers in sorted(found.items())}
    delivered = {source.types[header].upper() for headers in found.values() for header in headers}
    if delivered == {"VARCHAR"}:
        # The same text, put together from its members: making and merging objects takes twice as long.
        members = [f"to_json({literal(key)}) || ':' || to_json(coalesce({value}))" for key, value in values.items()]
        return f"nullif(concat('{{', concat_ws(',', {', '.join(members)}), '}}'), '{{}}')"
    pairs = ", ".join(f"{literal(key)}, coalesce({value})" for key, value in values.items())
    return f"nullif(cast(json_merge_patch('{{}}', json_object({pairs})) as varchar), '{{}}')"


def select_list(table: Table, source: Source, is_numbered: bool = True) -> str:
    """Every column of the contract, in its order and type; then extensions and the row's place."""
    columns = [f"{typed(column, source)} as {quoted(column.name)}" for column in table.columns]
    if table.keeps_extensions:
        columns.append(f"{extensions(source)} as x_extensions")
    if table.keeps_empty_buckets:
        columns.append("x_is_empty")
    if is_numbered:
        columns.append(f"{source.place} as source_row")
    return ", ".join(columns)


def extensions(source: Source) -> str:
    """The columns that a provider adds under `x_`, as one JSON object."""
    own = sorted(header for header in source.types if header.lower().startswith("x_"))
    if not own:
        return "cast(null as varchar)"
    pairs = ", ".join(f"{literal(header)}, {quoted(header)}" for header in own)
    return f"cast(json_object({pairs}) as varchar)"


def explain_bad_value(connection: duckdb.DuckDBPyConnection, table: Table, source: Source, error: Exception) -> Refused:
    """The first value that is not of its column's type, by row; else the reader's own words."""
    parts = []
    for column in table.columns:
        header = source.find(column)
        if header is None or column.kind not in MEANT:
            continue
        value = f"cast({source.value(header)} as varchar)"
        is_iso = column.kind in ("timestamp", "date") and column.name not in source.formats
        parts.append(
            f"select place, {literal(column.name)} as name, {literal(column.kind)} as kind, {value} as value,"
            f" {typed(column, source, 'try_cast')} is null{beyond(column, source)}"
            f" or ({is_iso} and not regexp_matches({value}, '^20[0-9]{{2}}-')) as is_bad"
            f" from numbered where {value} not in {null_words(source)}"
        )
    query = f"""
        with numbered as (select *, {source.place} as place from {source.relation})
        select place, name, kind, value from ({" union all ".join(parts)})
        where is_bad
        order by place, name limit 1
    """
    try:
        found = connection.execute(query).fetchone() if parts else None
    except duckdb.Error as unreadable:
        return broken_file(unreadable, source)
    if found is None:
        return broken_file(error, source)
    row, name, kind, value = found
    where = f"{source.row} {row + source.first_row - 1}"
    wrong = f"is not a date like {source.formats[name]}" if name in source.formats else fault(kind, value)
    return Refused(f"{where}, column {name}: '{value}' {wrong}; correct it and deliver the file again")


def beyond(column: Column, source: Source) -> str:
    """SQL for `or` that an amount fits its type, and its sums would not."""
    if column.kind != "money":
        return ""
    return f" or abs({typed(column, source, 'try_cast')}) >= 1e{DIGITS['money']}"


def fault(kind: str, value: str) -> str:
    """What is wrong with a value that is not of its kind."""
    if kind in DIGITS:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("nan")
        if number.is_finite() and abs(number) >= 10 ** DIGITS[kind]:
            return f"is too large: it may have {DIGITS[kind]} digits before the decimal point"
    return f"is not {MEANT[kind]}"


def broken_file(error: Exception, source: Source) -> Refused:
    """A file that stops in the middle or breaks its own format."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    odd = source.csv and not counts and odd_line_end(source.csv)
    if odd:
        return Refused(f"{odd}: its lines end in several ways; write them all alike and deliver it again")
    where = f"line {line[1]}: " if line else ""
    what = (
        f"expected {counts[1]} columns, found {counts[2]}: the file is truncated or broken" if counts else cause(error)
    )
    return Refused(f"{where}{what}; deliver it again")
