"""JSON files as rows: documents, the lists in them, and where a record or what is above it has a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.feeds import Column, Table
from orchestration.ingestion.refusal import Refused, first_line
from orchestration.warehouse import literal, quoted

SUFFIXES = (".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
# A document is parsed as a whole; a compressed one is taken to unpack to at most this many times its size.
UNPACKED = 30
SMALLEST_DOCUMENT = 16 * 1024 * 1024
# A number in JSON is read as a double. That holds fewer than eighteen digits, and of thousands, or of what is
# written with an exponent, sixteen with twelve decimals no more.
STRING_OR_REST = r'"(?:[^"\\]|\\.)*"|[^"]+'
LONG_NUMBER = (
    r"(^|[:,\[\s])(-?(?:(?:0\.0*)?[1-9][0-9.]{17,}(?:[eE][+-]?[0-9]+)?|[1-9][0-9]{3,}[0-9.]{12,}(?:[eE][+-]?[0-9]+)?"
    r"|[1-9][0-9.]{15,}[eE]\+?[0-9]+))"
)
AS_TEXT = r'\1"\2"'
# A file has a required column when any of its first records has it.
SAMPLE = 1000


@dataclass(frozen=True)
class Place:
    """A place of a column: `steps` in a document (SQL), which is at a level of the file or is a text in it."""

    level: int
    document: str
    steps: str
    is_nested: bool

    @property
    def value(self) -> str:
        """SQL for the value as text, or as nested JSON, which may lie there as a text."""
        place = f"{self.document}, {literal(self.steps)}"
        text, nested = f"json_extract_string({place})", f"cast(json_extract({place}) as varchar)"
        is_json = f"left(ltrim({text}), 1) in ('[', '{{')"
        return f"nullif({f'case when {is_json} then {text} else {nested} end' if self.is_nested else text}, 'null')"

    def exists(self, carried: str | None) -> str:
        """SQL for whether it is there at all, if only as null; of a value that is carried, whether it has one."""
        return f"{carried} is not null" if carried else f"json_exists({self.document}, {literal(self.steps)})"


def records_of(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, suffix: str
) -> tuple[str, frozenset[str]]:
    """A relation of the table's columns as text, and those of them that no sampled record has.

    Such a column may still come later in the file, so all are read. Raises `Refused` when the
    file is no JSON.
    """
    documents = all_documents(path, suffix)
    places = {column.name: places_of(column, len(table.records)) for column in table.columns}
    # Of a document above its records only the values are carried: beside each record it would fill the memory.
    above: dict[Place, str] = {}
    for place in (place for found in places.values() for place in found if place.level < len(table.records)):
        above.setdefault(place, f"above_{len(above)}")
    whole = with_long_numbers_as_text("cast(json as varchar)") if table.is_exact else "json"
    levels = f"select {whole} as level_0 {documents}"
    for depth, steps in enumerate(table.records, 1):
        carried = {name: place for place, name in above.items() if place.level < depth}
        found = [f"{place.value if place.level == depth - 1 else name} as {name}" for name, place in carried.items()]
        # In a select of its own: beside `unnest` a value would be read again for each record.
        is_bucket = table.keeps_empty_buckets and depth == len(table.records)
        listed = members(f"level_{depth - 1}", steps)
        found.append(f"{or_nothing(f'level_{depth - 1}', steps, listed) if is_bucket else listed} as records")
        lists = f"select {', '.join(found)} from ({levels})"
        levels = f"select {', '.join([*carried, f'unnest(records) as level_{depth}'])} from ({lists})"
    exists = ", ".join(
        # What SQL makes of a record may be there.
        "true"
        if column.from_record
        else " or ".join(f"coalesce(bool_or({place.exists(above.get(place))}), false)" for place in places[column.name])
        for column in table.columns
    )
    record = f"level_{len(table.records)}"
    try:
        count, *present = connection.execute(
            f"select count(*), {exists} from (from ({levels}) where {record} is not null limit {SAMPLE})"
        ).fetchone()
        is_empty = not count and connection.execute(f"select {has_lists(table.records)} {documents}").fetchone()[0]
    except duckdb.Error as error:
        raise Refused(f"unreadable JSON file: {first_line(error)}; deliver it again") from error
    values = ", ".join(
        f"{value_of(column, places[column.name], above, len(table.records))} as {quoted(column.name)}"
        for column in table.columns
    )
    if table.keeps_empty_buckets:
        values += f", {record} is null as x_is_empty"
    absent = frozenset(name for name, is_there in zip(places, present, strict=True) if not (is_there or is_empty))
    return f"(select {values_at_once(values, record, levels)})", absent


def has_lists(records: tuple[str, ...]) -> str:
    """SQL for whether documents without any record are of the kind that has some.

    A list that is there and empty holds every column of no record: the page that ends a pull. Where the
    outermost has members, each must have the list below it, or the file is of another report.
    """
    there = [f"json_exists({{}}, {literal(steps.split('[')[0].removesuffix('.*'))})" for steps in records]
    members_of = f"json_extract(json, {literal(records[0])})"
    below = (
        f" and len(list_filter({members_of}, lambda member: not {there[1].format('member')})) = 0" if there[1:] else ""
    )
    return f"bool_and({there[0].format('json')}{below})"


def values_at_once(values: str, record: str, levels: str) -> str:
    """The values of a record, which is parsed once for all its texts: most of a long one is never asked for."""
    steps: list[str] = []

    def text(found: re.Match) -> str:
        if found[1] not in steps:
            steps.append(found[1])
        return f"texts[{steps.index(found[1]) + 1}]"

    asked = re.sub(rf"json_extract_string\({record}, ('[^'*]*')\)", text, values)
    if not steps:
        return f"{values} from ({levels})"
    return f"{asked} from (select *, json_extract_string({record}, [{', '.join(steps)}]) as texts from ({levels}))"


def value_of(column: Column, places: list[Place], above: dict[Place, str], depth: int) -> str:
    """SQL for a column of a record: what the feed's own SQL makes of it, else the first place with a value."""
    if column.from_record:
        return f"cast({column.from_record.replace('{record}', f'level_{depth}')} as varchar)"
    return f"coalesce({', '.join(above.get(place, place.value) for place in places)})"


def all_documents(path: Path, suffix: str) -> str:
    """The from clause that scans a file's documents: one, one per line, or the members of a list."""
    size = path.stat().st_size * (UNPACKED if suffix.endswith(".gz") else 1)
    return (
        f"from read_json_objects({literal(path)}, format = 'auto',"
        f" maximum_object_size = {max(size + 1024, SMALLEST_DOCUMENT)})"
    )


def with_long_numbers_as_text(text: str) -> str:
    """SQL for a JSON text in which every number that would lose digits is a string: money lands as it is written."""
    number = f"regexp_replace(part, {literal(LONG_NUMBER)}, {literal(AS_TEXT)}, 'g')"
    parts = f"regexp_extract_all({text}, {literal(STRING_OR_REST)})"
    exact = f"list_transform({parts}, lambda part: case when part[1] = '\"' then part else {number} end)"
    is_long = f"length({text}) > 15 and regexp_matches({text}, {literal(LONG_NUMBER)})"
    return f"case when {is_long} then array_to_string({exact}, '') else {text} end"


def members(level: str, steps: str) -> str:
    """SQL for the list of records that a level holds at some steps."""
    if steps == "$":
        return f"[{level}]"
    if steps == "$.*":
        entries = f"map_entries(cast({level} as map(varchar, json)))"
        return f"list_transform({entries}, lambda e: json_object('key', e.key, 'value', e.value))"
    found = f"json_extract({level}, {literal(steps.removesuffix('?'))})"
    if steps.endswith("?"):
        is_there = f"json_exists({level}, {literal(steps.removesuffix('[*]?'))})"
        return f"case when {is_there} then {found} else [{level}] end"
    return found


def or_nothing(level: str, steps: str, listed: str) -> str:
    """SQL for a list of records, with a null for the only one of a list that is there and empty."""
    is_there = f"json_type({level}, {literal(steps.removesuffix('[*]'))}) = 'ARRAY'"
    return f"case when {is_there} and len({listed}) = 0 then [cast(null as json)] else {listed} end"


def places_of(column: Column, depth: int) -> list[Place]:
    """Where a column may be, in the order of its names."""
    places = []
    for name in (column.name, *column.aliases):
        climbs = len(name) - len(name.lstrip("^"))
        document = f"level_{depth - climbs}"
        *texts, steps = (step if step.startswith(("$", "/")) else f"$.{step}" for step in name[climbs:].split(">"))
        for text in texts:
            document = f"nullif(json_extract_string({document}, {literal(text)}), '')"
        chosen = re.fullmatch(r"(.+)\[(\w+)=(\w+)\](.*)", steps)
        if chosen:
            listed, key, word, rest = chosen.groups()
            is_meant = f"json_extract_string(member, {literal(f'$.{key}')}) = {literal(word)}"
            all_members = f"json_extract({document}, {literal(f'{listed}[*]')})"
            document, steps = f"list_filter({all_members}, lambda member: {is_meant})[1]", f"${rest}"
        places.append(Place(depth - climbs, document, steps, column.kind in ("tags", "list")))
    return places
