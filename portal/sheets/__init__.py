"""Sheets: one description of a table gives its template, reader, writer, help and schema.

spec      what a sheet holds          findings  what is wrong with one
guard     what may be opened at all   reader    file → normalised rows, in a child process
writer    templates, exports, and the user's own workbook with the bad cells marked
layout    the headings of a foreign file   guess     which column they probably are
"""
