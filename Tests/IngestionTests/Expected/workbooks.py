#!/usr/bin/env python3
"""Writes catalogue.xlsx and catalogue.ods beside itself: a sheet of notes, and a list with a title line, one volcano
and one line that is not. Only the parts of the formats that spreadsheets need, by the standard library."""
import os
import zipfile

ROWS = [["Volcanoes, downloaded"], ["Volcano Number", "Volcano Name", "Latitude", "Longitude"],
        [353010, "Alba", -0.05, -91.05], ["", "Nowhere", 99, 0]]
SHEETS = {"About": [["read me"]], "List": ROWS}
HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, parts):
    with zipfile.ZipFile(os.path.join(HERE, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts:
            info = zipfile.ZipInfo(path, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, text)


def xlsx():
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def cell(row, column, value):
        place = f"{chr(65 + column)}{row + 1}"
        if value == "":
            return ""
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    def sheet(rows):
        body = "".join(f'<row r="{i + 1}">' + "".join(cell(i, j, v) for j, v in enumerate(row)) + "</row>"
                       for i, row in enumerate(rows))
        return f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'

    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    numbers = range(1, len(SHEETS) + 1)
    write("catalogue.xlsx", [
        ("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{package}/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Default Extension="xml" ContentType="application/xml"/>'
         f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}sheet.main+xml"/>'
         + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kinds}worksheet+xml"/>'
                   for n in numbers) + "</Types>"),
        ("_rels/.rels", f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
         f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml", f'<?xml version="1.0"?><workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
         + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in zip(numbers, SHEETS))
         + "</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
         + "".join(f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                   for n in numbers) + "</Relationships>"),
    ] + [(f"xl/worksheets/sheet{n}.xml", sheet(rows)) for n, rows in zip(numbers, SHEETS.values())])


def ods():
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    kind = "application/vnd.oasis.opendocument.spreadsheet"

    def cell(value):
        if value == "":
            return "<table:table-cell/>"
        kind = 'string"' if isinstance(value, str) else f'float" office:value="{value}"'
        return f'<table:table-cell office:value-type="{kind}><text:p>{value}</text:p></table:table-cell>'

    tables = "".join(
        f'<table:table table:name="{name}">' + "".join(
            "<table:table-row>" + "".join(cell(v) for v in row) + "</table:table-row>" for row in rows) + "</table:table>"
        for name, rows in SHEETS.items())
    write("catalogue.ods", [
        ("mimetype", kind),
        ("content.xml", f'<?xml version="1.0"?><office:document-content xmlns:office="{names}office:1.0" '
         f'xmlns:table="{names}table:1.0" xmlns:text="{names}text:1.0" office:version="1.2"><office:body>'
         f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"),
        ("META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{names}manifest:1.0">'
         f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
         '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'),
    ])


xlsx()
ods()
